"""What is kept and until when: closed cases, what personnel files hold of them, registers, and facts without words.

Whose file it is, and what a personnel file says of a case, stand in sealed words, so nothing here works without a key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from casework.base.errors import BadInput
from casework.base.ids import parse_reference
from casework.base.time import describe_date, local_date, parse_instant
from casework.cases.keeping import (
    Employment,
    Keeping,
    Period,
    closed_on,
    entry_keeping,
    keeping,
    kept_for,
    leaves_personnel_file,
    periods_beside,
    warning_period,
)
from casework.cases.replay import FactsMissing
from casework.ledger.event import Envelope
from casework.ledger.seal import open_body
from casework.procedure.periods import add_months
from casework.services.directory import Person, list_people, who_am_i
from casework.services.erasing import recorded
from casework.services.errors import NoAccess
from casework.services.guard import cases_of, hidden_cases
from casework.services.holds import HOLDS, Hold, holds_of
from casework.services.loading import LoadedCase, people_of
from casework.services.registers import registers_of
from casework.services.retention_monitoring import monitored
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.ledger.event import StoredEvent
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader

Kind = Literal["case", "personnel", "register", "facts", "monitoring"]


@dataclass(frozen=True, slots=True)
class Item:
    """A record with what becomes of it.

    Args:
        name: how it is asked for: the reference of a case, with `:personnel`, `:facts` or `:monitoring` behind it for
            those parts; the name of a register with the number of an entry.
        kind: the words of a case, what of it stands on a personnel file, an entry of a register, the bare facts of a
            case, or answers to equality monitoring.
        stream: its stream.
        events: the events that go.
        of: whom it is about, as far as that can still be read.
        keeping: until when it is kept, with every period; None where the policy does not say.
        blocked: why it is not destroyed although it is due.
        at_once: it leaves the file now, whatever its periods are.
    """

    name: str
    kind: Kind
    stream: str
    events: tuple[int, ...]
    of: str
    keeping: Keeping | None
    blocked: tuple[str, ...] = ()
    at_once: bool = False
    subject: str = field(default="", repr=False)

    @property
    def due(self) -> date | None:
        """The first day on which it may be destroyed; None if that is not known."""
        return self.keeping.due if self.keeping is not None else None

    def ready(self, on: date) -> bool:
        """Say whether it may be destroyed on a local date."""
        return self.due is not None and self.due <= on and not self.blocked


def retention_list(workspace: Workspace, school: School) -> list[Item]:
    """Return every closed case, what stands on personnel files, and facts whose words are gone; what is due first.

    Raises:
        NoAccess: this account has no key to a case.
    """
    people = {person.id: person for person in list_people(workspace, school)}
    holds = holds_of(workspace, school)
    found = [
        *_cases(workspace, school, people, holds),
        *_personnel(workspace, school, people, holds),
        *_registers(workspace, school, people, holds),
        *_monitoring(workspace, school, people),
    ]
    return sorted(found, key=lambda item: (item.due is None, item.due or date.max, item.name))


def _cases(
    workspace: Workspace, school: School, people: Mapping[str, Person], holds: Sequence[Hold]
) -> Iterator[Item]:
    with workspace.store.read() as reader:
        rows = cases_of(workspace, school.id)
        gone = {str(facts["stream"]): pos for pos, facts in recorded(reader, school) if facts["whole"]}
        dates = {stream: _recorded_on(reader, school, pos) for stream, pos in gone.items()}
    for row in rows:
        try:
            loaded = workspace.cases.load(row.stream)
        except (FactsMissing, NoAccess):
            continue
        if row.stream in gone:
            yield _facts(loaded, dates[row.stream])
            continue
        closed = closed_on(loaded.case, loaded.policy)
        if closed is None:
            continue
        person = _subject(workspace, loaded, people)
        kept = keeping(loaded.case, loaded.policy, closed, employment_of(person))
        yield Item(
            loaded.case.reference,
            "case",
            row.stream,
            tuple(range(1, loaded.n + 1)),
            person.name if person is not None else "",
            kept,
            (*_held(holds, row.stream), *_running(loaded)),
            subject=person.id if person is not None else "",
        )


def _recorded_on(reader: Reader, school: School, pos: int) -> date:
    event = reader.event_at(log_of(reader, school, "cases").log, pos)
    if event is None:
        raise NoAccess("An entry of the record is missing.", remedy="Run `casework audit verify`.")
    return local_date(parse_instant(Envelope.from_bytes(event.envelope).recorded))


def _facts(loaded: LoadedCase, erased: date) -> Item:
    rules = loaded.policy.retention
    months = loaded.policy.days(rules.facts_months) if rules is not None else 72
    until = add_months(erased, months).result
    says = (
        f"Its words were destroyed on {describe_date(erased)}. The facts that are left name nobody, and show for"
        f" {months // 12} years that the procedure was followed. Until {describe_date(until)}."
    )
    cites = rules.facts_cites if rules is not None else ()
    return Item(
        f"{loaded.case.reference}:facts",
        "facts",
        loaded.stream,
        tuple(range(1, loaded.n + 1)),
        "",
        kept_for([Period(until, says, cites)], "facts"),
    )


def _subject(workspace: Workspace, loaded: LoadedCase, people: Mapping[str, Person]) -> Person | None:
    employee = loaded.case.employee
    words = people_of(workspace, loaded)[employee.id] if employee is not None else {}
    return people.get(str(words.get("person", "")))


def employment_of(person: Person | None) -> Employment:
    """Return what the directory says of somebody's employment."""
    if person is None:
        return Employment()
    return Employment(
        *(date.fromisoformat(day) if day else None for day in (person.left, person.pension_age_on))
    )


