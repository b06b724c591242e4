"""Every rule of the fairness review, in the order in which a case meets them, and why the other rules have none.

A rule id may be asked in more than one way: then each question has its own finding code.
"""

from __future__ import annotations

from typing import Final

from casework.cases.review import ReviewRule
from casework.cases.review_rules import (
    appeal,
    dates,
    hearing,
    investigation,
    notice,
    outcome,
    people,
    sanction,
    suspension,
)

RULES: Final[tuple[ReviewRule, ...]] = (
    *suspension.RULES,
    *investigation.RULES,
    *investigation.PRIVATE,
    *notice.RULES,
    *hearing.RULES,
    *people.RULES,
    *sanction.RULES,
    *outcome.RULES,
    *appeal.RULES,
    *dates.RULES,
)
"""The rules that a review asks."""

_SAME: Final = "Asked with "
_LATER: Final = (
    "It binds after the case: retention, references and data requests are not part of its fairness."
)
_CONTEXT: Final = "It explains other rules and asks nothing of a step."
_NUMBERS: Final = (
    "It is counted by the calendar when a step is taken, and cannot be judged from a chronology."
)
_LETTERS: Final = (
    "It is about the wording or service of a letter, and is judged when the letter is issued or served."
)
_RECORD: Final = "It is about how the employer keeps its records, not about one case."

NOT_ASKED: Final[dict[str, str]] = {
    "ACAS-2": f"{_SAME}CASE-11.",
    "ACAS-4e": f"{_SAME}ACAS-14.",
    "ACAS-13": f"{_SAME}ACAS-14.",
    "ACAS-15": f"{_SAME}ACAS-14: a request needs no form and no deadline.",
    "ACAS-19": f"{_SAME}CASE-2.",
    "ACAS-20": f"{_SAME}CASE-2.",
    "ACAS-28": f"{_SAME}ACAS-14.",
    "ACAS-30": "Whether the employee is a union representative is asked when a formal step is taken.",
    "ACAS-47": "Collective grievances are outside the procedure.",
    "ERelA-10a": f"{_SAME}ACAS-14.",
    "ERelA-10b": f"{_SAME}ACAS-14.",
    "ERelA-10c": f"{_SAME}ACAS-17.",
    "ERelA-10e": "Paid time off is the companion's own right, not the employee's.",
    "ERelA-11": _CONTEXT,
    "ERelA-12": "Retaliation shows after the case, and in another one.",
    "ERelA-13a": f"{_SAME}ACAS-14.",
    "ERelA-13b": _NUMBERS,
    "ERelA-13c": _CONTEXT,
    "SSR-4": f"{_SAME}ACAS-22a.",
    "SSR-7": _RECORD,
    "SSR-14": "Whether the local authority's adviser was invited is asked when the hearing is called.",
    "SSR-20b": "It binds the local authority, after the case.",
    "SSR-20c": "It binds the local authority, after the case.",
    "SSR-21": "A special rule for school meals staff; ask HR.",
    "SSR-32": "A special rule for staff whom the local authority employs at another's school; ask HR.",
    "SSR-38": "A special rule for federations; ask HR.",
    "SSR-HT": f"{_SAME}PAN-4 and PAN-9.",
    "PAN-6": "A preference with a reason, asked when the hearing is called.",
    "PAN-8": f"{_SAME}ACAS-27.",
    "KCSIE-4.2": f"{_SAME}KCSIE-4.1.",
    "KCSIE-4.11": f"{_SAME}ACAS-8a.",
    "KCSIE-4.14": _LATER,
    "KCSIE-4.15": _LATER,
    "KCSIE-4.16": _LATER,
    "KCSIE-4.17": "Support for parents and staff is a task of its own, not a step against the employee.",
    "KCSIE-4.18": _LATER,
    "KCSIE-4.19": _LATER,
    "KCSIE-4.21": _LATER,
    "KCSIE-4.22": _LATER,
    "KCSIE-4.23": "It binds the school and the agency together, outside the case.",
    "KCSIE-4.24": _CONTEXT,
    "EA02-141A": _CONTEXT,
    "EA02-141B": _CONTEXT,
    "EA02-141F": "It binds every publication, not a step of the case.",
    "EA02-141F2": "It opens another case, and is asked at triage of that one.",
    "SVGA-35b": _CONTEXT,
    "OFSTED-EY": "It binds the school towards the inspectorate.",
    "CC-ACAD": "It binds the trust towards its regulator.",
    "CASE-4": _CONTEXT,
    "CASE-9": f"{_SAME}ERA96-43 and ERA96-98.",
    "CASE-12": _CONTEXT,
    "CASE-13": f"{_SAME}ERA96-98.",
    "BB-NOT": f"{_SAME}ERA96-86.",
    "ERA96-92": f"{_SAME}ACAS-22b.",
    "ERA96-97": _NUMBERS,
    "ERA96-111": _LATER,
    "ERA96-111A": "Confidential talks stand outside the record.",
    "ERA25-1": "The review asks the same of every length of service.",
    "ERA25-2": _CONTEXT,
    "ERA-RESIGN": f"{_SAME}KCSIE-4.13 and EA02-141D.",
    "EqA-10": f"{_SAME}EqA-HIGGS.",
    "EqA-19": "A complaint about the process is its own case.",
    "EqA-26": "A complaint about the process is its own case.",
    "EqA-27": "A complaint about the process is its own case.",
    "EqA-40A": "Prevention is the employer's task, outside the case.",
    "EqA-149": "It is shown by figures over many cases.",
    "HRA-6": _CONTEXT,
    "HRA-10": f"{_SAME}EqA-HIGGS.",
    "UKGDPR-5a": _RECORD,
    "UKGDPR-5b": _RECORD,
    "UKGDPR-5c": _RECORD,
    "UKGDPR-5e": _LATER,
    "UKGDPR-5f": _RECORD,
    "UKGDPR-6": _RECORD,
    "UKGDPR-9": _RECORD,
    "UKGDPR-10": _RECORD,
    "UKGDPR-15": _LATER,
    "UKGDPR-EX": _LATER,
    "DUAA-164A": _LATER,
    "UKGDPR-33": "A data breach runs beside the case, with its own clock.",
    "UKGDPR-35": _RECORD,
    "DPA-170": "It opens another case, and is asked at triage of that one.",
    **dict.fromkeys(
        ("RET-1a", "RET-1b", "RET-1c", "RET-1d", "RET-2", "RET-2b", "RET-3", "RET-4", "RET-5"), _LATER
    ),
    **{f"SM-{n}": "It says which law a post may break; the police decide." for n in range(1, 11)},
    **{f"LX-{n}": _LETTERS for n in range(1, 18)},
}
"""Rules that no review question has, and why."""
