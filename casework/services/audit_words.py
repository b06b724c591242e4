"""What a verification came to, in sentences that every face says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.base.time import describe_datetime, parse_instant
from casework.base.words import count

if TYPE_CHECKING:
    from casework.services.audit import AuditFinding, AuditReport
    from casework.services.audit_report import ToldErasure

WHOLE: Final = (
    "The record is whole and unaltered, and every step in it was lawful or is on record as irregular."
)
"""What is said of a record in which nothing was found."""


def checked(report: AuditReport) -> str:
    """Return what was checked."""
    kept = count(report.register_entries, "entry of a register", "entries of registers")
    return (
        f"Checked: {count(report.events, 'entry', 'entries')} against {count(report.heads, 'signed head')};"
        f" {count(report.steps, 'step')} of {count(report.cases, 'case')}"
        f"{f' and {kept}' if report.register_entries else ''} judged again."
    )


def to_know(report: AuditReport) -> list[str]:
    """Return what has to be known of a record besides: what was erased, and what was lost in a restore."""
    lines = []
    if report.erased:
        lines.append(
            f"Of {count(report.erased, 'case')} the facts were erased: only the hashes could be checked."
        )
    lines += [_erasure(item) for item in report.erasures]
    for origin, size in report.generations.items():
        lines.append(
            f"It was restored from a backup: {origin} ended after {count(size, 'entry', 'entries')}. Whatever was"
            " recorded there afterwards is not here."
        )
    for item in report.lost:
        lines.append(
            f"Lost: a checkpoint from elsewhere vouches for {item.vouched - item.kept} later"
            f" {'entry' if item.vouched - item.kept == 1 else 'entries'} of {item.origin}."
        )
    return lines


def where(item: AuditFinding) -> str:
    """Return where something is wrong."""
    place = [
        f"entry {item.pos}" if item.pos is not None else "",
        f"event {item.n}" if item.n is not None else "",
    ]
    return ", ".join(part for part in (f"{item.log} log", *place, item.reference) if part)


def _erasure(item: ToldErasure) -> str:
    what = "the words" if item.what == "words" else "words and facts"
    rules = f" under {', '.join(item.rules)}" if item.rules else ""
    return (
        f"Erased on {describe_datetime(parse_instant(item.recorded))}{rules}: {what} of"
        f" {count(item.events, 'entry', 'entries')} (entry {item.pos} says so)."
    )
