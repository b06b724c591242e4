"""`casework case comparable`: earlier decisions that are like a case, without names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, pairs, paragraph

if TYPE_CHECKING:
    from casework.cases.comparable import PastDecision, Proved
    from casework.cases.request import Compared
    from casework.services.comparable import Comparison, Shown
    from casework.services.loading import LoadedCase

_KNOWN = "casework knows only what was recorded in it. Ask what was decided before, or on paper."
_LEFT_OUT = (
    "Not shown: names and references; talks and advice; decisions on record as irregular; cases in which the employee"
    " has a part, or you have one other than running or recording them; cases that are not open to you."
)
_APPEALS = {
    "none": "",
    "undecided": "Lodged; no decision on it is on record",
    "dismissed": "Dismissed: the decision stands",
    "upheld_in_part": "Upheld in part",
    "upheld": "Upheld: the decision was set aside",
}


@click.command(
    short_help="Show earlier decisions that are like this case, without names.",
    epilog=example("casework case comparable ASH-26-7KQ4", "casework case comparable ASH-26-7KQ4 --json"),
)
@reference
@as_json
@pass_session
def comparable(session: Session, reference: str, as_json: bool) -> None:
    """Show the school's earlier decisions that are like this case, newest first, so that like cases are treated alike.

    A decision is like it if something was proved under the same rule or clause, and was as serious or one band away.
    Shown are month and year, what was proved, the sanction, what an appeal came to, and how alike it is. Nobody's name
    is shown. How far back it goes is a setting of the procedure, `comparable_months`.
    """
    from casework.cases.comparable import compared
    from casework.services.comparable import comparable_cases

    loaded = session.case(reference)
    found = comparable_cases(session.workspace, session.school, loaded)
    data = {
        "reference": loaded.case.reference,
        "months": found.months,
        "months_unconfirmed": found.unconfirmed,
        "comparable": [
            {**item.comparable.outline(), "why": item.comparable.likeness.says} for item in found.shown
        ],
        "digest": compared(item.comparable for item in found.shown).digest,
    }
    answer(as_json, data, comparison_text(found))


def show_before(session: Session, loaded: LoadedCase) -> Compared:
    """Show the comparable decisions before a decision is recorded, and return what the step records of that."""
    from casework.cases.comparable import compared
    from casework.services.comparable import comparable_cases

    found = comparable_cases(session.workspace, session.school, loaded)
    say(f"{comparison_text(found)}\n")
    return compared(item.comparable for item in found.shown)


def comparison_text(found: Comparison) -> str:
    """Return the comparison in words."""
    if not found.charged:
        nothing = "No allegation with a clause stands in this case, so there is nothing to compare it by."
        return paragraph(f"{nothing} Add one with `casework case allege`.")
    within = f" of the last {count(found.months, 'month')}" if found.months is not None else ""
    if found.months is not None and found.unconfirmed:
        within += " (the school has not confirmed this period)"
    if not found.shown:
        first = f"No comparable decision is on record{within}."
    else:
        first = f"{count(len(found.shown), 'comparable decision')}{within}, newest first."
    entries = [_entry(number, item) for number, item in enumerate(found.shown, start=1)]
    return "\n\n".join([paragraph(first), *entries, f"{paragraph(_KNOWN)}\n{paragraph(_LEFT_OUT)}"])


def _entry(number: int, item: Shown) -> str:
    past, like = item.comparable.past, item.comparable.likeness
    title = strong(f"{number}. {past.on:%B %Y}: {_sanction(item, past.sanction)}")
    rows = [("Proved", "\n".join(_proved(item, one) for one in past.proved))]
    rows += [("How alike", f"{like.alike.capitalize()}: {like.says}")]
    rows += [("Appeal", _appeal(item, past)), ("Besides", "\n".join(_circumstances(item, past)))]
    return f"{title}\n{pairs(rows, indent=3)}"


def _sanction(item: Shown, name: str) -> str:
    if not name:
        return "No sanction"
    held = item.policy.sanctions.get(name)
    return held.title if held is not None else name


def _proved(item: Shown, one: Proved) -> str:
    from casework.records.words import BANDS

    gross = ", notified as potential gross misconduct" if one.gross_misconduct else ""
    severity = f"Severity {BANDS.get(one.band, one.band)}{gross}"
    return "\n".join([*(_rule(item, code) for code in one.clauses), severity])


def _rule(item: Shown, code: str) -> str:
    clause = item.clauses.get(code)
    return f"Clause {clause.number}: {clause.says}" if clause is not None else code


def _appeal(item: Shown, past: PastDecision) -> str:
    says = _APPEALS[past.appeal]
    return f"{says}: {_sanction(item, past.stands)}" if past.appeal == "upheld_in_part" else says


def _circumstances(item: Shown, past: PastDecision) -> list[str]:
    fields = {name: field for _, step in item.policy.steps.values() for name, field in step.fields.items()}
    told = ["A warning was live." if past.live_warning else "No warning was live."]
    for name, value in past.circumstances.items():
        told.append(f"{fields[name].label}: {_worded(fields[name].options, value)}.")
    return told


def _worded(options: dict[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    words = options.get(str(value), str(value))
    return words[:1].lower() + words[1:]
