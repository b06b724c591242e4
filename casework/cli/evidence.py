"""`casework evidence`: sealed on receipt, given to the employee or withheld with a reason, never lost from view."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.time import Occurred
from casework.cli.asking import ask, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, listed, table
from casework.cli.values import WHEN, WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.cases.model import Evidence
    from casework.services.loading import LoadedCase

TYPES = ("screenshot", "document", "statement", "interview_notes", "log", "image", "email", "other")
"""Kinds of evidence, as `casework.cases.acts` has them; a test holds the two together."""

COMMANDS = {
    "add": ("evidence:add", "Add an item of evidence, with its file."),
    "list": ("evidence:list_evidence", "List the evidence of a case."),
    "disclose": ("evidence:disclose", "Record that the employee was given evidence, or why not."),
    "get": ("evidence:get", "Write the file of an item of evidence, as it was received."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Add evidence, list it, and give it to the employee.",
    epilog=example("casework evidence list ASH-26-7KQ4"),
)
def evidence() -> None:
    """Evidence: sealed and hashed on receipt, given to the employee or withheld with a reason."""


@click.command(
    short_help=COMMANDS["add"][1],
    epilog=example(
        'casework evidence add ASH-26-7KQ4 "Screenshot of the post" --type screenshot --file post.png \\',
        '    --about 1 --source "Helen Marsh" --method "Seen on the public page; staff notice of 1 September"',
    ),
)
@reference
@click.argument("title", required=False, type=WORDS)
@click.option(
    "--type", "type_", type=click.Choice(TYPES), default="document", show_default=True, help="What it is."
)
@click.option("--file", type=click.Path(path_type=Path), help="The file, which is sealed as it is.")
@click.option(
    "--points",
    type=click.Choice(["for", "against", "neutral"]),
    default="for",
    show_default=True,
    help="Which way it points, seen from the allegation.",
)
@click.option(
    "--about", type=int, multiple=True, metavar="NUMBER", help="An allegation it is about; several times."
)
@click.option("--source", default="", help="Whom or what it comes from.")
@click.option("--method", default="", help="How it was come by, and under which notice to staff.")
@click.option("--description", type=WORDS, default="", help="What it shows.")
@click.option("--on", "occurred", type=WHEN, help="When it was captured or received; today if not given.")
@writes
def add(
    session: Session,
    reference: str,
    title: str | None,
    type_: str,
    file: Path | None,
    points: str,
    about: tuple[int, ...],
    source: str,
    method: str,
    description: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Add an item of evidence to a case. What points away from the allegation is evidence too."""
    from casework.cli.receipts import once, tell
    from casework.services.evidence import add_evidence, read_file

    loaded = session.case(reference)
    name = ask(session, title, "What is it, in a few words", "TITLE", type=WORDS, check=said)
    incoming = read_file(file) if file else None
    receipt = once(
        session,
        loaded,
        command,
        lambda: add_evidence(
            session.workspace,
            session.school,
            loaded,
            title=name,
            type_=type_,
            points=points,
            supports=about,
            source=source,
            method=method,
            description=description,
            file=incoming,
            occurred=occurred,
            command=command,
        ),
    )
    number = len(loaded.case.evidence)
    tell(session, loaded, receipt, f"Evidence item {number} added", as_json=as_json, number=number)


@click.command(
    "list", short_help=COMMANDS["list"][1], epilog=example("casework evidence list ASH-26-7KQ4 --json")
)
@reference
@as_json
@pass_session
def list_evidence(session: Session, reference: str, as_json: bool) -> None:
    """List the evidence of a case, and whether the employee has had it. The reading is put on the access log."""
    from casework.services.access import note_access
    from casework.services.loading import body_of

    loaded = session.case(reference)
    note_access(session.workspace, session.school, "evidence", loaded.stream)
    items = [
        (item, body_of(session.workspace, loaded, item.n), _about(loaded, item), _standing(loaded, item))
        for item in loaded.case.evidence.values()
    ]
    data = [
        {
            "number": item.number,
            "event": item.n,
            "type": item.type,
            "points": item.points,
            "about": about,
            "status": standing[0],
            **{
                part: words[part]
                for part in ("title", "source", "method", "description", "file_name")
                if part in words
            },
        }
        for item, words, about, standing in items
    ]
    text = table(
        ["No.", "Title", "Type", "Points", "About", "Employee has it", "File"],
        [
            [
                str(item.number),
                words.get("title", ""),
                item.type.replace("_", " "),
                item.points,
                listed([str(number) for number in about]),
                standing[1],
                words.get("file_name", ""),
            ]
            for item, words, about, standing in items
        ],
    )
    if not items and not as_json:
        say("There is no evidence on this case yet.")
    answer(as_json, {"reference": loaded.case.reference, "evidence": data}, text)


@click.command(
    short_help=COMMANDS["disclose"][1],
    epilog=example(
        "casework evidence disclose ASH-26-7KQ4 --on 2026-11-30",
        'casework evidence disclose ASH-26-7KQ4 3 --withheld --reason "Names a pupil; a summary was given instead"',
    ),
)
@reference
@click.argument("numbers", type=int, nargs=-1)
@click.option("--withheld", is_flag=True, help="It was held back from the employee, with --reason.")
@click.option("--reason", type=WORDS, default="", help="Why it was held back.")
@click.option("--on", "occurred", type=WHEN, help="When; today if not given.")
@writes
def disclose(
    session: Session,
    reference: str,
    numbers: tuple[int, ...],
    withheld: bool,
    reason: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Record that items were given to the employee, or withheld with a reason.

    No NUMBERS means every item of which the record does not say either yet.
    """
    from casework.cli.receipts import once, tell
    from casework.services.evidence import disclose as record_disclosure

    loaded = session.case(reference)
    receipt = once(
        session,
        loaded,
        command,
        lambda: record_disclosure(
            session.workspace,
            session.school,
            loaded,
            numbers=numbers,
            how="withheld" if withheld else "disclosed",
            reason=reason,
            occurred=occurred,
            command=command,
        ),
    )
    what = "Evidence withheld" if withheld else "Evidence given to the employee"
    tell(session, loaded, receipt, what, as_json=as_json)


@click.command(
    short_help=COMMANDS["get"][1], epilog=example("casework evidence get ASH-26-7KQ4 1 --out post.png")
)
@reference
@click.argument("number", type=int)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write it; its own name here if not given."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def get(session: Session, reference: str, number: int, out: Path | None, force: bool, as_json: bool) -> None:
    """Write the file of item NUMBER as it was received. That you read it is put on the access log."""
    from casework.services.evidence import get_file

    loaded = session.case(reference)
    name, data = get_file(session.workspace, session.school, loaded, number)
    written = write_file(out or Path(name), data, force=force)
    answer(as_json, {"file": os.fspath(written), "bytes": len(data)}, str(written))


def _about(loaded: LoadedCase, item: Evidence) -> list[int]:
    return [loaded.case.allegations[allegation].number for allegation in item.supports]


def _standing(loaded: LoadedCase, item: Evidence) -> tuple[str, str]:
    """Whether the employee has had an item: for programs, and in words with the date."""
    for status, n, words in (("disclosed", item.disclosed, "yes"), ("withheld", item.withheld, "withheld")):
        if n is not None:
            on: Any = loaded.history[n - 1].facts.get("occurred", {}).get("date")
            return status, f"{words}, {day(on)}" if on else words
    return "open", "not yet"
