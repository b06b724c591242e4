"""Registers of a school: entering, adding to, correcting and annulling entries, and reading them.

Each register is a stream of its own, with its own key, made with its first entry. Facts can be read without a key;
whoever opens the words of an entry is on the access log first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.words import did_you_mean
from casework.cases.request import Decision
from casework.ledger.event import StoredEvent
from casework.procedure.registers import Register, RegisterField
from casework.registers import entries
from casework.registers.lookup import standing_ids
from casework.registers.model import Book, Entry, UnknownEntry, fold, recorded_of
from casework.services.directory import find_person, who_am_i
from casework.services.errors import CaseMoved
from casework.services.recorder import Receipt, already_recorded, receipt, record
from casework.services.schools import School, log_of
from casework.services.wrapping import enter_key, new_stream_key, readers_of_school

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction
    from casework.store.rows import Log


class UnknownRegister(BadInput):
    """The school's policy has no register of that name."""

    code = "unknown-register"


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """A register as it stands: its definition in the school's policy, its entries, its stream if it has any."""

    name: str
    register: Register
    book: Book = field(default_factory=Book)
    stream: str | None = None
    events: tuple[StoredEvent, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """What was done in a register: the entry's number and the receipt."""

    number: int
    receipt: Receipt


def registers_of(workspace: Workspace, school: School) -> dict[str, LoadedRegister]:
    """Return every register of the school's policy as it stands; no key is needed.

    Raises:
        RegisterUnreadable: a register's facts were erased, or some are missing.
    """
    policy = workspace.policy(school.policy)
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        streams = {row.ref: row.stream for row in reader.streams(log.log, "register")}
        return {
            name: _loaded(reader, name, register, streams.get(name))
            for name, register in policy.registers.items()
        }


def register_called(workspace: Workspace, school: School, name: str) -> LoadedRegister:
    """Return one register as it stands, by its name or its number in the list of registers.

    Raises:
        UnknownRegister: there is none of that name. RegisterUnreadable.
    """
    known = workspace.policy(school.policy).registers
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    numbers = {register.number.lower(): key for key, register in known.items()}
    chosen = wanted if wanted in known else numbers.get(wanted, "")
    if not chosen:
        near = get_close_matches(wanted, known, n=2)
        raise UnknownRegister(
            f"There is no register {name!r}.",
            remedy=did_you_mean(near) or f"Registers: {', '.join(known)}.",
        )
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        streams = {row.ref: row.stream for row in reader.streams(log.log, "register")}
        return _loaded(reader, chosen, known[chosen], streams.get(chosen))


def _loaded(reader: Reader, name: str, register: Register, stream: str | None) -> LoadedRegister:
    if stream is None:
        return LoadedRegister(name, register)
    events = tuple(reader.events_of(stream))
    return LoadedRegister(name, register, fold(map(recorded_of, events)), stream, events)


def add_entry(
    workspace: Workspace,
    school: School,
    name: str,
    given: Mapping[str, Any],
    *,
    case: LoadedCase | None = None,
    command: str = "",
) -> Entered:
    """Make an entry. People are given by name, entries of other registers by their number.

    Raises:
        UnknownRegister, UnknownPerson, FieldInvalid, EntryIncomplete, UnknownEntry. CaseMoved: somebody was faster.
    """
    entry = workspace.new_id()

    def decide(sitting: entries.Sitting, loaded: LoadedRegister) -> tuple[int, entries.Written]:
        stream = case.stream if case else ""
        return len(loaded.book.entries) + 1, entries.add(
            sitting, entry=entry, given=_resolved(workspace, school, loaded.register, given), case=stream
        )

    return _act(workspace, school, name, command, decide)


def update_entry(
    workspace: Workspace,
    school: School,
    name: str,
    number: int,
    given: Mapping[str, Any],
    *,
    command: str = "",
) -> Entered:
    """Add to an entry what became known later.

    Raises:
        As `add_entry`; UnknownEntry, CannotChange.
    """

    def decide(sitting: entries.Sitting, loaded: LoadedRegister) -> tuple[int, entries.Written]:
        values = _resolved(workspace, school, loaded.register, given)
        return number, entries.update(sitting, loaded.book.entry(number), values)

    return _act(workspace, school, name, command, decide)


def correct_entry(
    workspace: Workspace,
    school: School,
    name: str,
    number: int,
    given: Mapping[str, Any],
    *,
    reason: str,
    command: str = "",
) -> Entered:
    """Put other values in the place of those that an entry has; old and new both stand.

    Raises:
        As `add_entry`; UnknownEntry, CannotChange.
    """

    def decide(sitting: entries.Sitting, loaded: LoadedRegister) -> tuple[int, entries.Written]:
        values = _resolved(workspace, school, loaded.register, given)
        return number, entries.correct(sitting, loaded.book.entry(number), values, reason)

    return _act(workspace, school, name, command, decide)


def annul_entry(
    workspace: Workspace, school: School, name: str, number: int, *, reason: str, command: str = ""
) -> Entered:
    """Annul an entry that should never have been made; it keeps its number and counts no more.

    Raises:
        UnknownRegister, UnknownEntry, FieldInvalid. CannotChange: it was annulled before, or another entry names it.
    """

    def decide(sitting: entries.Sitting, loaded: LoadedRegister) -> tuple[int, entries.Written]:
        entry = loaded.book.entry(number)
        _nothing_names(workspace, school, loaded.name, entry)
        return number, entries.annul(sitting, entry, reason)

    return _act(workspace, school, name, command, decide)


def _nothing_names(workspace: Workspace, school: School, name: str, entry: Entry) -> None:
    for other in registers_of(workspace, school).values():
        naming = [key for key, item in other.register.fields.items() if item.of == name]
        for held in other.book.standing:
            if any(held.values.get(key) == entry.id for key in naming):
                names = f"entry {held.number} of “{other.register.title}” names it"
                raise entries.CannotChange(
                    f"Entry {entry.number} cannot be annulled: {names}.",
                    remedy="Correct or annul that one first.",
                )


_Decide = Callable[[entries.Sitting, LoadedRegister], tuple[int, entries.Written]]


def _act(workspace: Workspace, school: School, name: str, command: str, decide: _Decide) -> Entered:
    """Load a register, decide, and record; a command that was recorded before is not recorded again."""
    loaded = register_called(workspace, school, name)
    repeated = already_recorded(workspace, command, loaded.stream) if command else None
    if repeated is not None:
        return Entered(_number_of(loaded, repeated), repeated)
    number, written = decide(_sitting(workspace, school, loaded), loaded)
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    stream = loaded.stream or workspace.new_id()
    chosen = command or workspace.new_id()
    try:
        appended = record(
            workspace,
            log,
            [(stream, Decision(written.facts, written.body))],
            seen={stream: loaded.book.n},
            command=chosen,
            prepare=None if loaded.stream else _first(workspace, school, log, loaded.name, stream),
        )
    except CaseMoved as moved:
        raise CaseMoved(
            "Somebody else recorded something in this register first. Nothing of yours was recorded.",
            **moved.details,
        ) from None
    return Entered(number, receipt(appended, chosen, stream))


@dataclass(frozen=True, slots=True)
class Begun:
    """An entry that an act in a case begins with: what is recorded in which stream, and what enters that stream."""

    name: str
    number: int
    entry: tuple[str, int, Decision]
    enter: Callable[[Transaction], None] | None


def begin_entry(
    workspace: Workspace, school: School, name: str, given: Mapping[str, Any], *, case: LoadedCase
) -> Begun:
    """Return the entry that a case begins in a register, with what is known, to be recorded in the act of the case.

    Args:
        given: values as facts hold them; people by their id.

    Raises:
        UnknownRegister, FieldInvalid.
    """
    loaded = register_called(workspace, school, name)
    sitting = _sitting(workspace, school, loaded)
    written = entries.add(sitting, entry=workspace.new_id(), given=given, case=case.stream, begun=True)
    stream = loaded.stream or workspace.new_id()
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    enter = None if loaded.stream else _first(workspace, school, log, loaded.name, stream)
    decision = Decision(written.facts, written.body)
    return Begun(name, len(loaded.book.entries) + 1, (stream, loaded.book.n, decision), enter)


def _sitting(workspace: Workspace, school: School, loaded: LoadedRegister) -> entries.Sitting:
    identity = who_am_i(workspace, school)
    return entries.Sitting(
        loaded.name,
        loaded.register,
        school.policy,
        {"account": identity.account, "role": identity.role},
        workspace.clock.now(),
        standing_ids((key, item.book) for key, item in registers_of(workspace, school).items()),
    )


def _first(
    workspace: Workspace, school: School, log: Log, name: str, stream: str
) -> Callable[[Transaction], None]:
    """What enters a register's stream and key, with its first entry."""
    key, readers = new_stream_key(workspace, stream), readers_of_school(workspace, school)

    def enter(transaction: Transaction) -> None:
        if any(row.ref == name for row in transaction.streams(log.log, "register")):
            raise CaseMoved("Somebody else made the first entry of this register.", since=[])
        transaction.add_stream(stream, log=log.log, kind="register", ref=name)
        enter_key(transaction, key, readers)

    return enter


def _number_of(loaded: LoadedRegister, repeated: Receipt) -> int:
    """The number of the entry that a command which was recorded before is about."""
    for entry in loaded.book.entries:
        if set(repeated.events) & {*entry.events, entry.annulled}:
            return entry.number
    raise BadInput(
        "This command id was used for something else.", remedy="Leave --command out, or draw a new id."
    )


def _resolved(
    workspace: Workspace, school: School, register: Register, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Put ids in the place of names and numbers."""
    return {
        name: _id_of(workspace, school, register.fields[name], value)
        if name in register.fields and value
        else value
        for name, value in given.items()
    }


def _id_of(workspace: Workspace, school: School, known: RegisterField, value: Any) -> Any:
    if known.type == "person":
        return find_person(workspace, school, str(value)).id
    if known.type == "entry":
        other = register_called(workspace, school, known.of or "")
        typed = str(value).strip()
        if not typed.isdecimal():
            raise UnknownEntry(
                f"{known.label}: give the number of the entry in “{other.register.title}”; not {typed!r}.",
                remedy="`casework register list` with that register shows the numbers.",
            )
        entry = other.book.entry(int(typed))
        if not entry.stands:
            raise UnknownEntry(
                f"Entry {typed} of “{other.register.title}” has been annulled.",
                remedy="`casework register list` with that register shows those that stand.",
            )
        return entry.id
    return value