def _held(holds: Sequence[Hold], stream: str) -> tuple[str, ...]:
    return tuple(f"It is held: {HOLDS[item.why]}." for item in holds if item.stream == stream)


def _running(loaded: LoadedCase) -> tuple[str, ...]:
    """What the law still asks in the case: until it is done, the file is needed."""
    deadlines = loaded.policy.deadlines
    return tuple(
        f"Something is still due: {deadlines[clock.id].title}."
        for clock in loaded.case.running()
        if clock.id in deadlines
        and deadlines[clock.id].basis == "statutory"
        and not deadlines[clock.id].lapses
    )


def _personnel(
    workspace: Workspace, school: School, people: Mapping[str, Person], holds: Sequence[Hold]
) -> Iterator[Item]:
    me = who_am_i(workspace, school).person  # nobody looks after their own file
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        streams = [row for row in reader.streams(log.log, "person") if row.ref not in ("", None, me)]
        events = {row.stream: reader.events_of(row.stream) for row in streams}
        out = hidden_cases(workspace, school.id)
        hidden = {row.reference for row in reader.cases(school.id) if row.stream in out}
    for row in streams:
        person = people.get(row.ref or "")
        for reference, of_case in _by_case(workspace, events[row.stream]).items():
            if reference in hidden:
                continue
            item = _on_file(workspace, school, reference, of_case, person, holds)
            if item is not None:
                yield item


def _by_case(workspace: Workspace, events: Sequence[StoredEvent]) -> dict[str, list[StoredEvent]]:
    """The events of a personnel file that are not erased, by the reference of the case that they are about."""
    found: dict[str, list[StoredEvent]] = {}
    for event in events:
        if event.sealed is None or event.facts is None:
            continue
        try:
            key = workspace.key_to(event.stream, event.sealed)
        except NoAccess:
            continue  # a file that is not for this account
        words = open_body(event, key).value()
        found.setdefault(str(words.get("reference", "")), []).append(event)
    return found


