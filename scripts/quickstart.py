"""Plays docs/adviser/quickstart.md: every command in it is typed, and what it prints is what the page shows.

`python scripts/quickstart.py` renews what the page shows; a test plays it too. A comment such as
`<!-- now 2026-03-02T15:00 -->` sets the clock. In a block, `$ casework ...` is typed, and a line `...` stands for lines
that are left out. References are those of the case that the page opens.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock
from casework.cli.main import main
from casework.cli.session import Session

FILE = Path(__file__).resolve().parent.parent / "docs" / "adviser" / "quickstart.md"
WIDTH = "88"
_BLOCK = re.compile(r"<!-- now (?P<now>[0-9T:-]+) -->|```console\n(?P<block>.*?)```", re.DOTALL)
_REFERENCE = re.compile(r"ASH-26-[0-9A-Z]{4}")


class Player:
    """Types the page's commands, with a clock and dice of its own."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 14, 0, tzinfo=LONDON)
        self._typed = 0
        self._case = "ASH-26-0000"

    def page(self, text: str) -> str:
        """Return the page with what its commands print now."""
        return _BLOCK.sub(self._part, text)

    def _part(self, found: re.Match[str]) -> str:
        if found["now"]:
            self._now = datetime.fromisoformat(found["now"]).replace(tzinfo=LONDON)
            return found[0]
        commands = re.split(r"^(?=\$ )", found["block"], flags=re.MULTILINE)
        return "```console\n" + "".join(self._command(command) for command in commands if command) + "```"

    def _command(self, text: str) -> str:
        lines = text.splitlines()
        length = next(at for at, line in enumerate(lines, start=1) if not line.endswith("\\"))
        typed, shown = [_REFERENCE.sub(self._case, line) for line in lines[:length]], lines[length:]
        words = shlex.split("\n".join(typed).removeprefix("$ casework").replace("\\\n", " "))
        self._typed += 1
        session = Session(
            clock=FixedClock(self._now),
            dice=SeededDice(f"quickstart {self._typed}".encode()),
            interactive=False,
        )
        environment = {
            "COLUMNS": WIDTH,
            "NO_COLOR": "1",
            "CASEWORK_DATA": "data",
            "CASEWORK_PASSPHRASE": "three random words",
        }
        done = CliRunner(env=environment).invoke(main, words, obj=session, prog_name="casework")
        opened = re.match(rf"Case ({_REFERENCE.pattern}) opened", done.output)
        self._case = opened[1] if opened else self._case
        said = [line.rstrip() for line in done.output.splitlines()]
        return "\n".join([*typed, *_elided(shown, said)]) + "\n"


def _elided(shown: list[str], said: list[str]) -> list[str]:
    """What was said, with as many lines left out as the page leaves out."""
    if "..." not in shown:
        return said
    at = shown.index("...")
    tail = len(shown) - at - 1
    while tail and not shown[-1].strip():
        shown.pop()
        tail -= 1
    return [*said[:at], "...", *(said[-tail:] if tail else [])]


def played() -> tuple[str, str]:
    """Return the page as it is written, and as it would be with what its commands print now."""
    written = FILE.read_text(encoding="utf-8")
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return written, Player().page(written)
        finally:
            os.chdir(before)


if __name__ == "__main__":
    FILE.write_text(played()[1], encoding="utf-8")
    sys.exit(0)
