"""`casework case export` of several cases: a folder for each, made at the same time."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.case_history import refuse_taken
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import table
from casework.cli.together import do_jobs, told
from casework.cli.writing import take_over

if TYPE_CHECKING:
    from casework.jobs.model import Job
    from casework.services.workers import Done


def export_several(
    session: Session,
    references: Sequence[str],
    words: Mapping[str, str],
    formats: Sequence[str],
    out: Path,
    force: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write the history of each case to a folder of its own, and say what came of each; exit code 1 if one failed."""
    from casework.jobs.model import Job

    rows: dict[str, dict[str, Any]] = {}
    jobs = []
    for reference in dict.fromkeys(references):
        loaded = session.case(reference)
        own = loaded.case.reference
        refuse_taken(out / own, formats, force)
        what = {"formats": " ".join(formats)}
        jobs.append(Job("export", session.school.id, loaded.stream, session.workspace.new_id(), what))
        rows[jobs[-1].command] = {"reference": own, "files": []}

    def take(done: Done[Job], drafts: Path) -> None:
        row = rows[done.work.command]
        if done.problem is not None:
            row |= told(done.problem)
            return
        for name in done.result["files"]:
            path = take_over(drafts / name, out / row["reference"] / name, force=force)
            row["files"].append(os.fspath(path))

    do_jobs(session, jobs, take, label="Exporting", out=out, words=words, workers=workers)
    failed = any("code" in row for row in rows.values())
    shown = [[row["reference"], row.get("says") or "\n".join(row["files"])] for row in rows.values()]
    data = {"exports": list(rows.values())}
    answer(
        as_json,
        data | ({"ok": False, "code": "not-exported"} if failed else {}),
        table(["Case", "Where, or why not"], shown),
    )
    if failed:
        raise click.exceptions.Exit(1)
