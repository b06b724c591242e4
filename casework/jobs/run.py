"""Running jobs: by processes of this machine. A queue on a server could take their place: jobs hold ids only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework.jobs.kinds import KINDS, again, begin
from casework.jobs.model import Hands, Job
from casework.services.workers import Done, Workers, cores


def run_jobs(
    hands: Hands,
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    heard: Callable[[Done[Job]], None] = lambda done: None,
    stopping: Callable[[], None] = lambda: None,
) -> list[Done[Job]]:
    """Do jobs, and return what came of each, in their order.

    Jobs in one case follow one another. A stop (Ctrl-C) lets what was begun end and begins no more; a second one ends
    all at once, and what was not recorded by then is undone.

    Args:
        workers: how many at once; decided from how many jobs there are, and from the machine, if None.
        heard: is told of each as soon as it is done.
        stopping: is called at the first stop.
    """
    found: dict[str, Done[Job]] = {}
    with Workers(
        begin, hands, workers or _enough(jobs), again=again, lane=lambda job: job.stream, stopping=stopping
    ) as pool:
        for done in pool.run(jobs):
            heard(done)
            found[done.work.command] = done
    return [found[job.command] for job in jobs]


def _enough(jobs: Sequence[Job]) -> int:
    """As many processes as the machine runs at once, where there is enough to do for their start to be worth it."""
    lanes = {job.stream for job in jobs}
    worth = min((KINDS[job.kind].worth for job in jobs), default=1)
    return min(cores(), len(lanes)) if len(jobs) >= worth else 1
