"""`casework letter bulk`: several letters at once, each by itself."""

from __future__ import annotations

import calendar
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import CaseworkError
from casework.base.time import local_date
from casework.cli.letter_asked import METHODS
from casework.cli.options import example, rehearses, workers
from casework.cli.output import answer, say, sentence
from casework.cli.session import Session
from casework.cli.tables import count, table
from casework.cli.values import PAIR
from casework.cli.writing import take_over

if TYPE_CHECKING:
    from casework.jobs.model import Job
    from casework.services.letter_bulk import Planned
    from casework.services.workers import Done


@click.command(
    short_help="Write several letters at once: to a whole panel, for warnings that end.",
    epilog=example(
        "casework letter bulk witness-invitation --case ASH-26-7KQ4",
        "casework letter bulk witness-invitation --case ASH-26-7KQ4 --issue --out letters/",
        "casework letter bulk --warnings 2026-12 --issue",
    ),
)
@click.argument("named", metavar="LETTER", required=False)
@click.option(
    "--case", "reference", metavar="REF", help="One letter for each person in this case to whom it goes."
)
@click.option(
    "--to", "roles", multiple=True, metavar="ROLE", help="With --case: only those who have this part."
)
@click.option(
    "--warnings", "month", metavar="YYYY-MM", help="One letter for each warning that ends in this month."
)
@click.option(
    "--field", "typed", type=PAIR, multiple=True, help="Something that the case does not know, for all."
)
@click.option("--delivery", type=click.Choice(METHODS), help="How they are to go; by hand if not given.")
@click.option(
    "--issue", "issuing", is_flag=True, help="Issue those that are ready; without it they are listed."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the PDFs; here if not given.",
)
@workers
@rehearses
def bulk(
    session: Session,
    named: str | None,
    reference: str | None,
    roles: tuple[str, ...],
    month: str | None,
    typed: tuple[tuple[str, str], ...],
    delivery: str | None,
    issuing: bool,
    out: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write LETTER to everybody in a case to whom it goes, or tell each employee whose warning ends in a month.

    Without --issue nothing is recorded: the letters are listed, with what each still lacks. Each is issued by itself;
    one that cannot be is told, and holds up no other: exit code 1. Ctrl-C lets those that were begun end.
    """
    from casework.cli.letter_choice import library
    from casework.cli.letter_fields import read_fields
    from casework.correspondence.keywords import letter_as
    from casework.services import letter_bulk

    if (reference is None) == (month is None) or (reference is None) != (named is None):
        raise click.UsageError("Name a letter and a --case, or a month with --warnings.")
    workspace, school = session.workspace, session.school
    fields: dict[str, Any] = {}
    if reference is not None and named is not None:
        fields = read_fields(library(session).letter(named), typed)
        planned = letter_bulk.to_everybody(
            workspace, school, session.case(reference), named, roles=roles, fields=fields
        )
    else:
        first, last = _month(month or "")
        today = local_date(workspace.clock.now())
        fields = read_fields(letter_as(library(session), letter_bulk.EXPIRY), typed)
        planned = letter_bulk.for_ended_warnings(workspace, school, first, last, today, fields)
    rows = [_listed(one) for one in planned]
    if issuing:
        _issue(session, planned, rows, fields, delivery or "", out or Path(), workers)
    failed = issuing and any(row["standing"] in ("refused", "lacking", "not begun") for row in rows)
    text = table(
        ["Case", "To", "About", "Stands", "Why, or where"],
        [[row["reference"], row["to"], row["about"], row["standing"], row["says"]] for row in rows],
    )
    answer(as_json, {"letters": rows, **({"ok": False, "code": "not-issued"} if failed else {})}, text)
    if not rows:
        say("There is nothing to write.")
    elif not issuing:
        ready = sum(row["standing"] == "ready" for row in rows)
        say(f"{count(ready, 'letter')} can be issued: add --issue. Nothing was recorded.")
    if failed:
        raise click.exceptions.Exit(1)


def _month(text: str) -> tuple[date, date]:
    """The first and last day of a month."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise click.UsageError(f"{text!r} is not a month: write it like 2026-12.") from None
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _listed(one: Planned) -> dict[str, Any]:
    return {
        "reference": one.case.case.reference,
        "letter": one.template.id,
        "to": one.name,
        "about": one.about,
        "standing": one.standing,
        "says": one.why,
    }


def _issue(
    session: Session,
    planned: list[Planned],
    rows: list[dict[str, Any]],
    fields: dict[str, Any],
    delivery: str,
    out: Path,
    workers: int | None,
) -> None:
    """Issue the letters that are ready and write their PDFs; of each its row says what came of it."""
    from casework.cli.together import do_jobs, told
    from casework.jobs.model import Job
    from casework.services.workers import Cancelled

    of: dict[str, dict[str, Any]] = {}
    jobs = []
    for one, row in zip(planned, rows, strict=True):
        if one.standing == "ready":
            what = {"letter": one.template.id, "recipient": one.party, "delivery": delivery}
            command = session.workspace.new_id()
            jobs.append(Job("letter", session.school.id, one.case.stream, command, what))
            of[command] = row

    def take(done: Done[Job], drafts: Path) -> None:
        row = of[done.work.command]
        if done.problem is not None:
            stopped = isinstance(done.problem, Cancelled)
            row |= {"standing": "not begun" if stopped else "refused", "says": told(done.problem)["says"]}
        elif session.rehearsal:
            row |= {"standing": "could be issued", "says": ""}
        else:
            number, name = done.result["number"], done.result["files"][0]
            where = _placed(drafts / name, out / f"{row['reference']}-{number}-{name}")
            row |= {"standing": "issued", "number": number, "sha256": done.result["sha256"], "says": where}

    do_jobs(session, jobs, take, label="Writing letters", out=out, words={"fields": fields}, workers=workers)


def _placed(draft: Path, path: Path) -> str:
    """Say where the PDF of an issued letter stands; it is kept in the record as well."""
    try:
        return os.fspath(take_over(draft, path))
    except CaseworkError as problem:
        return f"Issued and kept; the PDF was not written: {sentence(problem)}"
