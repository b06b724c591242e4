"""Phrases that the printed formats share, so that screen and paper say the same."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from casework.base.time import describe_date
from casework.records.entry import Cite, Entry, Started, Stopped, Taken, Typist
from casework.records.model import Deadline, Document, History, Stage
from casework.records.words import lowered

# What a page or a terminal would obey or hide instead of showing: control characters, and marks that turn the
# direction of text around, with which a line can be made to read as another one.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)

_STATUS: Final = {
    "met": "Met",
    "waived": "Waived",
    "breached": "Not met",
    "not_shown": "Not shown",
    "not_reached": "Did not apply",
}


def visible(text: str) -> str:
    """Return text in which nothing is obeyed or hidden: such characters appear by their number.

    New lines and tabs stay.
    """
    return _OBEYED.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))


def short_day(text: str | None) -> str:
    """Return an ISO date as `Tue 3 Mar 2026`; a dash for None."""
    if text is None:
        return "–"
    weekday, day, month, year = describe_date(date.fromisoformat(text)).split(" ")
    return f"{weekday[:3]} {day} {month[:3]} {year}"


def utc(instant: str) -> str:
    """Return an instant as `2026-03-06 16:05:00 UTC`."""
    return f"{instant[:10]} {instant[11:19]} UTC"


def days(number: int | None) -> str:
    """Return `1 day` or `22 days`; `not known` for None."""
    if number is None:
        return "not known"
    return f"{number} day" if number == 1 else f"{number} days"


def labelled(label: str, value: str) -> str:
    """Return `Label: value`; a question keeps its own mark."""
    return f"{label} {value}" if label.endswith(("?", ".", ":")) else f"{label}: {value}"


def count(number: int, one: str, many: str = "") -> str:
    """Return `1 waiver` or `no waivers`."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def events(numbers: tuple[int, ...] | list[int]) -> str:
    """Return `event 3` or `events 3, 4 and 9`; empty for none."""
    if len(numbers) < 2:
        return "".join(f"event {number}" for number in numbers)
    return f"events {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def status(name: str) -> str:
    """Return how a requirement stood, in words."""
    return _STATUS[name]


def taken(by: Taken) -> str:
    """Return who decided, in which role and on what basis."""
    return f"{by.who.full}, {lowered(by.role)}. {basis(by)}"


def basis(by: Taken) -> str:
    """Return on what basis somebody decided, and what proves it."""
    proof = f" ({by.authority})" if by.authority else ""
    return f"Basis: {lowered(by.basis)}{proof}"


def typist(by: Typist) -> str:
    """Return who entered it, and in which role."""
    return f"{by.who.full}, {lowered(by.role)}"


def flags(entry: Entry) -> list[str]:
    """Return what a reader must not miss about an entry, in the order of its weight."""
    found = []
    if entry.annulled_by is not None:
        found.append(f"Annulled by event {entry.annulled_by}")
    if entry.irregular:
        found.append("Irregular")
    if entry.waived:
        found.append("Requirement waived")
    if entry.corrected_by:
        found.append(f"Corrected by {events(entry.corrected_by)}")
    if any(stop.days_late for stop in entry.stopped):
        found.append("Late")
    if not entry.readable:
        found.append("Not readable")
    elif not entry.opened:
        found.append("Words withheld")
    return found


def started(clock: Started) -> str:
    """Return what an event made due."""
    return f"{clock.title}: due {short_day(clock.due)}, counted from {short_day(clock.counted_from)}"


def stopped(clock: Stopped) -> str:
    """Return whether what was due came in time."""
    if clock.due is None:
        return f"{clock.title}: done"
    late = f"{days(clock.days_late)} late" if clock.days_late else "in time"
    return f"{clock.title}: {late} (due {short_day(clock.due)})"


def cites(rules: tuple[Cite, ...]) -> str:
    """Return rules as `ACAS-11 (Leave reasonable time to prepare; Acas Code, para 11; not confirmed)`."""
    return "; ".join(cite(rule) for rule in rules)


def cite(rule: Cite) -> str:
    """Return one rule with its words, its source and whether that was read."""
    if not rule.title:
        return rule.id
    unconfirmed = "" if rule.confirmed else "; source not confirmed"
    return f"{rule.id} ({rule.title.rstrip('.')}; {rule.source}{unconfirmed})"


def stage_time(stage: Stage) -> str:
    """Return when a stage was, such as `Mon 2 Mar 2026 to Fri 6 Mar 2026, 4 days`."""
    if stage.status == "not_reached":
        return "not reached"
    if stage.status == "present":
        return f"since {short_day(stage.entered)}, {days(stage.days)} so far"
    return f"{short_day(stage.entered)} to {short_day(stage.left)}, {days(stage.days)}"


def deadline_status(deadline: Deadline) -> str:
    """Return how a deadline ended, in words."""
    late = days(deadline.days_late)
    return {
        "in_time": "In time",
        "late": f"{late} late",
        "running": "Still runs",
        "overdue": f"Overdue by {late}",
        "left_open": "Case ended first",
        "lapsed": "Passed unused",
        "not_owed": "Nothing was due after all",
        "not_shown": "Not shown",
    }[deadline.status]


def document(file: Document) -> str:
    """Return a file's name and size."""
    size = f", {file.size:,} bytes" if file.size is not None else ""
    return f"{file.name or 'File'}{size}"


def stands_out(history: History) -> list[str]:
    """Return what an auditor should look at first, each with its events; empty if there is nothing."""
    entries = [entry for entry in history.entries if entry.annulled_by is None]
    late = [item for item in history.deadlines if item.days_late and item.status != "left_open"]
    found = [
        ("Recorded although not in order", [entry.n for entry in entries if entry.irregular]),
        (
            "Shown as not in order by a correction",
            [e.n for e in entries if e.correction and e.correction.breached],
        ),
        ("Requirement waived", [entry.n for entry in entries if entry.waived]),
        ("Corrected", [entry.n for entry in entries if entry.corrected_by]),
        ("Annulled", [entry.n for entry in history.entries if entry.annulled_by is not None]),
        ("Does not follow from the policy", [doubt.event for doubt in history.doubts]),
        ("Facts not shown", list(history.header.unreadable)),
        ("Words withheld", [n for n in history.header.withheld if n not in history.header.unreadable]),
    ]
    lines = [f"{what}: {events(numbers)}" for what, numbers in found if numbers]
    lines += [f"{item.title}: {lowered(deadline_status(item))} (due {short_day(item.due)})" for item in late]
    return lines
