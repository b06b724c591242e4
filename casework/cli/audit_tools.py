"""`casework audit population`, `sample`, `exceptions` and `export`: what an audit asks of the whole record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.base.errors import BadInput
from casework.cli.asking import ask, said
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, paragraph, table
from casework.cli.values import DAY, WORDS

if TYPE_CHECKING:
    from casework.records.event_rows import Cell
    from casework.records.model import History
    from casework.services.audit_tools import Member

F = TypeVar("F", bound=Callable[..., Any])

_as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the rows as CSV, for a spreadsheet.")
_HEADINGS = ("Reference", "Opened", "Stage", "Open", "Events", "First entry", "Last entry")


def _opened(function: F) -> F:
    """Give a command `--from` and `--until`."""
    first = click.option("--from", "first", type=DAY, help="Only cases opened on this day or later.")
    last = click.option("--until", "last", type=DAY, help="Only cases opened on this day or earlier.")
    return first(last(function))


@click.command(
    short_help="Count every case, and say whether all are there.",
    epilog=example("casework audit population", "casework audit population --csv > population.csv"),
)
@_opened
@_as_csv
@as_json
@pass_session
def population(session: Session, first: str | None, last: str | None, as_csv: bool, as_json: bool) -> None:
    """List every case from which a sample may be drawn, and say whether the list is complete.

    Cases and events are counted in the record itself, event by event, and in the lists: the counts have to agree, and
    with the newest signed checkpoint too. Exit code 1 if they do not.
    """
    from casework.services import audit_tools as tools

    found = tools.population(session.workspace, session.school)
    cases = tools.opened_between(found.cases, _day(first), _day(last))
    data = {
        "cases": [_member(case) for case in cases],
        "counted": len(found.cases),
        "listed": len(cases),
        "events": found.events,
        "signed": found.signed,
        "disagreements": list(found.wrong),
    }
    if found.wrong:
        data |= {"ok": False, "code": "incomplete"}
    if as_csv:
        _csv(_HEADINGS, [_cells(case) for case in cases])
    else:
        each = ", ".join(
            f"{number} of {_STREAMS.get(kind, kind)}" for kind, number in found.events.items() if number
        )
        lines = [
            table(_HEADINGS, [[str(cell) for cell in _cells(case)] for case in cases]),
            f"{count(len(cases), 'case')} of {len(found.cases)} in the record.",
            f"{count(sum(found.events.values()), 'event')} ({each}); the newest checkpoint covers {found.signed}.",
            *(found.wrong or ["The record and the lists agree: the population is complete."]),
        ]
        answer(as_json, data, "\n".join(lines))
    if found.wrong:
        say("The population is not complete. Verify the record: casework audit verify")
        raise click.exceptions.Exit(1)


_STREAMS = {
    "case": "cases",
    "organisation": "the school",
    "person": "personnel files",
    "register": "registers",
    "monitoring": "equality monitoring",
}


@click.command(
    short_help="Draw a random sample that anybody can draw again.",
    epilog=example(
        "casework audit sample --seed 20261123 --size 25",
        "casework audit sample --seed 20261123 --size 60 --of events --csv > sample.csv",
    ),
)
@click.option(
    "--seed", required=True, metavar="TEXT", help="The auditor's own: the same seed draws the same sample."
)
@click.option("--size", required=True, type=click.IntRange(1), metavar="NUMBER", help="How many to draw.")
@click.option(
    "--of",
    "what",
    type=click.Choice(["cases", "events"]),
    default="cases",
    show_default=True,
    help="What to draw.",
)
@_opened
@_as_csv
@as_json
@pass_session
def sample(
    session: Session,
    seed: str,
    size: int,
    what: str,
    first: str | None,
    last: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Draw a random sample of cases, or of events of cases.

    What comes first by SHA-256 of the seed, a line feed and the reference is drawn; for events, of the reference, a
    slash and the number of the event. So the sample can be drawn again with any tool. Choose the seed yourself,
    and only after the population was fixed.
    """
    from casework.services import audit_tools as tools

    found = tools.population(session.workspace, session.school)
    cases = [case for case in tools.opened_between(found.cases, _day(first), _day(last)) if not case.erased]
    by_name = {case.reference: case for case in cases}
    items = list(by_name)
    if what == "events":
        items = [f"{case.reference}/{n}" for case in cases for n in range(1, case.events + 1)]
    drawn = tools.sample(items, seed, size)
    rows: list[tuple[Cell, ...]] = [
        (number, item.partition("/")[0], int(item.partition("/")[2] or 1))
        for number, item in enumerate(drawn, start=1)
    ]
    data = {
        "seed": seed,
        "of": what,
        "population": len(items),
        "sample": [{"number": number, "reference": name, "event": event} for number, name, event in rows],
        "complete": not found.wrong,
    }
    if as_csv:
        _csv(("Number", "Reference", "Event"), rows)
        return
    shown = table(["", "Reference", "Event"], [[str(cell) for cell in row] for row in rows])
    lines = [shown, f"{len(drawn)} of {count(len(items), what[:-1])}, drawn with the seed {seed}."]
    if found.wrong:
        lines.append("The population is not complete: casework audit population")
    answer(as_json, data, "\n".join(lines))


