"""`casework evidence list`, `show` and `get`: what there is, where it comes from, and the files themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.evidence import COMMANDS
from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import day, listed, pairs, table, wrapped
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.cases.model import Evidence
    from casework.services.loading import LoadedCase


@click.command(
    "list", short_help=COMMANDS["list"][1], epilog=example("casework evidence list ASH-26-7KQ4 --json")
)
@reference
@as_json
@pass_session
def list_evidence(session: Session, reference: str, as_json: bool) -> None:
    """List the evidence of a case: the disclosure list, with the reason for each item that was held back.

    The reading is put on the access log.
    """
    from casework.services.access import note_access

    loaded = session.case(reference)
    note_access(session.workspace, session.school, "evidence", loaded.stream)
    items = [_row(session, loaded, item) for item in loaded.case.evidence.values()]
    text = table(
        ["No.", "Title", "Type", "Points", "About", "Employee has it", "File"],
        [
            [
                str(item["number"]),
                item.get("title", ""),
                item["type"].replace("_", " "),
                item["points"],
                listed([str(number) for number in item["about"]]),
                _has_it(item),
                _file(item),
            ]
            for item in items
        ],
    )
    if not items and not as_json:
        say("There is no evidence on this case yet.")
    held = [item for item in items if item["status"] == "withheld"]
    reasons = [wrapped(f"Item {item['number']} was held back: {item.get('reason', '')}") for item in held]
    answer(
        as_json,
        {"reference": loaded.case.reference, "evidence": items},
        "\n\n".join(part for part in (text, "\n".join(reasons)) if part),
    )


def _row(session: Session, loaded: LoadedCase, item: Evidence) -> dict[str, Any]:
    """An item for programs: what it is, about what, whether the employee has had it and why not."""
    from casework.services.loading import body_of

    words = body_of(session.workspace, loaded, item.n)
    event = item.disclosed or item.withheld
    reason = body_of(session.workspace, loaded, event).get("reason", "") if event else ""
    newest = body_of(session.workspace, loaded, item.newest) if item.newest else {}
    return {
        "number": item.number,
        "event": item.n,
        "type": item.type,
        "points": item.points,
        "about": [loaded.case.allegations[allegation].number for allegation in item.supports],
        "status": item.standing,
        "status_on": _day_of(loaded, event),
        "supplied": item.supplied,
        "versions": len(item.revisions) + (item.file is not None),
        "checked": item.locked,
        "redacted": item.redacted is not None,
        **({"reason": reason} if reason else {}),
        **{part: words[part] for part in ("title", "source", "method", "description") if part in words},
        **{part: newest[part] for part in ("file_name", "unprinted") if part in newest},
    }


def _day_of(loaded: LoadedCase, event: int | None) -> str | None:
    from casework.cases.replay import facts_of

    if event is None:
        return None
    found: str | None = facts_of(loaded.history, event)["occurred"].get("date")
    return found


def _has_it(item: Mapping[str, Any]) -> str:
    given = {"disclosed": "yes", "withheld": "withheld", "supplied": "supplied it", "open": "not yet"}
    words = given[item["status"]]
    return f"{words}, {day(item['status_on'])}" if item["status_on"] else words


def _file(item: Mapping[str, Any]) -> str:
    marks = [
        *([f"version {item['versions']}"] if item["versions"] > 1 else []),
        *(["checked"] if item["checked"] else []),
        *(["redacted copy"] if item["redacted"] else []),
        *(["not printed"] if "unprinted" in item else []),
    ]
    return f"{item.get('file_name', '')}{f' ({listed(marks)})' if marks else ''}".strip()


@click.command(short_help=COMMANDS["show"][1], epilog=example("casework evidence show ASH-26-7KQ4 1"))
@reference
@click.argument("number", type=int)
@as_json
@pass_session
def show(session: Session, reference: str, number: int, as_json: bool) -> None:
    """Show item NUMBER: where it comes from, its versions, what the person said of it, and what was taken out.

    The fingerprints are SHA-256 of the files as they came. The reading is put on the access log.
    """
    from casework.services.access import note_access
    from casework.services.cases import evidence_id
    from casework.services.evidence_files import file_remarks
    from casework.services.evidence_listing import item_told

    loaded = session.case(reference)
    item = loaded.case.evidence[evidence_id(loaded, number)]
    note_access(session.workspace, session.school, "evidence", loaded.stream)
    told = item_told(session.workspace, loaded, item)
    row = _row(session, loaded, item)
    lines = [
        ("Type", item.type.replace("_", " ")),
        ("Employee has it", _has_it(row)),
        ("Held back because", row.get("reason", "")),
        ("About", listed([f"allegation {n}" for n in row["about"]])),
        *((line.label, line.value) for line in told.origin),
        ("Description", row.get("description", "")),
    ]
    files = [
        (f.what, f"{f.name}\n{f.sha256}" + "".join(f"\n{remark}" for remark in file_remarks(f.words)))
        for f in told.files
    ]
    text = [
        strong(f"Evidence item {number}: {row.get('title', '')}"),
        pairs([line for line in lines if line[1]]),
        f"Files\n{pairs(files)}" if files else "",
        "Checked\n" + "\n".join(wrapped(line) for line in told.checks) if told.checks else "",
        f"Taken out in the redacted copy\n{pairs([(line.label, line.value) for line in told.redaction])}"
        if told.redaction
        else "",
    ]
    data = {
        **row,
        "origin": {line.label: line.value for line in told.origin},
        "files": [{"what": f.what, "name": f.name, "sha256": f.sha256, "event": f.event} for f in told.files],
        "checks": list(told.checks),
        "removed": [{"where": line.label, "what": line.value} for line in told.redaction],
    }
    answer(as_json, {"reference": loaded.case.reference, **data}, "\n\n".join(part for part in text if part))


@click.command(
    short_help=COMMANDS["get"][1], epilog=example("casework evidence get ASH-26-7KQ4 1 --out post.png")
)
@reference
@click.argument("number", type=int)
@click.option("--redacted", is_flag=True, help="The redacted copy.")
@click.option("--version", type=int, help="An earlier version of notes or a statement, from 1.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write it; its own name here if not given."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def get(
    session: Session,
    reference: str,
    number: int,
    redacted: bool,
    version: int | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the file of item NUMBER as it was received. That you read it is put on the access log."""
    from casework.services.evidence import get_file

    loaded = session.case(reference)
    name, data = get_file(
        session.workspace, session.school, loaded, number, redacted=redacted, version=version
    )
    written = write_file(out or Path(name), data, force=force)
    answer(as_json, {"file": os.fspath(written), "bytes": len(data)}, str(written))
