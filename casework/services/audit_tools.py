"""What an audit asks of a whole record: the population and whether it is complete, a sample, the exceptions.

Nothing here needs a key: it is read from facts, and people are numbers. Counts are taken in two ways that share nothing
(the log event by event; the streams and lists), so that totals which do not agree show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from casework.cases.replay import FactsMissing
from casework.ledger.checkpoint import Checkpoint
from casework.services.audit_around import read_facts
from casework.services.guard import cases_of
from casework.services.history import history_of
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.records.entry import Entry
    from casework.records.model import History
    from casework.services.workspace import Workspace

Tell = Callable[[int, int], None]
"""Told how many cases are done, of how many."""

Why = Literal["waived", "late", "written up late", "irregular", "corrected", "annulled"]

_KINDS: Final = ("case", "organisation", "person", "register", "monitoring")
"""What streams are about."""

_BEGUN: Final = ("kind", "reference")
"""What is kept of the first facts of each stream; all of them would be most of the memory of a large record."""

REASONS: Final[tuple[Why, ...]] = (
    "waived",
    "late",
    "written up late",
    "irregular",
    "corrected",
    "annulled",
)
"""Why an event is an exception, in the order in which they are counted."""


@dataclass(frozen=True, slots=True)
class Member:
    """One case of the population.

    `opened` is a local date; `first` and `last` are positions in the log; `erased` says that its facts are gone, so
    that its reference, its date and its stage are not known.
    """

    reference: str
    opened: str
    stage: str
    closed: bool
    events: int
    first: int
    last: int
    erased: bool
    stream: str


@dataclass(frozen=True, slots=True)
class Population:
    """Every case of a school, oldest first, and how the counts agree.

    Args:
        cases: each case.
        events: in the log, by what their streams are about, of `_KINDS`.
        signed: how many events the newest signed checkpoint covers.
        wrong: what does not agree, in sentences; empty if the population is complete.
    """

    cases: tuple[Member, ...]
    events: dict[str, int]
    signed: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Something that an auditor looks at: why, in which case, at which event, on which local date, and what it was.

    `days` counts how late it was, in calendar days; 0 where that does not apply.
    """

    why: Why
    reference: str
    event: int
    on: str
    what: str
    detail: str
    days: int


@dataclass(slots=True)
class _Place:
    """Where the events of a stream stand in the log, without holding every position."""

    first: int
    last: int = 0
    events: int = 0


def population(workspace: Workspace, school: School) -> Population:
    """Count a school's cases and events, and say whether all are there.

    Whoever is no auditor is shown the cases that they may see, and the events of these alone.

    Raises:
        UnknownSchool: the log is not there.
    """
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        kinds = {stream.stream: kind for kind in _KINDS for stream in reader.streams(log.log, kind)}
        listed = {row.stream: row for row in reader.cases(school.id)}
        note = reader.newest_note(log.log)
        places: dict[str, _Place] = {}
        facts_of: dict[str, dict[str, object]] = {}
        wrong, at = [], 0
        for event in reader.events(log.log):
            if event.pos != at:
                wrong.append(f"Positions {at} to {event.pos - 1} of the log are missing.")
            at = event.pos + 1
            held = places.setdefault(event.stream, _Place(event.pos))
            held.last, held.events = event.pos, held.events + 1
            if event.n != held.events:
                wrong.append(f"Before position {event.pos}, events of its case are missing.")
            if event.n == 1:
                begun = read_facts(event) or {}
                facts_of[event.stream] = {name: begun[name] for name in _BEGUN if name in begun}
    signed = Checkpoint.from_text(note.partition("\n\n")[0] + "\n").size if note else 0
    cases = [stream for stream in places if _is_case(facts_of.get(stream, {}), kinds.get(stream))]
    if signed != at:
        wrong.append(f"The newest checkpoint covers {signed} events; the log has {at}.")
    wrong += _disagreements(cases, kinds, set(listed), facts_of)
    seen = {row.stream for row in cases_of(workspace, school.id)}
    cases = [stream for stream in cases if stream in seen or stream not in listed]
    members = []
    for stream in cases:
        row, facts, held = listed.get(stream), facts_of.get(stream, {}), places[stream]
        members.append(
            Member(
                str(facts.get("reference", "")),
                row.opened if row else "",
                row.stage if row else "",
                row.closed if row else False,
                held.events,
                held.first,
                held.last,
                not facts,
                stream,
            )
        )
    counted = Counter({kind: 0 for kind in _KINDS})
    begun_cases = set(cases)
    for stream, held in places.items():
        if stream in begun_cases or stream not in listed:
            counted["case" if stream in begun_cases else kinds.get(stream, "unknown")] += held.events
    return Population(tuple(members), dict(counted), signed, tuple(wrong))


