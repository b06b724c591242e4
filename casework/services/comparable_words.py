"""A school's earlier decisions that are like a case, in words, for every face: no name, no reference, no day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from casework.base.words import count, lower_first
from casework.records.words import BANDS

if TYPE_CHECKING:
    from casework.cases.comparable import PastDecision, Proved
    from casework.services.comparable import Comparison, Shown

KNOWN: Final = "casework knows only what was recorded in it. Ask what was decided before, or on paper."
"""What the comparison cannot know."""

LEFT_OUT: Final = (
    "Not shown: names and references; talks and advice; decisions on record as irregular; cases in which the employee"
    " has a part, or you have one other than running or recording them; cases that are not open to you."
)
"""What the comparison leaves out."""

_APPEALS: Final = {
    "none": "",
    "undecided": "Lodged; no decision on it is on record",
    "dismissed": "Dismissed: the decision stands",
    "upheld_in_part": "Upheld in part",
    "upheld": "Upheld: the decision was set aside",
}


def overview(found: Comparison) -> str:
    """Return in a sentence how many comparable decisions there are, and of which period."""
    if not found.charged:
        return "No allegation with a clause stands in this case, so there is nothing to compare it by."
    within = f" of the last {count(found.months, 'month')}" if found.months is not None else ""
    if found.months is not None and found.unconfirmed:
        within += " (the school has not confirmed this period)"
    if not found.shown:
        return f"No comparable decision is on record{within}."
    return f"{count(len(found.shown), 'comparable decision')}{within}, newest first."


def headline(item: Shown) -> str:
    """Return month, year and what was decided: `March 2025: First written warning`."""
    past = item.comparable.past
    return f"{past.on:%B %Y}: {_sanction(item, past.sanction)}"


def told(item: Shown) -> list[tuple[str, str]]:
    """Return what is told of a decision, each part with its label; a part of several lines has them on lines."""
    past, like = item.comparable.past, item.comparable.likeness
    return [
        ("Proved", "\n".join(_proved(item, one) for one in past.proved)),
        ("How alike", f"{like.alike.capitalize()}: {like.says}"),
        ("Appeal", _appeal(item, past)),
        ("Besides", "\n".join(_circumstances(item, past))),
    ]


def _sanction(item: Shown, name: str) -> str:
    if not name:
        return "No sanction"
    held = item.policy.sanctions.get(name)
    return held.title if held is not None else name


def _proved(item: Shown, one: Proved) -> str:
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
    return lower_first(options.get(str(value), str(value)))
