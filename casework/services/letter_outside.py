"""What letters to people and bodies outside the school say from the record alone.

Whoever writes such a letter cannot say otherwise: whether a name may be published, which warnings are live, what a
safeguarding matter came to, who was told. What must not be told is not among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.cases.triage import effects_of, triage_of
from casework.cases.triage_answers import answers_of
from casework.procedure.triage import YES_NO
from casework.services.loading import LoadedCase, people_of, texts_of, warnings_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

_ENDS_RESTRICTION: Final = ("charge", "conviction")
"""What ends the restriction on reporting: it holds until the person is charged (EA02-141F)."""


def reporting_restriction(loaded: LoadedCase) -> bool:
    """Say whether nothing may be published that could tell the public who the teacher is (EA02-141F).

    The answer given when the matter was referred counts, before that what triage found; until there is a charge.
    """
    charge = loaded.case.last_step("record_charge")
    if charge is not None and charge.values.get("what") in _ENDS_RESTRICTION:
        return False
    answered = loaded.case.answer("reporting_restriction")
    if answered is not None or loaded.policy.triage is None:
        return answered is True
    answers = answers_of(loaded.case, loaded.policy)
    found = effects_of(triage_of(loaded.policy), answers, loaded.case.triage_registers)
    return any("reporting_restriction" in effect.tags for _, _, effect in found)


def harm_tests(workspace: Workspace, loaded: LoadedCase) -> list[dict[str, str]] | None:
    """Return the four questions about risk to a child, each with its answer and the reason (KCSIE-4.2)."""
    record = loaded.case.last_step("refer_to_lado")
    answers = record.values.get("harm_threshold") if record is not None else None
    if record is None or not isinstance(answers, Mapping):
        return None
    field = loaded.policy.steps[record.step][1].fields["harm_threshold"]
    questions = loaded.policy.checklists[field.checklist or ""].questions
    reasons = texts_of(workspace, loaded, record).get("harm_threshold", {})
    return [
        {
            "question": question.text,
            "answer": ". ".join(part for part in (YES_NO[answers[name]], reasons.get(name)) if part),
        }
        for name, question in questions.items()
        if name in answers
    ]


def referrals(loaded: LoadedCase) -> str:
    """Return who is told: `dbs`, `tra`, `both`, `none`, or `not_decided` (SVGA-35, EA02-141D)."""
    decided = loaded.case.last_step("decide_to_refer", "decide_no_referral")
    if decided is None:
        return "not_decided"
    return str(decided.values.get("refer_to", "none"))


def safeguarding_to_tell(loaded: LoadedCase) -> str:
    """Return `substantiated` if the safeguarding matter came to that, and otherwise `nothing` (KCSIE-4.16)."""
    concluded = loaded.case.last_step("conclude_safeguarding", "reconsider_conclusion")
    stands = concluded is not None and concluded.values.get("conclusion") == "substantiated"
    return "substantiated" if stands else "nothing"


def live_warnings(workspace: Workspace, loaded: LoadedCase, on: date) -> list[dict[str, str]]:
    """Return the warnings on the employee's file that are live on a local date; a spent one is never told."""
    employee = loaded.case.employee
    if employee is None:
        return []
    person = str(people_of(workspace, loaded)[employee.id].get("person", ""))
    return [
        {
            "level": loaded.policy.sanctions[warning.sanction].title,
            "live_from": warning.live_from.isoformat(),
            "live_until": warning.live_until.isoformat(),
        }
        for warning in warnings_of(workspace, person)
        if warning.live(on) and warning.sanction in loaded.policy.sanctions
    ]
