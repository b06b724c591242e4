"""`casework stats`: how many cases, where they stand, how long they take, and what comes of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, paragraph, table
from casework.cli.values import DAY
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.records.by_characteristic import Characterised
    from casework.records.event_rows import Cell
    from casework.records.statistics import Statistics


@click.command(
    short_help="Figures: cases by stage, kind and outcome, days per stage, appeals.",
    epilog=example(
        "casework stats",
        "casework stats --from 2025-09-01 --until 2026-08-31 --format pdf --out governors.pdf",
        "casework stats --small-numbers hide --format csv > figures.csv",
    ),
)
@click.option("--from", "first", type=DAY, help="Only cases opened on this day or later.")
@click.option("--until", "last", type=DAY, help="Only cases opened on this day or earlier.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "pdf"]),
    default="table",
    show_default=True,
    help="As a table, as CSV for a spreadsheet, or as a report for governors with charts.",
)
@click.option(
    "--small-numbers",
    type=click.Choice(["hide", "show"]),
    help="Hide numbers under 10, and what they could be worked out from. The report hides them if nothing is said.",
)
@click.option(
    "--monitoring-key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Show outcomes by characteristic too, with the key that opens the answers to equality monitoring.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file of the report.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def stats(
    session: Session,
    first: str | None,
    last: str | None,
    form: str,
    small_numbers: str | None,
    monitoring_key: Path | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Show the figures of a school's cases, without names; no key is needed.

    Numbers under 10 may tell who is meant. They are hidden in the report for governors; elsewhere say --small-numbers
    hide before you hand the figures on. Outcomes by characteristic need the monitoring key, and never show a number
    under 10.
    """
    from casework.cli.progress import Bar
    from casework.keyring.monitoring import read_monitoring_key
    from casework.records.statistics import without_small
    from casework.services.audit_tools import opened_between, population
    from casework.services.monitoring import answers_of
    from casework.services.statistics import school_statistics

    answers = None
    if monitoring_key is not None:
        key = read_monitoring_key(monitoring_key, session.monitoring_passphrase)
        answers = answers_of(session.workspace, session.school, key)
    days = (date.fromisoformat(text) if text else None for text in (first, last))
    cases = opened_between(population(session.workspace, session.school).cases, *days)
    with Bar("Reading cases") as bar:
        figures, erased = school_statistics(
            session.workspace,
            session.school,
            cases,
            first=first or "",
            last=last or "",
            answers=answers,
            tell=bar.tell,
        )
    if (small_numbers or ("hide" if form == "pdf" else "show")) == "hide":
        figures = without_small(figures)
    if form == "csv":
        from casework.records.event_csv import table_csv

        click.echo(
            table_csv(
                ("Table", "Row", "Cases", "Lower quartile", "Median", "Upper quartile"), _rows(figures)
            ),
            nl=False,
        )
        return
    data = {**asdict(figures), "erased": erased}
    if form == "pdf":
        from casework.records.statistics_pdf import statistics_pdf

        path = write_file(
            out or Path(f"{session.school.prefix}-figures.pdf"), statistics_pdf(figures), force=force
        )
        answer(as_json, {"files": [str(path)]}, str(path))
    else:
        answer(as_json, data, _told(figures))
    if erased:
        say(paragraph(f"Of {count(erased, 'more case')} the facts were erased; they are not counted."))


def _rows(figures: Statistics) -> list[tuple[Cell, ...]]:
    from casework.records.by_characteristic import lines

    rows: list[tuple[Cell, ...]] = [("Cases", "In all", figures.cases, None, None, None)]
    rows += [
        (item.title, row.label, _number(row.count), None, None, None)
        for item in figures.tables
        for row in item.rows
    ]
    rows += [
        ("Days", item.label, _number(item.count), _days(item.lower), _days(item.median), _days(item.upper))
        for item in figures.spreads
    ]
    rows += [(*line[:2], _number(line[2]), None, None, None) for line in lines(figures.characteristics)]
    return rows


def _by(item: Characterised) -> Iterator[str]:
    """The tables of a characteristic."""
    from casework.records.by_characteristic import share

    for each in item.tables:
        rows = [
            (row.label, str(row.cases), *(share(value, row.cases) for value in row.counts))
            for row in each.rows
        ]
        totals = ("All", str(sum(row.cases for row in each.rows)), *map(str, each.totals))
        yield f"{item.title}: {each.title}\n" + table([item.title, "Cases", *each.columns], [*rows, totals])


def _number(count: int | None) -> Cell:
    return "hidden" if count is None else count


def _days(value: float | None) -> Cell:
    from casework.records.statistics_charts import shown

    return None if value is None else shown(value)


def _told(figures: Statistics) -> str:
    from casework.records.statistics import HIDDEN
    from casework.records.statistics_charts import shown
    from casework.records.statistics_pdf import period

    number = "too few to show" if figures.cases is None else str(figures.cases)
    parts = [f"{figures.school}. {period(figures)}: {number}."]
    parts += [
        table([item.title, "Cases"], [(row.label, str(_number(row.count))) for row in item.rows])
        for item in figures.tables
        if item.rows
    ]
    parts.append(
        table(
            ["Days (calendar), of stages that ended", "Cases", "Lower quartile", "Median", "Upper quartile"],
            [
                (
                    item.label,
                    str(_number(item.count)),
                    *(shown(value) for value in (item.lower, item.median, item.upper)),
                )
                for item in figures.spreads
            ],
        )
    )
    parts += [told for item in figures.characteristics for told in _by(item)]
    few = [item.title.lower() for item in figures.characteristics if not item.tables]
    if few:
        parts.append(paragraph(f"Too few cases, or answers, to show a number by {', '.join(few)}."))
    if figures.small_hidden:
        parts.append(f"hidden: {HIDDEN}.")
    else:
        parts.append("Small numbers may tell who is meant: --small-numbers hide, before you hand this on.")
    return "\n\n".join(parts)