@click.command(
    short_help="List what was waived, late, irregular or mended.",
    epilog=example("casework audit exceptions", "casework audit exceptions --days 5 --csv > exceptions.csv"),
)
@click.option(
    "--days",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    metavar="NUMBER",
    help="Events written up more than so many calendar days afterwards count as late.",
)
@_opened
@_as_csv
@as_json
@pass_session
def exceptions(
    session: Session, days: int, first: str | None, last: str | None, as_csv: bool, as_json: bool
) -> None:
    """List every exception of every case, with the event that shows it.

    Exceptions are waived requirements, missed deadlines, events written up late, irregular steps, corrections and
    annulments. Each class is counted a second time from the figures of the cases, and the totals have to agree. An
    exception is not a fault: a waiver may be lawful.
    """
    from casework.services import audit_tools as tools

    found: list[tools.Exceptional] = []
    wrong: list[str] = []
    cases = 0
    for history in _histories(session, first, last):
        listed = tools.exceptions(history, days)
        wrong += tools.reconciled(history, listed)
        found += listed
        cases += 1
    totals = Counter({why: 0 for why in tools.REASONS})
    totals.update(item.why for item in found)
    rows: list[tuple[Cell, ...]] = [
        (item.why, item.reference, item.event, item.on, item.days or "", item.what, item.detail)
        for item in found
    ]
    headings = ("Why", "Reference", "Event", "Date", "Days", "What", "Detail")
    data = {
        "cases": cases,
        "days": days,
        "exceptions": [dict(zip(map(str.lower, headings), row, strict=True)) for row in rows],
        "totals": dict(totals),
        "disagreements": wrong,
    }
    if as_csv:
        _csv(headings, rows)
    else:
        summed = ", ".join(f"{number} {why}" for why, number in totals.items())
        lines = [
            table(headings, [[str(cell) for cell in row] for row in rows]) if rows else "",
            f"{count(len(found), 'exception')} in {count(cases, 'case')}: {summed}.",
            *(wrong or ["The totals agree with the figures of the cases."]),
        ]
        answer(as_json, data, "\n".join(line for line in lines if line))
    if wrong:
        say("The totals do not agree. Verify the record: casework audit verify")
        raise click.exceptions.Exit(1)


@click.command(
    short_help="Write the events of every case to one file, without names.",
    epilog=example(
        'casework audit export --format xes --out cases.xes --to "Internal audit" --purpose "Process review"',
        'casework audit export --format csv --from 2026-01-01 --out 2026.csv --to "Auditor" --purpose "Audit"',
    ),
)
@click.option("--to", "recipient", type=WORDS, help="Who gets it; it stands in the log.")
@click.option("--purpose", type=WORDS, help="What it is taken away for; it stands in the log.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "xes"]),
    default="csv",
    show_default=True,
    help="A table, a spreadsheet, or an event log for process mining.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; named after the school."
)
@_opened
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def export(
    session: Session,
    recipient: str | None,
    purpose: str | None,
    form: str,
    out: Path | None,
    first: str | None,
    last: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write every event of every case to one file: the same rows as in `case export`, with numbers for names.

    Words, such as reasons and allegations, are left out. The export is put on the access log first, with its recipient
    and its purpose.
    """
    from casework.cli.progress import Bar
    from casework.cli.writing import writing
    from casework.services.audit_export import export_events

    path = out or Path(f"{session.school.prefix}-events.{form}")
    if path.exists() and not force:
        raise BadInput(f"{path} is there already.", remedy="Choose another name with --out, or use --force.")
    to = ask(session, recipient, "Who gets it", "--to", type=WORDS, check=said)
    why = ask(session, purpose, "What is it taken away for", "--purpose", type=WORDS, check=said)
    with writing(path, force=force) as file, Bar("Reading cases") as bar:
        taken = export_events(
            session.workspace,
            session.school,
            file,
            form,
            purpose=why,
            recipient=to,
            first=_day(first),
            last=_day(last),
            tell=bar.tell,
        )
    _tell_erased(taken.erased)
    counted = {"cases": taken.cases, "events": taken.events}
    text = f"{path}\n{count(counted['events'], 'event')} of {count(counted['cases'], 'case')}."
    answer(as_json, {"files": [str(path)], **counted}, text)


def _histories(session: Session, first: str | None, last: str | None) -> Iterator[History]:
    """The history of each case, with a bar while it takes long."""
    from casework.cli.progress import Bar
    from casework.services import audit_tools as tools

    found = tools.population(session.workspace, session.school)
    cases = tools.opened_between(found.cases, _day(first), _day(last))
    with Bar("Reading cases") as bar:
        yield from tools.histories(session.workspace, session.school, cases, bar.tell)
    _tell_erased(sum(case.erased for case in cases))


def _tell_erased(erased: int) -> None:
    if erased:
        say(
            paragraph(
                f"Of {count(erased, 'case')} the facts were erased; they are counted in the population only."
            )
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _member(case: Member) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "event": 1,
        "opened": case.opened,
        "stage": case.stage,
        "closed": case.closed,
        "events": case.events,
        "first": case.first,
        "last": case.last,
        "erased": case.erased,
    }


def _cells(case: Member) -> tuple[Cell, ...]:
    name, still = case.reference or "(erased)", "no" if case.closed else "yes"
    return name, case.opened, case.stage, "" if case.erased else still, case.events, case.first, case.last


def _csv(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    from casework.records.event_csv import table_csv

    click.echo(table_csv(headings, rows), nl=False)
