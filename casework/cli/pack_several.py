"""`casework pack build` for several cases: a pack of each, made at the same time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.output import answer, say
from casework.cli.pack import remarks
from casework.cli.session import Session
from casework.cli.tables import table, wrapped
from casework.cli.together import do_jobs, told
from casework.cli.writing import take_over

if TYPE_CHECKING:
    from casework.jobs.model import Job
    from casework.services.workers import Done


def build_several(
    session: Session,
    references: Sequence[str],
    purpose: str,
    out: Path,
    force: bool,
    no_documents: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Build a pack of each case, and say what came of each; exit code 1 if one could not be built."""
    from casework.base.errors import BadInput
    from casework.jobs.model import Job

    rows: dict[str, dict[str, Any]] = {}
    jobs = []
    what = {"purpose": purpose, "documents": "no" if no_documents else "yes"}
    for reference in dict.fromkeys(references):
        loaded = session.case(reference)
        own = loaded.case.reference
        path = out / f"{own}-{purpose}-pack.pdf"
        if os.path.lexists(path) and not force and not session.rehearsal:
            raise BadInput(
                f"{path} is there already.", remedy="Choose another folder with --out, or use --force."
            )
        jobs.append(Job("pack", session.school.id, loaded.stream, session.workspace.new_id(), what))
        rows[jobs[-1].command] = {"reference": own, "file": os.fspath(path)}

    def take(done: Done[Job], drafts: Path) -> None:
        row = rows[done.work.command]
        path, row["file"] = Path(row["file"]), None
        if done.problem is not None:
            row |= told(done.problem)
            return
        built = done.result["built"]
        row |= {
            "pack": built.number,
            "pages": built.pages,
            "sha256": built.fingerprint,
            "remarks": remarks(built, row["reference"]),
        }
        if not session.rehearsal:
            row["file"] = os.fspath(take_over(drafts / done.result["files"][0], path, force=force))

    do_jobs(session, jobs, take, label="Building packs", out=out, words={}, workers=workers)
    _tell(session, list(rows.values()), as_json)


def _tell(session: Session, rows: list[dict[str, Any]], as_json: bool) -> None:
    failed = any("code" in row for row in rows)
    shown = [
        [
            row["reference"],
            str(row.get("pack", "")),
            str(row.get("pages", "")),
            row["file"] or row.get("says", ""),
        ]
        for row in rows
    ]
    lines = [wrapped(f"{row['reference']}: {line}") for row in rows for line in row.get("remarks", ())]
    text = "\n\n".join(
        part
        for part in (table(["Case", "Pack", "Pages", "Where, or why not"], shown), "\n".join(lines))
        if part
    )
    data = {"dry_run": session.rehearsal, "packs": rows}
    answer(as_json, data | ({"ok": False, "code": "not-built"} if failed else {}), text)
    if session.rehearsal:
        say("Nothing was recorded, and no file was written: this is what would be built.")
    if failed:
        raise click.exceptions.Exit(1)
