"""`casework register`: what the school keeps beside its cases. The commands by name; listing, showing and annulling."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from casework.base.time import local_date, parse_date
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import alarming, answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, day, pairs, paragraph, recorded_day, table, wrapped
from casework.cli.values import DAY

if TYPE_CHECKING:
    from casework.registers.model import Entry
    from casework.services.register_reading import OpenedEntry
    from casework.services.registers import LoadedRegister

COMMANDS = {
    "list": ("register:list_registers", "List the registers, or the entries of one."),
    "show": ("register:show", "Show one entry in full."),
    "add": ("register_entry:add", "Make an entry."),
    "update": ("register_entry:update", "Add to an entry what became known later."),
    "correct": ("register_entry:correct", "Correct an entry; old and new both stand."),
    "annul": ("register:annul", "Annul an entry that should never have been made."),
}

register_name = click.argument("name", metavar="REGISTER")
"""A register's name, such as `consents`, or its number, such as `REG-1`."""

entry_number = click.argument("number", metavar="NUMBER", type=click.IntRange(1))
"""The number of an entry in its register."""


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="What the school keeps beside its cases.",
    epilog=example("casework register list", "casework register add consents --help"),
)
def register() -> None:
    """What the school keeps beside its cases: consents, approvals, advice, observations, data breaches, concerns.

    Each register has entries of its own kind, numbered from 1, and triage looks into them. Entries are corrected and
    annulled, never overwritten. Dates and choices can be listed without your key; names and words are opened with it,
    and the reading is put on the access log.
    """


@click.command(
    "list",
    short_help=COMMANDS["list"][1],
    epilog=example(
        "casework register list",
        "casework register list consents --current --on 2026-11-02",
        "casework register list data-breaches --json",
    ),
)
@click.argument("name", metavar="[REGISTER]", required=False)
@click.option("--on", "day_", type=DAY, help="How the entries stood on that day; today if not given.")
@click.option("--current", is_flag=True, help="Only the entries that held on the day.")
@as_json
@pass_session
def list_registers(
    session: Session, name: str | None, day_: str | None, current: bool, as_json: bool
) -> None:
    """List the registers with what each is for, or the entries of REGISTER with their names and words.

    Of an entry that holds for a time, such as a consent, it is said whether it holds on the day: what has expired or
    was withdrawn counts no more.
    """
    from casework.registers.reviews import standing_on
    from casework.services import register_reading, registers

    workspace, school = session.workspace, session.school
    on = parse_date(day_) if day_ else local_date(workspace.clock.now())
    if name is not None:
        loaded, opened = register_reading.read_register(workspace, school, name)
        if current:
            opened = [item for item in opened if standing_on(loaded.register, item.entry, on) == "current"]
        _list_entries(session, loaded, opened, on, as_json=as_json)
        return
    found = registers.registers_of(workspace, school)
    data = [
        {
            "register": key,
            "number": item.register.number,
            "title": item.register.title,
            "entries": len(item.book.standing),
            "current": _current(item, on),
        }
        for key, item in found.items()
    ]
    rows = [
        (key, item.register.title, _counted(item, on), item.register.plain) for key, item in found.items()
    ]
    answer(as_json, {"registers": data}, table(["Register", "Title", "Entries", "What it is for"], rows))


def _current(loaded: LoadedRegister, on: date) -> int:
    from casework.registers.reviews import standing_on

    return sum(standing_on(loaded.register, entry, on) == "current" for entry in loaded.book.entries)


def _counted(loaded: LoadedRegister, on: date) -> str:
    """How many entries there are and, where they hold for a time, how many of them hold."""
    there = len(loaded.book.standing)
    if not there:
        return ""
    return f"{there}, {_current(loaded, on)} current" if loaded.register.valid else str(there)


def _list_entries(
    session: Session, loaded: LoadedRegister, opened: list[OpenedEntry], on: date, *, as_json: bool
) -> None:
    now = session.workspace.clock.now()
    if not opened and not as_json:
        say(
            wrapped(
                f"There is no entry in “{loaded.register.title}” yet: casework register add {loaded.name}"
            )
        )
    parts = [strong(loaded.register.title), paragraph(loaded.register.plain)] if opened else []
    parts += [_block(loaded, item, now, on) for item in opened]
    data = {
        "register": loaded.name,
        "number": loaded.register.number,
        "title": loaded.register.title,
        "entries": [entry_json(loaded, item, now, on) for item in opened],
    }
    answer(as_json, data, "\n\n".join(parts))


@click.command(
    short_help=COMMANDS["show"][1],
    epilog=example("casework register show consents 2", "casework register show REG-8 1 --json"),
)
@register_name
@entry_number
@as_json
@pass_session
def show(session: Session, name: str, number: int, as_json: bool) -> None:
    """Show entry NUMBER of REGISTER in full: its fields, its clock, and what was corrected. The reading is noted."""
    from casework.services import register_reading

    loaded, opened = register_reading.read_register(session.workspace, session.school, name, number)
    now = session.workspace.clock.now()
    text = f"{strong(loaded.register.title)}\n\n{_block(loaded, opened[0], now, local_date(now))}"
    answer(as_json, {"register": loaded.name, **entry_json(loaded, opened[0], now, local_date(now))}, text)


