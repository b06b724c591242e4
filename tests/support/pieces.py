"""Pieces of work for processes of their own: what they do is named by a word, so that it can be sent to them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from casework.services.errors import CaseMoved


@contextmanager
def begin(folder: Path) -> Iterator[Callable[[str], str]]:
    """Make a process ready; each leaves a mark of itself, and another one when it is given up."""
    (folder / f"begun-{os.getpid()}").touch()
    yield lambda word: _do(folder, word)
    (folder / f"ended-{os.getpid()}").touch()


def _do(folder: Path, word: str) -> str:
    """Do what a word says: `die` and `busy` only the first time, `always-die` each time."""
    kind, _, name = word.partition(":")
    first = not (folder / f"tried-{name}").exists()
    (folder / f"tried-{name}").touch()
    if kind == "always-die" or (kind == "die" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "busy" and first:
        raise CaseMoved("Others recorded first.", since=[])
    if kind == "stop":  # as a Ctrl-C on the terminal, which whoever waits gets as well
        os.kill(os.getppid() if _is_worker() else os.getpid(), signal.SIGINT)
    if kind == "wrong":
        raise _NotToBeSent(name, lambda: None)
    return f"{name} done"


def _is_worker() -> bool:
    import multiprocessing

    return multiprocessing.parent_process() is not None


class _NotToBeSent(Exception):
    """A problem that no pipe takes."""
