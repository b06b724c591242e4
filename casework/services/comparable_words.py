"""Earlier decisions that are like a case, in words that every face says, without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.words import count

if TYPE_CHECKING:
    from casework.cases.comparable import PastDecision, Proved
    from casework.services.comparable import Comparison, Shown

KNOWN: Final = "casework knows only what was recorded in it. Ask what was decided before, or on paper."
"""What a comparison cannot know."""

LEFT_OUT: Final = (
    "Not shown: names and references; talks and advice; decisions on record as irregular; cases in which the employee"
    " has a part, or you have one other than running or recording them; cases that are not open to you."
)
"""What a comparison does not show."""

UNCHARGED: Final = "No allegation with a clause stands in this case, so there is nothing to compare it by."
"""Why nothing can be compared."""

_APPEALS: Final = {
    "none": "",
    "undecided": "Lodged; no decision on it is on record",
    "dismissed": "Dismissed: the decision stands",
    "upheld_in_part": "Upheld in part",
    "upheld": "Upheld: the decision was set aside",
}


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """An earlier decision in words: month and sanction, what was proved, how alike it is, its appeal, what else."""

    when: str
    sanction: str
    proved: tuple[str, ...]
    alike: str
    appeal: str
    besides: tuple[str, ...]


def heading(found: Comparison) -> str:
    """Return how many decisions there are, and of how long a time."""
    within = f" of the last {count(found.months, 'month')}" if found.months is not None else ""
    if found.months is not None and found.unconfirmed:
        within += " (the school has not confirmed this period)"
    if not found.shown:
        return f"No comparable decision is on record{within}."
    return f"{count(len(found.shown), 'comparable decision')}{within}, newest first."


def told(item: Shown) -> ToldDecision:
    """Return a decision in words."""
    past, like = item.comparable.past, item.comparable.likeness
    return ToldDecision(
        f"{past.on:%B %Y}",
        _sanction(item, past.sanction),
        tuple(line for one in past.proved for line in _proved(item, one)),
        f"{like.alike.capitalize()}: {like.says}",
        _appeal(item, past),
        tuple(_circumstances(item, past)),
    )


def _sanction(item: Shown, name: str) -> str:
    if not name:
        return "No sanction"
    held = item.policy.sanctions.get(name)
    return held.title if held is not None else name


def _proved(item: Shown, one: Proved) -> list[str]:
    from casework.records.words import BANDS

    gross = ", notified as potential gross misconduct" if one.gross_misconduct else ""
    severity = f"Severity {BANDS.get(one.band, one.band)}{gross}"
    return [*(_rule(item, code) for code in one.clauses), severity]


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
