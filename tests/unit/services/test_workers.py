"""Processes that share work: killed ones, tries again, lanes, and stopping."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.services.errors import CaseMoved
from casework.services.workers import Cancelled, WorkerLost, Workers
from tests.support.pieces import begin


@pytest.fixture(autouse=True)
def _interrupts_are_heard() -> Iterator[None]:
    """A process that was started in the background ignores them, and these tests send some."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def again(work: str, problem: Exception, tries: int) -> bool:
    return isinstance(problem, WorkerLost | CaseMoved) and tries < 2


def told(workers: Workers[str], *work: str) -> dict[str, str]:
    return {
        done.work: f"{done.tries}: {done.result if done.problem is None else type(done.problem).__name__}"
        for done in workers.run(work)
    }


def test_a_process_that_is_killed_is_replaced_and_its_work_tried_again_only_so_often(tmp_path: Path) -> None:
    with Workers(begin, tmp_path, 2, again=again) as workers:
        assert told(workers, "do:a", "die:b", "always-die:c", "do:d", "wrong:e", "busy:f") == {
            "do:a": "1: a done",
            "die:b": "2: b done",
            "always-die:c": "2: WorkerLost",
            "do:d": "1: d done",
            "wrong:e": "1: RuntimeError",
            "busy:f": "2: f done",
        }
    begun = {mark.name.partition("-")[2] for mark in tmp_path.glob("begun-*")}
    ended = {mark.name.partition("-")[2] for mark in tmp_path.glob("ended-*")}
    assert len(begun - ended) == 3, "those that were killed; the others gave up what they had opened"
    assert ended < begun


def test_where_trying_again_is_not_harmless_one_sentence_says_that_the_process_was_killed(
    tmp_path: Path,
) -> None:
    with Workers(begin, tmp_path, 2) as workers:
        (done,) = workers.run(["always-die:a"])
    assert isinstance(done.problem, WorkerLost)
    assert done.tries == 1
    assert str(done.problem).count(".") == 1
    assert "--workers 1" in done.problem.remedy


@pytest.mark.parametrize("count", [1, 2])
def test_a_stop_lets_what_was_begun_end_and_begins_nothing_more(tmp_path: Path, count: int) -> None:
    said: list[str] = []
    with Workers(
        begin, tmp_path, count, lane=lambda word: "one", stopping=lambda: said.append("stopping")
    ) as workers:
        found = list(workers.run(["do:a", "stop:b", "do:c", "do:d"]))
    assert said == ["stopping"]
    stopped = [done.work for done in found if isinstance(done.problem, Cancelled)]
    assert "do:d" in stopped
    assert {"do:a"} <= {done.work for done in found if done.problem is None}
    assert len(found) == 4
    assert not (tmp_path / "tried-d").exists()


def test_an_impatient_work_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Workers(begin, tmp_path, 1) as workers:
        list(workers.run(["stop:a", "do:b"]))
    assert not (tmp_path / "tried-b").exists()


def test_with_one_worker_all_is_done_here_in_order_and_tried_again_just_so(tmp_path: Path) -> None:
    with Workers(begin, tmp_path, 1, again=again) as workers:
        assert list(told(workers, "do:a", "busy:b")) == ["do:a", "busy:b"]
        assert told(workers, "busy:c", "wrong:d") == {"busy:c": "2: c done", "wrong:d": "1: _NotToBeSent"}
    assert len(list(tmp_path.glob("begun-*"))) == len(list(tmp_path.glob("ended-*"))) == 1