@click.command(
    short_help=COMMANDS["annul"][1],
    epilog=example('casework register annul consents 2 --reason "Entered for the wrong person"'),
)
@register_name
@entry_number
@click.option("--reason", required=True, help="Why it should never have been made.")
@writes
def annul(session: Session, name: str, number: int, reason: str, command: str, as_json: bool) -> None:
    """Annul entry NUMBER of REGISTER. It stays visible, keeps its number, and counts no more."""
    from casework.services import registers

    done = registers.annul_entry(
        session.workspace, session.school, name, number, reason=reason, command=command
    )
    tell_entered(session, name, done, "annulled", as_json=as_json)


def tell_entered(session: Session, name: str, done: Any, what: str, *, as_json: bool) -> None:
    """Print the receipt of an act in a register, with the clock that runs from it."""
    from casework.services import registers

    loaded = registers.register_called(session.workspace, session.school, name)
    title = loaded.register.title
    again = " This command had been recorded before; nothing was added." if done.receipt.repeated else ""
    text = [f"{loaded.register.entry} {done.number} of “{title}” {what}.{again}"]
    if session.rehearsal:
        say("Nothing was recorded: the register can be changed like this.")
    else:
        entry = loaded.book.entry(done.number)
        clock = _clock_line(loaded, entry, session.workspace.clock.now())
        text += [clock] if clock and entry.stands else []
    data = {
        "dry_run": session.rehearsal,
        "repeated": done.receipt.repeated,
        "register": loaded.name,
        "entry": done.number,
        "command": done.receipt.command,
        "size": done.receipt.size,
        "recorded": done.receipt.recorded,
    }
    answer(as_json, data, "\n".join(text))


def entry_json(loaded: LoadedRegister, opened: OpenedEntry, now: datetime, on: date) -> dict[str, Any]:
    """Return an entry as plain data: typed values and words, as they are and as people read them, and how it stands."""
    from casework.registers.entries import lacking
    from casework.registers.reviews import standing_on

    entry = opened.entry
    data: dict[str, Any] = {
        "entry": entry.number,
        "recorded": entry.recorded,
        "case": opened.case,
        "values": {**entry.values, **opened.texts},
        "shown": dict(opened.shown),
        "corrected_by": list(entry.corrected),
        "annulled": not entry.stands,
        "standing": standing_on(loaded.register, entry, on),
        "missing": list(lacking(loaded.register, entry)),
        "reasons": list(opened.reasons),
    }
    clock = _clock_of(loaded, entry)
    if clock is not None:
        data["clock"] = {
            "due": clock.due.isoformat(),
            "stopped": clock.stopped.isoformat() if clock.stopped else None,
            "late": clock.late(now),
        }
    return data


_STANDS: Final = {
    "not_yet": "not yet",
    "expired": "no, it has expired",
    "ended": "no, it was ended",
    "current": "yes",
}


def _block(loaded: LoadedRegister, opened: OpenedEntry, now: datetime, on: date) -> str:
    from casework.registers.entries import lacking
    from casework.registers.reviews import standing_on

    entry = opened.entry
    fields = loaded.register.fields
    rows = [
        (fields[name].label.rstrip("?"), day(value) if fields[name].type in ("date", "datetime") else value)
        for name, value in opened.shown.items()
    ]
    rows += [("Case", opened.case), ("Entered", recorded_day(entry.recorded))]
    missing = lacking(loaded.register, entry) if entry.stands else ()
    rows.append(("Still missing", "; ".join(fields[name].label.rstrip("?.") for name in missing)))
    if loaded.register.valid is not None and entry.stands:
        rows.append((f"Holds on {day(on)}", _STANDS[standing_on(loaded.register, entry, on)]))
    if entry.corrected or not entry.stands:
        what = "Corrected" if entry.stands else "Annulled"
        rows.append((what, "; ".join(reason for reason in opened.reasons if reason)))
    head = f"{loaded.register.entry} {entry.number}{'' if entry.stands else ', annulled: it counts no more'}"
    clock = _clock_line(loaded, entry, now) if entry.stands else ""
    return "\n".join(part for part in (strong(head), pairs(rows, indent=2), clock) if part)


def _clock_of(loaded: LoadedRegister, entry: Entry) -> Any:
    from casework.registers.lookup import running

    if loaded.register.clock is None:
        return None
    return next((item for item in running(loaded.register.clock, loaded.book) if item.entry == entry), None)


def _clock_line(loaded: LoadedRegister, entry: Entry, now: datetime) -> str:
    """The clock of an entry in words: when it is due, with the hours that are left, or that it was stopped."""
    clock = _clock_of(loaded, entry)
    if clock is None or loaded.register.clock is None:
        return ""
    from casework.cli.tables import local_moment

    title, due = loaded.register.clock.title, local_moment(clock.due)
    if clock.stopped is not None:
        late = ", late" if clock.late(now) else ", in time"
        return f"  {title}: done on {local_moment(clock.stopped)}{late} (due {due})."
    if clock.late(now):
        return alarming(f"  {title}: late since {due}. {loaded.register.clock.then}")
    hours = int((clock.due - now).total_seconds() // 3600)
    return f"  {title}: by {due}; {count(hours, 'hour')} left, weekends counted."
