"""Doing jobs from the command line: the bar, the keys that go along, and the files that come back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.base.errors import CaseworkError
from casework.cli.output import say, sentence
from casework.cli.progress import Bar
from casework.cli.session import Session
from casework.keyring.disk import make_folder

if TYPE_CHECKING:
    from casework.jobs.model import Job
    from casework.services.workers import Done


def told(problem: Exception) -> dict[str, str]:
    """Return what is told of a job that was not done; what is no error of ours is raised."""
    if not isinstance(problem, CaseworkError):
        raise problem
    return {"code": problem.code, "says": sentence(problem)}


def _say_so() -> None:
    say("\nStopping: what was begun is finished first. Ctrl-C again ends it at once, and it is undone.")


def do_jobs(
    session: Session,
    jobs: Sequence[Job],
    take: Callable[[Done[Job], Path], None],
    *,
    label: str,
    out: Path,
    words: Mapping[str, Any],
    workers: int | None,
) -> None:
    """Do jobs with a bar where somebody sees it, and tell of each as soon as it is done.

    Args:
        take: is told what came of a job, and in which folder its files are; what it leaves there is removed.
        out: the folder that files are for; drafts are made inside it, so that they only need a name in the end.
        words: what was typed for all the jobs.
        workers: how many at once, if that was said.
    """
    from casework.jobs.model import Hands
    from casework.jobs.run import run_jobs

    keys, done = session.workspace.keys, 0
    if not session.rehearsal:
        make_folder(out)
    drafts = Path(tempfile.mkdtemp(prefix=".casework-", dir=None if session.rehearsal else out))
    try:
        hands = Hands(
            session.folder,
            keys.account,
            keys.agreement.private_bytes_raw(),
            drafts,
            words=words,
            clock=session.clock,
            rehearsal=session.rehearsal,
        )
        with Bar(label) as bar:

            def heard(one: Done[Job]) -> None:
                nonlocal done
                take(one, drafts / one.work.command)
                done += 1
                bar.tell(done, len(jobs))

            run_jobs(hands, jobs, workers=workers, heard=heard, stopping=_say_so)
    finally:
        shutil.rmtree(drafts, ignore_errors=True)