def _on_file(
    workspace: Workspace,
    school: School,
    reference: str,
    events: Sequence[StoredEvent],
    person: Person | None,
    holds: Sequence[Hold],
) -> Item | None:
    told = [json.loads(event.facts or b"{}") for event in events]
    given = {event.n: facts for event, facts in zip(events, told, strict=True) if "level" in facts}
    ended = {int(facts["warning"]): str(facts["on"]) for facts in told if "warning" in facts}
    loaded = _loaded(workspace, school, reference)
    policy = loaded.policy if loaded is not None else workspace.policy(school.policy)
    periods = [
        Period(
            day := date.fromisoformat(ended[n]), f"It was set aside on {describe_date(day)}.", ("UKGDPR-5e",)
        )
        if n in ended
        else warning_period(
            facts["level"],
            date.fromisoformat(facts["live_from"]),
            date.fromisoformat(facts["live_until"]),
            policy,
        )
        for n, facts in given.items()
        if facts["level"] in policy.sanctions
    ]
    out = leaves_personnel_file(loaded.case, policy) if loaded is not None else None
    blocked = _held(holds, loaded.stream) if loaded is not None else ()
    if out is not None:
        cites = policy.retention.leaves_cites if policy.retention is not None else ()
        says = f"The allegation was found to be malicious or false on {describe_date(out)}: it leaves the file at once."
        periods = [Period(out - timedelta(days=1), says, cites)]
    elif loaded is not None:
        closed = closed_on(loaded.case, policy)
        periods += periods_beside(loaded.case, policy, closed, employment_of(person)) if closed else []
        blocked += () if closed else ("Its case is not closed.",)
    if not periods:
        return None
    return Item(
        f"{reference}:personnel",
        "personnel",
        events[0].stream,
        tuple(event.n for event in events),
        person.name if person is not None else "",
        kept_for(periods, "personnel"),
        blocked,
        out is not None,
        person.id if person is not None else "",
    )


def _registers(
    workspace: Workspace, school: School, people: Mapping[str, Person], holds: Sequence[Hold]
) -> Iterator[Item]:
    policy = workspace.policy(school.policy)
    classes = policy.retention.registers if policy.retention is not None else {}
    for name, loaded in registers_of(workspace, school).items() if classes else ():
        for entry in loaded.book.entries if name in classes and loaded.stream is not None else ():
            if all(loaded.events[n - 1].sealed is None for n in entry.events):
                continue
            person = people.get(str(entry.values.get(loaded.register.about or "")))
            made = local_date(parse_instant(entry.recorded))
            yield Item(
                f"{name}:{entry.number}",
                "register",
                loaded.stream or "",
                entry.events,
                person.name if person is not None else "",
                entry_keeping(classes[name], policy, made, employment_of(person)),
                _held(holds, entry.case),
                subject=person.id if person is not None else "",
            )


def _monitoring(workspace: Workspace, school: School, people: Mapping[str, Person]) -> Iterator[Item]:
    for item in monitored(workspace, school):
        person = None
        if item.case is not None and not item.case.forgotten:
            person = _subject(workspace, item.case, people)
        yield Item(
            item.name,
            "monitoring",
            item.stream,
            (1,),
            "",
            kept_for([item.period], "monitoring"),
            () if item.at_once or item.period.until is not None else ("Its case is not closed.",),
            item.at_once,
            person.id if person is not None else "",
        )


def _loaded(workspace: Workspace, school: School, reference: str) -> LoadedCase | None:
    try:
        return workspace.cases.called(school.id, parse_reference(reference))
    except (BadInput, FactsMissing):
        return None


def find_item(workspace: Workspace, school: School, name: str) -> Item:
    """Return a record by its name.

    Raises:
        BadInput: there is none, or its case is open.
    """
    wanted = name.strip().upper()
    for item in retention_list(workspace, school):
        if item.name.upper() == wanted:
            return item
    raise BadInput(
        f"There is no closed record {name!a}.", remedy="`casework retention due --all` lists them all."
    )
