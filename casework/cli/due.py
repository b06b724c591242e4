"""`casework due` and `casework status`: what the day asks for, across all cases. No key is needed, no name is shown."""

from __future__ import annotations

from codecs import BOM_UTF8
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.ids import parse_reference
from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import alarming, answer, say, strong
from casework.cli.session import Session
from casework.cli.standing import announced, may_be_done, next_json, states_json, states_text, when_due
from casework.cli.tables import count, day, pairs, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.cases.possible import Possible
    from casework.procedure.calendar_warnings import CalendarWarning
    from casework.services.listing import Due
    from casework.services.loading import LoadedCase
    from casework.services.workings import Why

STDOUT = Path("-")
"""What stands for standard output where a file is asked for."""


@click.command(
    short_help="List what is due, in every case, latest first.",
    epilog=example(
        "casework due",
        "casework due ASH-26-7KQ4 --why",
        "casework due --overdue --csv",
        "casework due --ics deadlines.ics",
    ),
)
@click.argument("reference", metavar="[REF]", required=False)
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option("--first", type=click.IntRange(1, 1000), help="Only so many, the latest first.")
@click.option("--why", is_flag=True, help="Show how each date was worked out, and what it rests on.")
@click.option(
    "--csv",
    "csv_to",
    type=click.Path(path_type=Path, dir_okay=False),
    is_flag=False,
    flag_value=STDOUT,
    metavar="[FILE]",
    help="As CSV for a spreadsheet, into a file or, without its name, to standard output.",
)
@click.option(
    "--ics",
    "ics_to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="As an iCalendar file for a diary; - is standard output.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def due(
    session: Session,
    reference: str | None,
    overdue: bool,
    first: int | None,
    why: bool,
    csv_to: Path | None,
    ics_to: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """List what is due in every case and register, what is latest first: by when, by whom, and what to do.

    Without --school, the cases of every school of the data folder are listed; with REF, only that case. Being late
    blocks nothing. What to do about it stands beside it.
    """
    from casework.services import listing
    from casework.services.due_list import everything_due

    if bool(csv_to) + bool(ics_to) + (why or as_json) > 1:
        raise click.UsageError("Choose one of --csv, --ics, and --why or --json.")
    now = session.workspace.clock.now()
    today = local_date(now)
    schools = [session.school_of(reference)] if reference else session.schools
    named = parse_reference(reference) if reference else ""

    def chosen(item: Due) -> bool:
        return (item.overdue or not overdue) and named in ("", item.reference)

    rows = everything_due(session.workspace, schools, now, first=first, chosen=chosen)
    lacks = {
        school.name: listing.calendar_lacks(session.workspace, school, today) for school in session.schools
    }
    _tell(lacks)
    if csv_to is not None or ics_to is not None:
        _take_away(session, rows, csv_to, ics_to, force)
        return
    if not rows and not as_json:
        say("Nothing is late." if overdue else "Nothing is due.")
    workings = _workings(session, rows) if why else {}
    data = {
        "today": today.isoformat(),
        "due": [_data(item, workings.get(item)) for item in rows],
        "warnings": _warnings(lacks),
    }
    answer(as_json, data, _explained(rows, workings, today) if why else _table(rows, today, len(schools) > 1))


def _data(item: Due, why: Why | None) -> dict[str, Any]:
    return {
        "school": item.school,
        "reference": item.reference,
        "clock": item.clock,
        "title": item.title,
        "due": item.due.isoformat(),
        "counted_from": item.counted_from.isoformat(),
        "days_left": item.days_left,
        **({"hours_left": item.hours_left} if item.hours_left is not None else {}),
        "overdue": item.overdue,
        "act_by": list(item.act_by),
        "then": item.then,
        **({"why": why.as_json()} if why else {}),
    }


def _table(rows: Sequence[Due], today: date, several: bool) -> str:
    from casework.services.due_list import how_long, who_acts

    return table(
        ["Due", *(["School"] if several else []), "Case or entry", "What", "By", "If it is late"],
        [
            [
                f"{day(item.due)}\n{how_long(item, today)}",
                *([item.school] if several else []),
                item.reference,
                item.title,
                who_acts(item),
                item.then,
            ]
            for item in rows
        ],
    )


def _workings(session: Session, rows: Sequence[Due]) -> Mapping[Due, Why]:
    """How each date was worked out, from the facts of its case."""
    from casework.services.loading import find_case
    from casework.services.workings import why_due

    of = {school.name: school for school in session.schools}
    found = {}
    for item in rows:
        if item.working:
            continue
        loaded = find_case(session.workspace, of[item.school], item.reference)
        clock = next(c for c in loaded.case.running() if (c.id, c.n) == (item.clock, item.n))
        found[item] = why_due(session.workspace, loaded, clock)
    return found


def _explained(rows: Sequence[Due], workings: Mapping[Due, Why], today: date) -> str:
    from casework.services.due_list import how_long, who_acts

    parts = []
    for item in rows:
        late = _line(f"{day(item.due)}, {how_long(item, today)}", item.overdue)
        sentences = [item.working] if item.working else workings[item].sentences
        lines = [
            strong(f"{item.reference}: {item.title}"),
            pairs([("Due", late), ("By", who_acts(item))], indent=2),
            *(paragraph(text, indent=2, first="  ") for text in sentences),
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _take_away(
    session: Session, rows: Sequence[Due], csv_to: Path | None, ics_to: Path | None, force: bool
) -> None:
    from casework.cli.writing import write_file
    from casework.records.deadlines import deadlines_csv, deadlines_ics
    from casework.services.due_list import to_take_away

    items = to_take_away(rows)
    target = csv_to or ics_to or STDOUT
    data = deadlines_csv(items) if csv_to else deadlines_ics(items, now=session.workspace.clock.now())
    if target == STDOUT:
        click.echo(data, nl=False)
    else:
        marked = BOM_UTF8 + data if csv_to else data  # spreadsheets take a file for UTF-8 only if it says so
        say(f"{write_file(target, marked, force=force)}: {count(len(items), 'deadline')}")


def _tell(lacks: Mapping[str, list[CalendarWarning]]) -> None:
    """Say what the calendars lack; of which school, if there are several."""
    for school, warnings in lacks.items():
        for warning in warnings:
            where = f"{school}: " if len(lacks) > 1 else ""
            say(f"{where}{warning.says} {warning.remedy}")


def _warnings(lacks: Mapping[str, list[CalendarWarning]]) -> list[dict[str, str]]:
    return [
        {"school": school, "says": warning.says, "remedy": warning.remedy}
        for school, warnings in lacks.items()
        for warning in warnings
    ]


@click.command(
    short_help="Say what is due and what may be done next.", epilog=example("casework status", "casework")
)
@as_json
@pass_session
def status(session: Session, as_json: bool = False) -> None:
    """Say what is due, and what may be done next in each open case; `casework` alone says the same."""
    from casework.services import listing, steps
    from casework.services.due_list import how_long

    workspace = session.workspace
    now = workspace.clock.now()
    today = local_date(now)
    waiting = listing.list_due(workspace, session.schools, today)
    kept = listing.list_due_in_registers(workspace, session.schools, now)
    lacks = {school.name: listing.calendar_lacks(workspace, school, today) for school in session.schools}
    _tell(lacks)
    cases: list[dict[str, Any]] = []
    parts = []
    for school in session.schools:
        parts.append(strong(f"{school.name}, {day(today)}"))
        lines = [
            (day(item.due), _line(f"{item.title}: {how_long(item, today)}", item.overdue))
            for item in kept
            if item.school == school.name
        ]
        if lines:
            parts.append(f"{strong('Registers')}\n{pairs(lines, indent=2)}")
        for row in listing.list_cases(workspace, school, open_only=True):
            case = workspace.cases.load(row.stream)
            here = [item for item in waiting if item.reference == case.case.reference]
            possible = steps.next_steps(workspace, school, case)
            cases.append(_standing_data(school.name, case, here, possible))
            parts.append(_standing(case, here, possible, today))
    if not cases:
        parts.append("No case is open. Open one: casework case open")
    data = {
        "schools": [school.name for school in session.schools],
        "today": today.isoformat(),
        "cases": cases,
        "registers": [
            {
                "school": item.school,
                "entry": item.reference,
                "title": item.title,
                "due": item.due.isoformat(),
                "hours_left": item.hours_left,
            }
            for item in kept
        ],
        "warnings": _warnings(lacks),
    }
    answer(as_json, data, "\n\n".join(parts))


def _standing_data(
    school: str, case: LoadedCase, here: Sequence[Due], possible: Sequence[Possible]
) -> dict[str, Any]:
    return {
        "school": school,
        "reference": case.case.reference,
        "states": states_json(case),
        "next": next_json(possible),
        "due": [
            {"title": item.title, "due": item.due.isoformat(), "days_left": item.days_left} for item in here
        ],
    }


def _standing(case: LoadedCase, here: Sequence[Due], possible: Sequence[Possible], today: date) -> str:
    stands = "; ".join(words for _, words in states_text(case))
    dates = [
        (day(item.due), _line(f"{item.title}: {when_due(item.due, today)}", item.overdue)) for item in here
    ]
    lines = (
        pairs([(strong(case.case.reference), stands)]),
        announced(case),
        "Due" if dates else "",
        pairs(dates, indent=2),
        may_be_done(possible),
    )
    return "\n".join(line for line in lines if line)


def _line(text: str, overdue: bool) -> str:
    return alarming(text) if overdue else text
