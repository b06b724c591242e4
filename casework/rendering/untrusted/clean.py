"""Asks the child process for plain pages of a stranger's file, and puts up with everything that it may do.

A file that kills the child, keeps it busy or makes it answer nonsense is told to be unreadable; the next file gets a
new child. What the child says is checked like any input: it may have been taken over by what it read.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, BinaryIO, Final

from casework.rendering.untrusted.kinds import Kind

SECONDS: Final = 60.0
"""Seconds by the clock that one file may take, the start of the child included."""

MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes that the pages of one file may have."""

_LONGEST_LINE: Final = 4096
_CHUNK: Final = 256 * 1024
_MAIN: Final = "from casework.rendering.untrusted.child import main; sys.exit(main())"

WHY: Final = {
    "locked": "It is locked with a password. Ask whoever sent it for a copy without one.",
    "damaged": "It is damaged, or not what it seems to be, and cannot be opened. Ask for another copy.",
    "empty": "There is nothing in it to be printed.",
    "too_long": "It is too long to be printed here. Give it separately, or add the pages that matter.",
    "too_large": "It is too large to be opened safely. Ask for a smaller copy.",
    "no_words": "It has no plain words to print. Print it to PDF where it came from, and add that.",
    "crashed": "Opening it failed in a way that a sound file does not. It may be damaged, or made to do harm.",
    "too_slow": "Opening it took too long. It may be damaged, or made to do harm. Ask for another copy.",
    "program": "It is a program, which is never opened; do not run it.",
    "not_printed": "Files of this kind are kept as they are and not printed. Save it as PDF, and add that too.",
}
"""Why a file is not printed, by code."""

REMARKS: Final = {
    "layers": "The PDF has layers, which may be hidden in the original and shown here. Compare the two.",
    "script": "The PDF contained a script, which was left out.",
    "attachments": "The PDF had files attached to it, which are not printed.",
    "dynamic_form": "The PDF is a form that only some programs fill in. Compare it with the original.",
    "words_only": "These are the plain words of a Word document; its layout, pictures and comments are left out.",
    "repaired": "The PDF was damaged and has been repaired. Compare it with the original.",
}
"""What should be known of pages that were printed, by code."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a file: so many pages (0 for text) of `size` bytes, or `why` not (a code); with remarks."""

    pages: int = 0
    size: int = 0
    remarks: tuple[str, ...] = ()
    why: str = ""


class Cleaner:
    """Makes plain pages of files, in a child process that is started for the first and used for the next.

    Args:
        seconds: by the clock, for one file.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Cleaner:
        """Return itself; the child is started when it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self._end()

    def clean(self, data: bytes, kind: Kind, into: BinaryIO) -> Cleaned:
        """Write plain pages of a file (a PDF), or its text (UTF-8), to `into`; say what became of it.

        Nothing that a file holds makes this raise. What was written to `into` counts only if there is no `why`.
        """
        if not kind.printed:
            return Cleaned(why="program" if kind.id == "program" else "not_printed")
        late = threading.Event()
        child = self._started()
        timer = threading.Timer(self._seconds, self._stop, (child, late))
        timer.start()
        try:
            return self._ask(child, data, kind, into)
        except (OSError, ValueError, KeyError, TypeError):
            self._end()
            return Cleaned(why="too_slow" if late.is_set() else "crashed")
        finally:
            timer.cancel()

    def _ask(self, child: subprocess.Popen[bytes], data: bytes, kind: Kind, into: BinaryIO) -> Cleaned:
        asked, answers = _pipes(child)
        asked.write(json.dumps({"form": kind.form, "size": len(data)}).encode() + b"\n")
        asked.write(data)
        asked.flush()
        line = answers.readline(_LONGEST_LINE)
        about = json.loads(line)
        if about["ok"] is not True:
            return Cleaned(why=about["why"] if about["why"] in WHY else "damaged")
        pages, size = _number(about["pages"], 10_000), _number(about["size"], MOST_BYTES)
        left = size
        while left:
            chunk = answers.read(min(left, _CHUNK))
            if not chunk:
                raise ValueError("the answer ends early")
            into.write(chunk)
            left -= len(chunk)
        remarks = tuple(code for code in REMARKS if code in about["remarks"])
        return Cleaned(pages, size, remarks)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            start = f"import sys; sys.path[:] = {sys.path!r}; {_MAIN}"
            self._child = subprocess.Popen(  # noqa: S603 (our own program, nothing of it comes from a file)
                [sys.executable, "-I", "-c", start],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},  # no passphrase, and nothing else that is ours
                cwd="/",
            )
        return self._child

    @staticmethod
    def _stop(child: subprocess.Popen[bytes], late: threading.Event) -> None:
        late.set()
        child.kill()

    def _end(self) -> None:
        if self._child is None:
            return
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent yet cannot be sent any more
                    continue
        self._child.wait()
        self._child = None


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise ValueError("the child has no pipes")
    return child.stdin, child.stdout


def _number(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("no number that can be")
    return value
