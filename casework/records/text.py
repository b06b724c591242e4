"""A history as plain text, for a terminal: where the case stands, what stands out, and the timeline.

No colour and no control characters: what the record holds of these appears by its number. Words are wrapped
at the width, fingerprints are left to the other formats.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from casework.records import phrases
from casework.records.entry import Breached, Entry, Field, Waived
from casework.records.model import History
from casework.records.words import lowered

NARROWEST: Final = 40
"""A narrower terminal is written to as if it had this many columns."""

_INDENT: Final = "     "


def to_text(history: History, width: int = 80) -> str:
    """Return the history as lines of at most `width` columns, with a new line at the end."""
    width = max(width, NARROWEST)
    lines = [*_head(history, width)]
    for entry in history.entries:
        lines += ["", *_entry(entry, width)]
    lines += ["", *_foot(history, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def timeline_text(entries: Sequence[Entry], width: int = 80) -> str:
    """Return entries alone, as `to_text` prints them."""
    width = max(width, NARROWEST)
    blocks = ["\n".join(line.rstrip() for line in _entry(entry, width)) for entry in entries]
    return "\n\n".join(blocks) + "\n"


def _head(history: History, width: int) -> Iterator[str]:
    header = history.header
    yield from _wrapped(f"{header.reference}, {header.school}", width)
    yield from _wrapped(f"{header.procedure}, policy {header.policy_label}", width)
    for standing in header.standing:
        yield from _wrapped(f"{standing.strand}: {standing.state}", width)
    yield ""
    longest = max(len(stage.title) for stage in history.stages)
    for stage in history.stages:
        yield from _wrapped(f"{stage.title:{longest}}  {phrases.stage_time(stage)}", width)
    found = phrases.stands_out(history)
    if found:
        yield from ("", "To be looked at")
        for line in found:
            yield from _wrapped(f"- {line}", width, "  ")


def _foot(history: History, width: int) -> Iterator[str]:
    signed = history.header.checkpoint
    yield from _wrapped(
        f"{phrases.count(history.figures.events, 'event')}, under the checkpoint of {signed.size} entries of the log "
        f"{signed.origin}, root {signed.root}. Check it with: casework audit verify",
        width,
    )


def _entry(entry: Entry, width: int) -> Iterator[str]:
    when = entry.occurred.words if entry.occurred else f"entered {phrases.utc(entry.recorded)}"
    place = f"{entry.stage}, log {entry.position}" if entry.stage else f"log {entry.position}"
    first = f"{entry.n:>3}  {when}"
    gap = width - len(first) - len(place)
    yield f"{first}{' ' * gap}{place}" if gap > 1 else first
    yield from _part(entry.title, width)
    marks = phrases.flags(entry)
    if marks:
        yield from _part(f"** {'; '.join(marks)} **", width)
    yield from _part(entry.says, width)
    if entry.taken_by:
        yield from _part(f"Decided by {phrases.taken(entry.taken_by)}", width)
    if entry.recorded_by:
        by = phrases.typist(entry.recorded_by)
        yield from _part(f"Entered by {by}, {phrases.utc(entry.recorded)}", width)
    for field in entry.fields:
        yield from _field(field, width)
    for item in entry.words:
        yield from _part(f"{item.label}: {item.value}", width)
    yield from _consequences(entry, width)


def _consequences(entry: Entry, width: int) -> Iterator[str]:
    for waived in entry.waived:
        yield from _waived(waived, width)
    for breached in entry.breached:
        yield from _breached(breached, width)
    if entry.correction:
        for change in entry.correction.changes:
            yield from _part(f"{change.label}: {change.old} -> {change.new}", width)
        for breached in entry.correction.breached:
            yield from _breached(breached, width)
    for change in entry.changes:
        yield from _part(f"{change.label}: {change.old} -> {change.new}", width)
    for stop in entry.stopped:
        yield from _part(phrases.stopped(stop), width)
    for start in entry.started:
        yield from _part(phrases.started(start), width)


def _field(field: Field, width: int) -> Iterator[str]:
    if field.value or not field.items:
        value = field.value or ("(withheld)" if field.withheld else "")
        yield from _part(phrases.labelled(field.label, value), width)
        return
    yield from _part(phrases.labelled(field.label, "").rstrip(), width)
    for item in field.items:
        yield from _wrapped(f"- {phrases.labelled(item.label, item.value)}", width, f"{_INDENT}  ", _INDENT)


def _waived(waived: Waived, width: int) -> Iterator[str]:
    yield from _part(f"Waived: {waived.name}. {waived.says}", width)
    yield from _part(f"By {waived.by.full}, {lowered(waived.role)}: {waived.reason or '(withheld)'}", width)
    if waived.advice:
        yield from _part(f"Advice beside it: {waived.advice}", width)
    yield from _part(f"Rule: {phrases.cites(waived.cites)}" if waived.cites else "", width)


def _breached(breached: Breached, width: int) -> Iterator[str]:
    yield from _part(f"Not met: {breached.name}. {breached.says}", width)
    yield from _part(f"Rule: {phrases.cites(breached.cites)}" if breached.cites else "", width)
    if breached.mended_by:
        yield from _part(f"Met on the facts as corrected by event {breached.mended_by}.", width)
    elif breached.cure:
        yield from _part(f"What can be done: {breached.cure}", width)


def _part(text: str, width: int) -> Iterator[str]:
    yield from _wrapped(text, width, _INDENT, _INDENT) if text else ()


def _wrapped(text: str, width: int, later: str = "", first: str = "") -> Iterator[str]:
    """Wrap words; the record's own new lines stay."""
    for number, line in enumerate(phrases.visible(text).split("\n")):
        yield from textwrap.wrap(
            line,
            width,
            initial_indent=later if number else first,
            subsequent_indent=later,
            expand_tabs=True,
            break_on_hyphens=False,
        ) or [""]
