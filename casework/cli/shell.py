"""Commands as they can be pasted into a shell: quoted, in one line or, if long, with one option on each line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from casework.cli.tables import width

_COMMAND_WORDS = 2
"""`casework` and the first of the shared options stay together on the first line."""


def one_line(arguments: Sequence[str]) -> str:
    """Return a command in one line."""
    return shlex.join(arguments)


def lines(arguments: Sequence[str]) -> str:
    """Return a command as people read it: indented, and a long one with one option on each line."""
    whole = f"  {one_line(arguments)}"
    if len(whole) <= width():
        return whole
    parts: list[list[str]] = [[]]
    for at, word in enumerate(arguments):
        if word.startswith("--") and at > _COMMAND_WORDS:
            parts.append([])
        parts[-1].append(word)
    return " \\\n      ".join([f"  {one_line(parts[0])}", *map(one_line, parts[1:])])
