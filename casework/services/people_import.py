"""Taking the people of a school's own system into the directory: planned and shown first, then entered as one act.

Somebody is known again by their staff number, else by their whole name. What a cell says replaces what the directory
holds; an empty cell, or a column that was not taken, changes nothing. Nobody is ever taken out: those whom the file no
longer lists are named, because somebody has to say when they left. If one row cannot be taken, none is.

Which column holds what, and how namesakes were told apart, is on record with each import, and holds for the next one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import local_date, parse_date
from casework.cases.request import Decision
from casework.services.access import note_access
from casework.services.bodies import open_body
from casework.services.directory import Person, cleaned, list_people, seal_person, who_am_i
from casework.services.errors import CaseMoved, EntryChanged
from casework.services.people import changes_between
from casework.services.people_columns import PARTS, Columns, chosen_columns, recognised
from casework.services.people_file import BadRow, PeopleFile, Row
from casework.services.recorder import record
from casework.services.schools import School, log_of
from casework.services.sealed_rows import changed, of_person
from casework.store.rows import Person as PersonRow

if TYPE_CHECKING:
    from casework.records.entry import Change
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

_YES: Final = frozenset(("y", "yes", "true", "t", "1", "x"))
_NO: Final = frozenset(("n", "no", "false", "f", "0"))
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: .*)?")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody whom the file lists: the entry as it will be, and what differs from before; `new` has no before."""

    line: int
    person: Person
    changes: tuple[Change, ...] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Args:
        columns: which column holds what.
        unused: columns that are not taken.
        people: who is new or changes, in the order of the file.
        same: how many stand in the directory as the file has them.
        absent: who has a staff number, has not left, and is not in the file any more.
        repeated: rows that list somebody again, and what was made of them.
        gone: how many the directory does not know and had left already: nobody needs them here (UKGDPR-5c).
        bad: rows that cannot be taken; while there is one, nothing is entered.
        called: how namesakes are told apart, by staff number.
        stored: the directory as it stood when this was planned.
    """

    file: str
    columns: Columns
    unused: tuple[str, ...]
    people: tuple[Planned, ...]
    same: int
    absent: tuple[Person, ...]
    repeated: tuple[BadRow, ...]
    gone: int
    bad: tuple[BadRow, ...]
    called: Mapping[str, str]
    stored: Mapping[str, PersonRow] = field(repr=False)

    @property
    def added(self) -> tuple[Planned, ...]:
        """Who is new."""
        return tuple(item for item in self.people if item.new)

    @property
    def changed(self) -> tuple[Planned, ...]:
        """Whose entry changes."""
        return tuple(item for item in self.people if not item.new)


def plan_import(
    workspace: Workspace,
    school: School,
    file: PeopleFile,
    *,
    columns: Sequence[str] = (),
    called: Mapping[str, str] | None = None,
) -> Plan:
    """Return what taking the people of a file into the directory would do; that it was read is put on the access log.

    Args:
        file: as it was read.
        columns: those that are named by hand, each as PART=HEADING.
        called: for namesakes, the name by staff number that each is to have here.

    Raises:
        BadInput: a column is not there, or none holds the name or the job title. NoAccess: no key to the directory.
    """
    note_access(workspace, school, "people")
    with workspace.store.read() as reader:
        stored = {row.person: row for row in reader.people(school.id)}
    before, names = last_columns(workspace, school)
    names = {**names, **{number: cleaned(name) for number, name in (called or {}).items()}}
    chosen = chosen_columns(columns, file.headings)
    understood = recognised(file.headings, before, chosen)
    used = {heading for headings in understood.values() for heading in headings}
    today = local_date(workspace.clock.now()).isoformat()
    matching = _Matching(workspace, list_people(workspace, school), understood, names, today)
    for row in file.rows:
        matching.take(row)
    return Plan(
        file=file.name,
        columns=understood,
        unused=tuple(heading for heading in file.headings if heading not in used),
        people=tuple(matching.planned),
        same=matching.same,
        absent=matching.absent() if "number" in understood else (),
        repeated=tuple(matching.repeated),
        gone=matching.gone,
        bad=tuple(sorted((*file.bad, *matching.bad), key=lambda item: item.line)),
        called=names,
        stored=stored,
    )


def import_people(workspace: Workspace, school: School, plan: Plan) -> None:
    """Enter what was planned: all of it in one transaction, on record with its counts and its columns.

    Raises:
        BadInput: a row cannot be taken, or nothing would change. EntryChanged: somebody else changed the directory.
    """
    if plan.bad or not plan.people:
        raise BadInput(
            "The file has a row that cannot be taken, or nothing that is new. Nothing was entered."
        )
    rows = [PersonRow(p.person.id, school.id, seal_person(workspace, school, p.person)) for p in plan.people]
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)

    def enter(transaction: Transaction) -> None:
        if {row.person: row for row in transaction.people(school.id)} != plan.stored:
            raise _changed()
        for row in rows:
            transaction.put_person(row)

    decision = Decision(
        {
            "kind": "people_imported",
            "added": len(plan.added),
            "changed": len(plan.changed),
            "account": who_am_i(workspace, school).account,
            **changed(
                map(of_person, rows),
                [of_person(before) for row in rows if (before := plan.stored.get(row.person)) is not None],
            ),
        },
        {
            "file": plan.file,
            "columns": {part: list(headings) for part, headings in plan.columns.items()},
            "called": dict(plan.called),
        },
    )
    try:
        seen = {school.stream: newest}
        entries = [(school.stream, decision)]
        record(workspace, log, entries, seen=seen, command=workspace.new_id(), prepare=enter)
    except CaseMoved:
        raise _changed() from None


def last_columns(workspace: Workspace, school: School) -> tuple[Columns, Mapping[str, str]]:
    """Return which column held what in the school's last import, and how namesakes were told apart; empty if none was.

    Raises:
        NoAccess: this account has no key to them.
    """
    with workspace.store.read() as reader:
        log, events = log_of(reader, school, "cases"), reader.events_of(school.stream)
    for event in reversed(events):
        if event.facts is None or event.sealed is None or b'"people_imported"' not in event.facts:
            continue
        kind = str(json.loads(event.facts)["kind"])
        words = open_body(
            workspace, log=log.log, stream=school.stream, n=event.n, kind=kind, sealed=event.sealed
        )
        return {part: tuple(columns) for part, columns in words["columns"].items()}, words["called"]
    return {}, {}


def _changed() -> EntryChanged:
    return EntryChanged(
        "Somebody else changed the directory first. Nothing was entered: import the file again."
    )


class _Matching:
    """Finds for each row whom it is about, and what of their entry changes."""

    def __init__(
        self,
        workspace: Workspace,
        people: Sequence[Person],
        columns: Columns,
        called: Mapping[str, str],
        today: str,
    ) -> None:
        self._workspace, self._columns, self._called, self._today = workspace, columns, called, today
        self._people = list(people)
        self._by_number = {person.number: person for person in people if person.number}
        self._by_name = {person.name.casefold(): person for person in people}
        self._lines: dict[str, tuple[int, Person]] = {}
        self.planned: list[Planned] = []
        self.repeated: list[BadRow] = []
        self.bad: list[BadRow] = []
        self.same = self.gone = 0

    def take(self, row: Row) -> None:
        """Plan what becomes of a row; what is wrong with it is kept in a sentence."""
        try:
            said = _parts(row, self._columns)
            number, name = said.get("number", ""), said["name"]
            name = said["name"] = self._called.get(number, name) if number else name
            before = self._known(number, name)
            after = _entry(before or Person(self._workspace.new_id(), "", ""), said)
        except BadInput as problem:
            self.bad.append(BadRow(row.line, problem.message))
            return
        key = number or name.casefold()
        if key in self._lines:
            self._again(row.line, after, *self._lines[key])
            return
        self._lines[key] = row.line, after
        if before == after or (before is None and after.left and after.left < self._today):
            self.same += before == after
            self.gone += before != after
            return
        self._by_name[after.name.casefold()] = after
        changes = changes_between(before, after) if before is not None else ()
        self.planned.append(Planned(row.line, after, changes, new=before is None))

    def absent(self) -> tuple[Person, ...]:
        """Who has a staff number and is employed still, and whom no row was about."""
        return tuple(p for p in self._people if p.number and not p.left and p.number not in self._lines)

    def _known(self, number: str, name: str) -> Person | None:
        """The entry that a row is about; None for somebody new.

        Raises:
            BadInput: the name belongs to somebody else.
        """
        known = self._by_number.get(number) if number else None
        namesake = self._by_name.get(name.casefold())
        if namesake is not None and known is not None and namesake.id != known.id:
            raise _namesake(name, number)
        if namesake is not None and known is None and number and namesake.number not in ("", number):
            raise _namesake(name, number)
        return known or namesake

    def _again(self, line: int, after: Person, first: int, entered: Person) -> None:
        """A second row about somebody: a second contract is no second person."""
        if not after.number:
            self.bad.append(
                BadRow(
                    line,
                    f"{after.name} is on line {first} already; without staff numbers nobody can tell two apart",
                )
            )
            return
        differs = [item for item in changes_between(entered, after) if item.label != "Job"]
        if differs:
            labels = ", ".join(item.label.lower() for item in differs)
            self.bad.append(
                BadRow(line, f"staff number {after.number} is on line {first} too, with another {labels}")
            )
            return
        self.repeated.append(
            BadRow(
                line, f"lists {entered.name} again, as {after.title}; line {first} counts ({entered.title})"
            )
        )


def _namesake(name: str, number: str) -> BadInput:
    tell = f'--call "{number}={name} (middle name)"'
    return BadInput(f"somebody else is called {name} in the directory: tell them apart, such as with {tell}")


def _parts(row: Row, columns: Columns) -> dict[str, Any]:
    """What a row says of somebody, part by part; empty cells say nothing.

    Raises:
        BadInput: a cell cannot be what its column holds.
    """
    said: dict[str, Any] = {}
    for part, headings in columns.items():
        cells = [text for heading in headings if (text := cleaned(row.cells[heading]))]
        if not cells:
            continue
        said[part] = cells if PARTS[part].several else " ".join(cells)
    if "name" not in said:
        said["name"] = " ".join(said[part] for part in ("forename", "surname") if part in said)
    if not said["name"]:
        raise BadInput("has no name")
    if "address" in said:
        lines = said["address"] if len(said["address"]) > 1 else said["address"][0].split(",")
        said["address"] = tuple(line for line in map(cleaned, lines) if line)
    if "email" in said and not _EMAIL.fullmatch(said["email"]):
        raise BadInput(f"{said['email']!r} is no e-mail address")
    if "left" in said:
        said["left"] = _day(said["left"]).isoformat()
    if "teacher" in said:
        said["teacher"] = _yes(said["teacher"])
    if "courtesy-title" in said and "surname" in said:
        said["salutation"] = f"{said['courtesy-title']} {said['surname']}"
    return said


def _entry(before: Person, said: Mapping[str, Any]) -> Person:
    """The entry as a row leaves it.

    Raises:
        BadInput: somebody new has no job title.
    """
    title = said.get("job-title", before.title)
    if not title:
        raise BadInput(f"{said['name']} has no job title")
    flags = dict(before.flags)
    if "teacher" in said:
        flags = {flag: held for flag, held in {**flags, "teacher": said["teacher"]}.items() if held}
    parts = ("name", "number", "address", "email", "phone", "left", "salutation")
    return replace(before, title=title, flags=flags, **{part: said[part] for part in parts if part in said})


def _day(text: str) -> date:
    """The day of `31/08/2026` (day first, as England writes it) or `2026-08-31`.

    Raises:
        BadInput: it is none.
    """
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            return parse_date(text[:10])
        day, month, year = map(int, found.groups())
        return date(year, month, day)
    except (ValueError, BadInput):
        raise BadInput(f"{text!r} is no date: write 31/08/2026 or 2026-08-31") from None


def _yes(text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise BadInput(f"{text!r} is neither yes nor no")
