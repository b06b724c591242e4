"""Figures: days in each stage, days of suspension, deadlines with their lateness, and what sums them up.

All in calendar days, from the day of entry to the day of leaving: a stage that is entered and left on one day
takes 0 days. What still lasts is counted to the day of the export. Only what stands counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from casework.cases.clocks import was_owed
from casework.cases.deadline_acts import MOVED
from casework.cases.model import Clock, StepRecord
from casework.procedure.paused import PAUSED
from casework.records.entry import Entry
from casework.records.model import Deadline, Exhibit, Figures, Posted, Span, Stage, Visit
from casework.records.record import Record
from casework.records.words import STAGES


def stages_of(record: Record) -> tuple[Stage, ...]:
    """Return the six stages, each with when it was entered and left."""
    path = _path(record)
    ends = [*(entered for _, entered in path[1:]), None]
    visits: dict[str, list[Visit]] = {stage: [] for stage in STAGES}
    for (stage, entered), left in zip(path, ends, strict=True):
        if stage in visits:
            visits[stage].append(Visit(_iso(entered), _iso(left)))
    present = path[-1][0] if path else None
    return tuple(
        _stage(stage, title, visits[stage], stage == present, record.today) for stage, title in STAGES.items()
    )


def _path(record: Record) -> list[tuple[str, date | None]]:
    """The stages that the case went through and the day of each; "" stands for an end that has no stage."""
    policy, case = record.words.policy, record.case
    main = policy.strands[policy.main_strand]
    if not case.states:
        return []
    path = [(str(main.states[main.initial].stage or "reported"), case.opened)]
    for taken in case.steps:
        state = main.states.get(taken.to) if taken.strand == policy.main_strand else None
        if state is not None and (state.stage or state.final) and (state.stage or "") != path[-1][0]:
            path.append((state.stage or "", taken.occurred.date))
    return path


def _stage(stage: str, title: str, visits: Sequence[Visit], present: bool, today: date) -> Stage:
    if not visits:
        return Stage(stage, title, "not_reached", None, None, None, ())
    days: int | None = 0
    for at, visit in enumerate(visits):
        lasts = present and at == len(visits) - 1
        left = today.isoformat() if lasts else visit.left
        known = days is not None and visit.entered is not None and left is not None
        days = (days or 0) + days_between(visit.entered, left) if known else None
    return Stage(
        stage,
        title,
        "present" if present else "past",
        visits[0].entered,
        visits[-1].left,
        days,
        tuple(visits),
    )


def days_between(first: str | None, last: str | None) -> int:
    """Return the calendar days from one ISO date to another; 0 if either is None."""
    if first is None or last is None:
        return 0
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def suspensions_of(record: Record) -> tuple[Span, ...]:
    """Return each suspension: from the step that began it to the step that lifted it."""
    found: list[Span] = []
    begun: StepRecord | None = None
    for taken in record.case.steps:
        step = record.words.step(taken.step)
        act = step.act if step else None
        if act == "suspension" and begun is None:
            begun = taken
        elif act in ("suspension_lifted", "suspension_lapsed") and begun is not None:
            found += _span(begun, taken.n, taken.occurred.date, record.today)
            begun = None
    if begun is not None:
        found += _span(begun, None, None, record.today)
    return tuple(found)


def _span(begun: StepRecord, ended_by: int | None, until: date | None, today: date) -> list[Span]:
    since = begun.occurred.date
    if since is None or (ended_by is not None and until is None):
        return []
    days = ((until or today) - since).days
    return [Span(begun.n, ended_by, since.isoformat(), until.isoformat() if until else None, days)]


def deadlines_of(record: Record) -> tuple[Deadline, ...]:
    """Return each clock that ran, in the order in which it was started; one that was moved as it stands now."""
    closed = closed_on(record)
    moved = [item for item in record.case.clocks if record.facts(item.stopped).get("kind") in MOVED]
    return tuple(_deadline(record, clock, closed) for clock in record.case.clocks if clock not in moved)


def _deadline(record: Record, clock: Clock, closed: date | None) -> Deadline:
    known_rule = clock.id.removeprefix(PAUSED) in record.words.policy.deadlines
    rule = record.words.policy.deadline_of(clock.id) if known_rule else None
    running_until = closed or record.today
    until = running_until if clock.stopped is None else (clock.stopped_on or clock.due)
    known = record.whole or clock.stopped is not None
    late = max(0, (until - clock.due).days) if known else 0
    owed = rule is None or was_owed(rule, record.case.values_of(clock.stopped))
    lapsed = late > 0 and rule is not None and rule.lapses
    over: Literal["lapsed", "not_owed", ""] = "lapsed" if lapsed else "not_owed" if late and not owed else ""
    ended = record.facts(clock.stopped).get("kind") == "policy_moved"
    left_open = ended or (clock.stopped is None and closed is not None)
    return Deadline(
        clock.id,
        record.words.clock(clock.id),
        tuple(record.words.role(role) for role in rule.act_by) if rule else (),
        record.words.cites(rule.cites) if rule else (),
        clock.n,
        clock.counted_from.isoformat(),
        clock.due.isoformat(),
        clock.stopped,
        clock.stopped_on.isoformat() if clock.stopped_on else None,
        over or (_clock_status(clock, late, left_open) if known else "not_shown"),
        0 if over else late,
    )


def _clock_status(
    clock: Clock, late: int, left_open: bool
) -> Literal["in_time", "late", "running", "overdue", "left_open"]:
    if left_open:
        return "left_open"
    if clock.stopped is not None:
        return "late" if late else "in_time"
    return "overdue" if late else "running"


def closed_on(record: Record) -> date | None:
    """Return the day on which the main strand came to its end; None while it goes on, or if it is not known."""
    policy, case = record.words.policy, record.case
    state = policy.strands[policy.main_strand].states.get(case.states.get(policy.main_strand, ""))
    if state is None or not state.final:
        return None
    last = [taken for taken in case.steps if taken.strand == policy.main_strand]
    return last[-1].occurred.date if last else None


def figures_of(
    record: Record,
    entries: Sequence[Entry],
    letters: Iterable[Posted],
    evidence: Sequence[Exhibit],
    deadlines: Sequence[Deadline],
    suspensions: Iterable[Span],
) -> Figures:
    """Return the numbers that sum the history up."""
    standing = [entry for entry in entries if entry.annulled_by is None]
    sent = list(letters)
    opened = record.case.opened
    until = closed_on(record) or record.today
    return Figures(
        events=len(entries),
        steps=len(record.case.steps),
        irregular=sum(entry.irregular for entry in standing),
        waived=sum(len(entry.waived) for entry in standing),
        breached=sum(len(entry.breached) for entry in standing),
        corrections=sum(entry.correction is not None for entry in standing),
        annulments=sum(entry.annulment is not None for entry in standing),
        letters_issued=sum(letter.issued_by is not None for letter in sent),
        letters_served=sum(any(service.counts for service in letter.services) for letter in sent),
        evidence=len(evidence),
        evidence_disclosed=sum(item.status == "disclosed" for item in evidence),
        evidence_withheld=sum(item.status == "withheld" for item in evidence),
        deadlines=len(deadlines),
        deadlines_late=sum(item.days_late > 0 and item.status != "left_open" for item in deadlines),
        days_open=(until - opened).days if opened else None,
        days_suspended=sum(span.days for span in suspensions),
    )
