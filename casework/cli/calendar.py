"""`casework calendar`: which days count in this school, and which do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, day, pairs, table

if TYPE_CHECKING:
    from casework.procedure.calendar import Calendar
    from casework.procedure.calendar_warnings import CalendarWarning
    from casework.services.calendars import CalendarAdopted

COMMANDS = {
    "show": ("calendar:show", "Show the days that do not count."),
    "import": ("calendar:import_", "Put the school's term dates and closure days into its calendar."),
    "renew": ("calendar:renew", "Look England's bank holidays up anew."),
    "link": ("calendar_link:link", "Your deadlines in a diary, by a secret link."),
}

POLICY_DAYS = {
    "working_days": "Working days: Monday to Friday without bank holidays",
    "school_days": "School days: working days on which the school is open to pupils",
    "school_and_inset_days": "School days and INSET days: working days on which staff are in school",
}
"""What a policy can mean by a day, in words."""


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Bank holidays, term dates and closure days.",
    epilog=example("casework calendar show", "casework calendar import terms-2026.yaml"),
)
def calendar() -> None:
    """Bank holidays, term dates and closure days: what notice and deadlines are counted by.

    A calendar is never changed: a new version replaces it for what comes, and what was worked out stays as it is.
    """


@click.command(
    short_help=COMMANDS["show"][1],
    epilog=example("casework calendar show", "casework calendar show --year 2027 --json"),
)
@click.option("--year", type=click.IntRange(1978, 2100), help="Only the days of one year.")
@as_json
@pass_session
def show(session: Session, year: int | None, as_json: bool) -> None:
    """Show the days that do not count: bank holidays for all counts, the school's own days where its procedure says so.

    Without --year, the days from today on are shown.
    """
    from casework.base.time import local_date
    from casework.procedure.calendar_warnings import calendar_warnings
    from casework.services.calendars import calendar_of

    found = calendar_of(session.workspace, session.school)
    today = local_date(session.workspace.clock.now())
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (today, found.known_until)
    warnings = calendar_warnings(found, today)
    tell(warnings)
    data = {
        "school": session.school.name,
        "digest": session.school.calendar,
        "policy_day": found.policy_day,
        **found.to_data(),
        "warnings": as_data(warnings),
    }
    rows = [
        (span(from_, to), what, name)
        for from_, to, what, name in sorted(_rows(found))
        if to >= first and from_ <= last
    ]
    parts = [
        strong(f"{session.school.name}: the days that do not count"),
        pairs(_about(found)),
        table(["When", "What", "Which"], rows) or "No day of the calendar falls into this time.",
    ]
    answer(as_json, data, "\n\n".join(parts))


@click.command(
    short_help=COMMANDS["import"][1],
    epilog=example(
        "casework calendar import terms-2026.yaml --dry-run", "casework calendar import term-dates.ics"
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@writes
def import_(session: Session, file: Path, command: str, as_json: bool) -> None:
    """Put the school's terms, closure days and INSET days into its calendar, from a YAML or an iCalendar (.ics) file.

    Terms replace the school's own days from their first day on, an .ics file those from its first day to its last. Any
    other file adds its days. Bank holidays are looked up anew at the same time.
    """
    from casework.services.calendars import import_school_days

    _report(session, import_school_days(session.workspace, session.school, file, command=command), as_json)


@click.command(short_help=COMMANDS["renew"][1], epilog=example("casework calendar renew"))
@writes
def renew(session: Session, command: str, as_json: bool) -> None:
    """Look England's bank holidays up anew, to the end of the year after next. The school's own days stay.

    They come with casework, so update it first if one was proclaimed lately, or give it in a file (calendar import).
    """
    from casework.services.calendars import renew_calendar

    _report(session, renew_calendar(session.workspace, session.school, command=command), as_json)


def tell(warnings: list[CalendarWarning]) -> None:
    """Say what a calendar lacks, on standard error."""
    for warning in warnings:
        say(f"{warning.says} {warning.remedy}")


def as_data(warnings: list[CalendarWarning]) -> list[dict[str, str]]:
    """Return what a calendar lacks, for programs."""
    return [{"says": warning.says, "remedy": warning.remedy} for warning in warnings]


def span(first: date, last: date) -> str:
    """Return `Mon 26 Oct 2026`, or `Mon 26 Oct 2026 to Fri 30 Oct 2026`."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def _rows(found: Calendar) -> list[tuple[date, date, str, str]]:
    from casework.services.calendars import stretches

    kinds = (
        ("Bank holiday", (*found.holidays, *found.proclaimed)),
        ("School closed", found.closures),
        ("INSET", found.inset_days),
    )
    return [(first, last, what, name) for what, days in kinds for first, last, name in stretches(days)]


def _about(found: Calendar) -> list[tuple[str, str]]:
    looked_up = day(found.known_on) if found.known_on else "on a day that is not on record"
    known = (
        f"known from {day(found.school_from)} to {day(found.school_until)}"
        if found.school_until
        else "none given: casework calendar import FILE"
    )
    return [
        ("Bank holidays", f"England, to {day(found.known_until)}; looked up {looked_up} ({found.source})"),
        ("Term dates", known),
        ("A day is", POLICY_DAYS[found.policy_day]),
        ("By law", "Some periods are fixed by law. They are counted in working days whatever a day is here."),
    ]


def _report(session: Session, adopted: CalendarAdopted, as_json: bool) -> None:
    after, before = adopted.calendar, adopted.before
    new, gone = sorted(set(_rows(after)) - set(_rows(before))), sorted(set(_rows(before)) - set(_rows(after)))
    data: dict[str, Any] = {
        "dry_run": session.rehearsal,
        "repeated": adopted.receipt.repeated,
        "digest": after.digest(),
        "replaces": before.digest(),
        "known_until": after.known_until.isoformat(),
        "school_from": after.school_from.isoformat() if after.school_from else "",
        "school_until": after.school_until.isoformat() if after.school_until else "",
        "new": [_row_data(row) for row in new],
        "gone": [_row_data(row) for row in gone],
        "not_taken": list(adopted.not_taken),
        "size": adopted.receipt.size,
        "recorded": adopted.receipt.recorded,
    }
    if session.rehearsal:
        say("Nothing was recorded: the calendar can be changed like this.")
    if adopted.receipt.repeated:
        answer(as_json, data, "This command had been recorded before; nothing was added.")
        return
    parts = [
        "\n".join([heading, table(["When", "What", "Which"], [(span(a, b), w, n) for a, b, w, n in rows])])
        for heading, rows in (("New", new), ("No longer in the calendar", gone))
        if rows
    ]
    if adopted.not_taken:
        shown = adopted.not_taken[:5]
        more = len(adopted.not_taken) - len(shown)
        said = "; ".join(shown) + (f"; and {more} more" if more else "")
        parts.append(
            f"{count(len(adopted.not_taken), 'entry', 'entries')} not taken, as nothing closes: {said}"
        )
    parts.append("\n".join(_said(after)))
    answer(as_json, data, "\n\n".join(parts))


def _said(after: Calendar) -> list[str]:
    terms = f" Term dates are known to {day(after.school_until)}." if after.school_until else ""
    return [
        f"The school’s calendar covers bank holidays to {day(after.known_until)}.{terms}",
        "It holds for what is recorded from now on. Dates that were worked out before stay as they are.",
    ]


def _row_data(row: tuple[date, date, str, str]) -> dict[str, str]:
    first, last, what, name = row
    return {"from": first.isoformat(), "to": last.isoformat(), "what": what, "name": name}
