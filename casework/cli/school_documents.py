"""`casework school add-document`, `documents`, `get-document`, `end-document`: the school's own papers, for packs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from casework.base.time import describe_date, parse_date
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import answer, say
from casework.cli.school import COMMANDS
from casework.cli.session import Session
from casework.cli.tables import day, table, wrapped
from casework.cli.values import DAY, WORDS
from casework.cli.writing import write_file

TYPES = ("procedure", "policy", "code", "other")
"""What a document of the school can be, as `casework.services.school_documents` has it; a test holds them together."""


@click.command(
    "add-document",
    short_help=COMMANDS["add-document"][1],
    epilog=example(
        'casework school add-document "Disciplinary Policy and Procedure" --type procedure \\',
        "    --file procedure.pdf --from 2025-09-01",
        'casework school add-document "Social Media Policy" --file smp-2026.pdf --from 2026-09-01 --replaces 2',
    ),
)
@click.argument("title", type=WORDS)
@click.option(
    "--type", "type_", type=click.Choice(TYPES), default="policy", show_default=True, help="What it is."
)
@click.option("--file", type=click.Path(path_type=Path), required=True, help="The document, best as PDF.")
@click.option("--from", "since", type=DAY, required=True, help="The first day on which it is in force.")
@click.option(
    "--replaces", type=click.IntRange(min=1), metavar="NUMBER", help="The document that ends the day before."
)
@writes
def add_document(
    session: Session,
    title: str,
    type_: str,
    file: Path,
    since: str,
    replaces: int | None,
    command: str,
    as_json: bool,
) -> None:
    """Keep a document of the school: the written procedure, a policy. It is added once, and sealed.

    Every pack from then on has what was in force from the day of what is alleged on, at its end. A newer text ends the
    older one and never takes its place.
    """
    from casework.services import school_documents
    from casework.services.evidence import read_file
    from casework.services.evidence_files import examined

    incoming = examined(read_file(file))
    receipt = school_documents.add_document(
        session.workspace,
        session.school,
        title=title,
        type_=type_,
        file=incoming,
        since=parse_date(since),
        replaces=replaces,
        command=command,
    )
    text = f"On record: “{title}”, in force from {describe_date(parse_date(since))}."
    more = [f"Document {replaces} ends on the day before."] if replaces else []
    _tell(session, [text, *more, *incoming.remarks()], receipt.repeated, receipt.size, as_json)


@click.command(
    short_help=COMMANDS["documents"][1],
    epilog=example("casework school documents", "casework school documents --json"),
)
@as_json
@pass_session
def documents(session: Session, as_json: bool) -> None:
    """List the school's own documents, each with the days on which it is in force and its fingerprint (SHA-256)."""
    from casework.services.school_documents import documents_of

    found = documents_of(session.workspace, session.school)
    if not found and not as_json:
        say("The school has no document of its own on record. `casework school add-document` keeps one.")
    rows = [
        [
            str(item.number),
            item.title,
            item.type,
            day(item.since.isoformat()),
            day(item.until.isoformat()) if item.until else "",
            item.words["file_sha256"],
        ]
        for item in found
    ]
    data = [
        {
            "number": item.number,
            "title": item.title,
            "type": item.type,
            "from": item.since.isoformat(),
            "until": item.until.isoformat() if item.until else None,
            "file_name": item.words["file_name"],
            "sha256": item.words["file_sha256"],
        }
        for item in found
    ]
    text = table(["No.", "Title", "Type", "From", "Until", "Fingerprint"], rows) if rows else ""
    answer(as_json, {"documents": data}, text)


@click.command(
    "get-document",
    short_help=COMMANDS["get-document"][1],
    epilog=example("casework school get-document 1 --out procedure.pdf"),
)
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write it; under its own name if not given."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def get_document(session: Session, number: int, out: Path | None, force: bool, as_json: bool) -> None:
    """Write the file of document NUMBER, byte for byte as it came."""
    from casework.services.school_documents import get_document as get

    name, data = get(session.workspace, session.school, number)
    written = os.fspath(write_file(out or Path(name), data, force=force))
    answer(as_json, {"number": number, "file": written, "bytes": len(data)}, f"Written to {written}")


@click.command(
    "end-document",
    short_help=COMMANDS["end-document"][1],
    epilog=example(
        'casework school end-document 2 --until 2026-08-31 --because "Governors, minute 7/26: withdrawn"'
    ),
)
@click.argument("number", type=click.IntRange(min=1))
@click.option("--until", type=DAY, required=True, help="The last day on which it is in force.")
@click.option("--because", type=WORDS, required=True, help="Why: the minute, or what takes its place.")
@writes
def end_document(
    session: Session, number: int, until: str, because: str, command: str, as_json: bool
) -> None:
    """Say on which day document NUMBER of `casework school documents` ends; cases of before keep it."""
    from casework.services import school_documents

    last = parse_date(until)
    receipt = school_documents.end_document(
        session.workspace, session.school, number, until=last, reason=because, command=command
    )
    text = f"Document {number} is in force until {describe_date(last)}."
    _tell(session, [text], receipt.repeated, receipt.size, as_json)


def _tell(session: Session, lines: list[str], repeated: bool, size: int, as_json: bool) -> None:
    if session.rehearsal:
        say("Nothing was recorded: it can be entered like this.")
    said = "This command had been recorded before; nothing was added."
    text = said if repeated else "\n".join(wrapped(line) for line in lines)
    data = {"dry_run": session.rehearsal, "repeated": repeated, "says": " ".join(lines), "size": size}
    answer(as_json, data, text)
