"""Everything that is printed: data to standard output, words to standard error, and errors as sentences.

What came from outside (names, titles, file names) is made harmless first: control characters could otherwise move the
cursor, hide a line, or turn the direction of writing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import click

from casework.base.errors import CaseworkError

_UNSEEN: Final = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL: Final = re.compile(f"(\x1b\\[(?:0|1|31)m)|[\x00-\x08\x0b-\x1f{_UNSEEN}]")
_ESCAPED_IN_JSON: Final = re.compile(f"[{_UNSEEN}]")


def put_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object: the whole answer of a command that was asked for `--json`."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    # JSON lets these stand as they are, but a terminal obeys them; escaped, they mean the same to a program.
    click.echo(_ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def answer(as_json: bool, data: Mapping[str, Any], text: str) -> None:
    """Print what a command found: as JSON with `ok` in front, or as text for people."""
    if as_json:
        put_json({"ok": True, **data})
    elif text:
        show(text)


def show(text: str) -> None:
    """Print data for people to standard output."""
    click.echo(harmless(text))


def say(text: str) -> None:
    """Print words to standard error."""
    click.echo(harmless(text), err=True)


def harmless(text: str) -> str:
    """Return `text` with every control character made visible, except line ends and our own colours."""
    return _CONTROL.sub(lambda found: found[1] or "\ufffd", text)


def sentence(error: CaseworkError) -> str:
    """Return an error as people read it: what is wrong, what to do, and what was added to it (its notes).

    The notes stand as they were laid out, for they may hold commands to be copied.
    """
    from casework.cli.tables import wrapped

    parts = [wrapped(error.message), wrapped(error.remedy), *getattr(error, "__notes__", ())]
    return "\n".join(part for part in parts if part)


def strong(text: str) -> str:
    """Return `text` in bold, where that can be shown."""
    return click.style(text, bold=True)


def alarming(text: str) -> str:
    """Return `text` in red, where that can be shown; the words have to say it too."""
    return click.style(text, fg="red")