def _is_case(begun: dict[str, object], kind: str | None) -> bool:
    return begun.get("kind") == "case_opened" or (not begun and kind == "case")


def _disagreements(
    cases: Sequence[str], kinds: dict[str, str], listed: set[str], facts_of: dict[str, dict[str, object]]
) -> Iterator[str]:
    streams = {stream for stream, kind in kinds.items() if kind == "case"}
    if set(cases) != streams:
        yield f"The log begins {len(cases)} cases; {len(streams)} are entered as cases."
    readable = {stream for stream in cases if facts_of.get(stream)}
    if readable != listed & set(cases) or listed - set(cases):
        yield f"The log has {len(readable)} cases with their facts; the list shows {len(listed)}."
    twice = [
        name
        for name, count in Counter(str(facts_of[one].get("reference")) for one in readable).items()
        if count > 1
    ]
    yield from (f"Two cases are called {name}." for name in twice)


def opened_between(cases: Iterable[Member], first: date | None, last: date | None) -> list[Member]:
    """Return the cases that were opened from one local date to another, both included; an erased one has no date."""
    return [
        case
        for case in cases
        if (first is None or (case.opened and date.fromisoformat(case.opened) >= first))
        and (last is None or (case.opened and date.fromisoformat(case.opened) <= last))
    ]


def sample(items: Iterable[str], seed: str, size: int) -> list[str]:
    """Return a random sample that anybody can draw again: the items whose SHA-256 with the seed comes first.

    The hash is that of the seed, a line feed and the item, in UTF-8. Who knows the seed only afterwards cannot have
    arranged the items to be left out.
    """
    ranked = sorted(items, key=lambda item: sha256(f"{seed}\n{item}".encode()).digest())
    return ranked[:size]


def histories(
    workspace: Workspace, school: School, cases: Sequence[Member], tell: Tell | None = None
) -> Iterator[History]:
    """Yield the history of each case whose facts are there, without words, one at a time."""
    for done, case in enumerate(cases, start=1):
        try:
            loaded = workspace.cases.load(case.stream)
            yield history_of(workspace, school, loaded, words=False)
        except FactsMissing:
            continue
        finally:
            workspace.cases.forget(case.stream)
        if tell is not None:
            tell(done, len(cases))


def exceptions(history: History, days: int) -> list[Exceptional]:
    """Return what stands out in one case: waived, late, written up more than `days` calendar days later, and so on."""
    found: list[Exceptional] = []
    reference = history.header.reference
    for entry in history.entries:
        found += _of_entry(reference, entry, days)
    for item in history.deadlines:
        if item.days_late > 0 and item.status != "left_open":
            event = item.stopped_by or item.started_by
            detail = (
                f"due {item.due}, {'still open' if item.stopped_by is None else f'done {item.stopped_on}'}"
            )
            found.append(
                Exceptional(
                    "late", reference, event, item.stopped_on or item.due, item.title, detail, item.days_late
                )
            )
    return sorted(found, key=lambda item: (item.event, REASONS.index(item.why)))


def _of_entry(reference: str, entry: Entry, days: int) -> Iterator[Exceptional]:
    on = (entry.occurred.date if entry.occurred else None) or entry.recorded[:10]

    def one(why: Why, detail: str, late: int = 0) -> Exceptional:
        return Exceptional(why, reference, entry.n, on, entry.title, detail, late)

    if entry.annulled_by is None:
        yield from (one("waived", f"{item.name}, by {item.by.full} ({item.role})") for item in entry.waived)
        if entry.irregular:
            yield one("irregular", "; ".join(item.name for item in entry.breached))
    if entry.days_to_record is not None and entry.days_to_record > days:
        yield one("written up late", f"entered {entry.recorded[:10]}", entry.days_to_record)
    if entry.correction is not None:
        yield one("corrected", f"corrects event {entry.correction.corrects}")
    if entry.annulment is not None:
        yield one("annulled", f"annuls event {entry.annulment.annuls}")


def reconciled(history: History, found: Sequence[Exceptional]) -> list[str]:
    """Return where the exceptions of a case and its figures, which are counted apart, do not agree; in sentences."""
    counted: Counter[str] = Counter(item.why for item in found)
    figures = history.figures
    stated = {
        "waived": figures.waived,
        "late": figures.deadlines_late,
        "irregular": figures.irregular,
        "corrected": figures.corrections,
        "annulled": figures.annulments,
    }
    return [
        f"{history.header.reference}: {counted[why]} {why} are listed, and {number} counted."
        for why, number in stated.items()
        if counted[why] != number
    ]
