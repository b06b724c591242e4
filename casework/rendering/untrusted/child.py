"""The process in which files of strangers are taken apart: it can open no file and no connection, and not for long.

It reads a line of JSON and so many bytes, and answers in the same way, until its input ends. Before it reads anything
it gives away what it does not need: after that no file, socket or process can be opened, because the limit of open
files is what it has open already. Memory and processor time are limited. It never saw a key or a passphrase.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import warnings
import zipfile
from typing import Any, BinaryIO, Final

MEMORY: Final = 1536 * 1024 * 1024
"""Bytes of address space."""

SECONDS: Final = 40
"""Seconds of processor time that one file may take."""


_LETTER: Final = (
    b"From: a@b.example\nSubject: =?utf-8?q?c?=\nContent-Type: text/plain; charset=iso-8859-15\n\n"
)
_SAMPLES: Final = (b"words", b"caf\xe9", b"\xff\xfea\x00")
"""Texts in each writing that is read: Python loads what it needs for one when it first meets it."""


def main() -> int:
    """Answer requests until there are no more."""
    from PIL import Image

    from casework.rendering.untrusted import paper

    Image.init()  # every decoder is loaded now, since no file can be opened later
    with contextlib.suppress(paper.NotPrintable):
        paper.word_lines(_word_document())
    for sample in _SAMPLES:
        paper.email_lines(_LETTER + sample)
        paper.text_lines(sample)
    warnings.simplefilter("ignore")
    _give_up()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    for line in asked:
        request = json.loads(line)
        data = asked.read(request["size"])
        _allow_seconds(SECONDS)
        try:
            made = paper.MAKERS[request["form"]](data)
        except paper.NotPrintable as problem:
            _answer(answers, {"ok": False, "why": problem.code})
        except MemoryError:
            _answer(answers, {"ok": False, "why": "too_large"})
        except Exception:  # whatever a hostile file brings about, the next one gets its answer
            _answer(answers, {"ok": False, "why": "damaged"})
        else:
            about = {"ok": True, "pages": made.pages, "remarks": made.remarks, "size": len(made.data)}
            _answer(answers, about, made.data)
    return 0


def _word_document() -> bytes:
    """An empty one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def _give_up() -> None:
    """Give away what is not needed, for good: files, connections, processes, memory beyond the limit."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, MEMORY),
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):  # macOS knows no limit of address space
            continue


def _allow_seconds(seconds: int) -> None:
    """Let the processor work for so many seconds more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(answers: BinaryIO, about: dict[str, Any], data: bytes = b"") -> None:
    answers.write(json.dumps(about).encode() + b"\n")
    answers.write(data)
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
