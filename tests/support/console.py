"""Plays pages of documentation: types what their ```console blocks type, and compares what comes.

A block is written as it looks on a terminal: a line that begins with `$ ` is typed (and goes on while it ends in a
backslash), what follows is what it prints. Three dots alone on a line stand for lines that are left out. A command
succeeds unless `$ echo $?` follows it, with the exit code below.

What differs from day to day and machine to machine is compared by its kind (`_KINDS`), today's date by its value.
Everything else has to be the same, but for line breaks and the width of columns. To write what is printed now into
pages whose example no longer holds:

    python -m tests.support.console README.md docs/adviser/running-a-case.md
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from casework.base.time import LONDON

ROOT = Path(__file__).parents[2]
LEFT_OUT = "..."
PASSPHRASE = "correct horse battery"
WIDTH = "88"

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TYPED_ON = re.compile(r"<!-- typed on (\d{4}-\d\d-\d\d) in (\S+) -->")
_REFERENCE = re.compile(r"\b[A-Z]{2,5}-\d\d-[0-9A-HJKMNP-TV-Z]{4}\b")
_PROMPT = re.compile(r"^(A passphrase protects|Passphrase:|The same again:)")
_END = "--- end of output, exit code"

# Stands in for SQLite's own command, which not every machine has.
_SQLITE = f"""#!{sys.executable}
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    for statement in sys.argv[2].split(";"):
        for row in database.execute(statement):
            print(*row, sep="|")
"""

# In this order: what the later ones look for must not be part of what the earlier ones replace.
_KINDS = [
    (r"(?m)^— \S+ [0-9A-Za-z+/=]{90,}$", "<signature>"),
    (r"\+[0-9a-f]{8}\+[0-9A-Za-z+/=]{40,}", "<public key>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
    (r"\b[0-9a-f]{16,}\b", "<hash>"),
    (r"(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{43}=", "<root>"),
    (r"\b\d+ days? late\b|\bin \d+ days?\b|: today\b", "<how late>"),
]


@dataclass(frozen=True)
class Typed:
    """One command of a page.

    Attributes:
        place: the page and the line, for whoever has to mend it.
        command: what is typed.
        prints: what the page says that it prints.
        exit_code: what the page says, or 0.
        start, end: where command and output stand in the page.
    """

    place: str
    command: str
    prints: str
    exit_code: int
    start: int
    end: int


@dataclass(frozen=True)
class Done:
    """What a command printed and returned."""

    output: str
    exit_code: int


class Page:
    """A page and the commands in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.text = (ROOT / path).read_text(encoding="utf-8")

    def typed_on(self) -> tuple[date, str] | None:
        """The day on which the page was typed and the folder of its writer, if it says so."""
        found = _TYPED_ON.search(self.text)
        return (date.fromisoformat(found[1]), found[2]) if found else None

    def reference(self) -> str:
        """The reference that stands for the one that the case gets when the page is typed; nothing if there is none."""
        found = _REFERENCE.search(self.text)
        return found[0] if found else ""

    def commands(self) -> Iterator[Typed]:
        """The commands of the page, in order."""
        for block in _BLOCK.finditer(self.text):
            yield from self._commands(block[1], block.start(1))

    def _commands(self, block: str, start: int) -> Iterator[Typed]:
        found: list[Typed] = []
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            place = f"{self.path}:{self.text.count(chr(10), 0, start) + 1}"
            lines = part.splitlines()
            if lines:
                assert lines[0].startswith("$ "), f"{place}: a block begins with `$ `"
                length = next(at for at, line in enumerate(lines, start=1) if not line.endswith("\\"))
                command, prints = "\n".join(lines[:length])[2:], "\n".join(lines[length:])
                if command == "echo $?":
                    found.append(replace(found.pop(), exit_code=int(prints)))
                else:
                    found.append(Typed(place, command, prints, 0, start, start + len(part)))
            start += len(part)
        return iter(found)


class Terminal:
    """A shell in an empty folder, with the real `casework`, in which pages are typed one after another."""

    def __init__(self, folder: Path, written_in: str, reference: str) -> None:
        self.folder = folder
        self._written_in = written_in
        self._reference = reference
        self._given = ""
        programs = folder / ".programs"
        programs.mkdir()
        (programs / "sqlite3").write_text(_SQLITE)
        (programs / "sqlite3").chmod(0o755)
        environment = {
            "PATH": os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.defpath]),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLUMNS": WIDTH,
            "CASEWORK_PASSPHRASE": PASSPHRASE,
        }
        self._shell = subprocess.Popen(
            ["/bin/sh"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End the shell."""
        self._shell.communicate("exit\n", timeout=10)

    def type(self, typed: Typed) -> Done:
        """Type a command; the page's case reference stands for the one that was given here."""
        assert self._shell.stdin and self._shell.stdout
        command = typed.command
        if self._given:
            command = command.replace(self._reference, self._given)
        self._shell.stdin.write(f"{{ {command}\n}} </dev/null\ncode=$?; echo; echo '{_END}' $code\n")
        self._shell.stdin.flush()
        lines: list[str] = []
        for line in self._shell.stdout:
            if line.startswith(_END):
                return self._done("".join(lines).removesuffix("\n"), int(line.rsplit(" ", 1)[1]), typed)
            lines.append(line)
        raise AssertionError(f"{typed.place}: the shell ended at: {command}")

    def _done(self, output: str, exit_code: int, typed: Typed) -> Done:
        output = output.replace(str(self.folder), self._written_in)
        opened = _REFERENCE.search(output)
        if opened and self._reference and not self._given:
            self._given = opened[0]
        if self._given:
            output = output.replace(self._given, self._reference)
        return Done(output, exit_code)


def difference(typed: Typed, done: Done, typed_on: date, today: date, *, asked: bool = False) -> str:
    """Say how what was printed today differs from what the page shows; nothing if it does not.

    Args:
        asked: the command ran on a terminal, so what the page shows of questions counts too.
    """
    if done.exit_code != typed.exit_code:
        return f"exit code {done.exit_code} instead of {typed.exit_code}:\n{done.output}"
    printed = _by_kind(done.output, today)
    shown = typed.prints if asked else _without_prompts(typed.prints)
    words = _by_kind(shown, typed_on).split(" ")
    if re.fullmatch(_pattern(" ".join(words), typed_on, today), printed):
        return ""
    for known in range(len(words), -1, -1):  # so far they agree
        found = re.match(_pattern(" ".join(words[:known]), typed_on, today), printed)
        if found:
            break
    assert found
    rest = " ".join(words[known:])
    return f"after {known} words the page shows\n{rest}\nbut there is\n{printed[found.end() :]}"


def _forms(day: date) -> list[str]:
    """The ways in which a day is printed."""
    return [f"{day:%a} {day.day} {day:%b %Y}", f"{day:%A} {day.day} {day:%B %Y}", day.isoformat()]


def _without_prompts(prints: str) -> str:
    """What a page shows, without what is asked on a terminal: here nobody is."""
    return "\n".join(line for line in prints.splitlines() if not _PROMPT.match(line))


def _by_kind(text: str, today: date) -> str:
    """A text without line breaks, widths, fingerprints, the time of today, and how late something is."""
    for form in _forms(today):
        text = re.sub(rf"(?<!\d)({form}),? \d\d:\d\d(:\d\d UTC)?", r"\1", text)
    for pattern, kind in _KINDS:
        text = re.sub(pattern, kind, text)
    return " ".join(re.sub(r"-{3,}", "---", text).split())


def _pattern(shown: str, typed_on: date, today: date) -> str:
    """A pattern of what a page shows: the day on which it was typed stands for today, dots for anything."""
    pattern = re.escape(shown)
    for then, now in zip(_forms(typed_on), _forms(today), strict=True):
        pattern = re.sub(
            rf"(?<!\d){re.escape(re.escape(then))}(?!\d)", re.escape(now).replace("\\", r"\\"), pattern
        )
    return pattern.replace(rf"\ {re.escape(LEFT_OUT)}", "( .*)?").replace(re.escape(LEFT_OUT), ".*")


def play(paths: list[str], folder: Path) -> Iterator[tuple[Page, Typed, Done, str]]:
    """Type pages one after another in one terminal; the first says when and where it was written.

    Yields: the page, the command, what it did, and how that differs from the page.
    """
    pages = [Page(path) for path in paths]
    typed_on = pages[0].typed_on()
    assert typed_on, f"{paths[0]} lacks <!-- typed on YYYY-MM-DD in FOLDER -->"
    terminal = Terminal(folder, typed_on[1], pages[0].reference())
    try:
        for page in pages:
            for typed in page.commands():
                done = terminal.type(typed)
                today = datetime.now(LONDON).date()
                yield page, typed, done, difference(typed, done, typed_on[0], today)
    finally:
        terminal.close()


def _renewed(typed: Typed, done: Done) -> str:
    """What the page is to show: all that is printed now, but for as much as it leaves out now."""
    shown, said = typed.prints.splitlines(), done.output.rstrip("\n").splitlines()
    prompts = [line for line in shown if _PROMPT.match(line)]
    if LEFT_OUT not in shown:
        return "\n".join([*prompts, *said])
    before, after = shown.index(LEFT_OUT), len(shown) - shown.index(LEFT_OUT) - 1
    return "\n".join([*said[:before], LEFT_OUT, *(said[-after:] if after else [])])


def renew(paths: list[str]) -> None:
    """Write into the pages what their commands print now, where that is something else.

    On another day than that of the pages everything is written again, so that no page shows two days as today.
    """
    today = datetime.now(LONDON).date()
    typed_on = Page(paths[0]).typed_on()
    assert typed_on
    edits: dict[str, list[tuple[Typed, str]]] = {path: [] for path in paths}
    with tempfile.TemporaryDirectory() as folder:
        for page, typed, done, differs in play(paths, Path(folder).resolve()):
            if differs:
                assert done.exit_code == typed.exit_code or not typed.prints, f"{typed.place}: {differs}"
                print(f"{typed.place}: {differs.splitlines()[0]}")
            left_out_once = typed.prints.splitlines().count(LEFT_OUT) <= 1
            if differs or (today != typed_on[0] and left_out_once):
                shown = f"$ {typed.command}\n{_renewed(typed, done)}".rstrip("\n") + "\n"
                if done.exit_code != typed.exit_code:
                    shown += f"$ echo $?\n{done.exit_code}\n"
                edits[page.path].append((typed, shown))
    assert today == datetime.now(LONDON).date(), "midnight came in between: once more"
    for path, changed in edits.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        for typed, shown in reversed(changed):
            text = text[: typed.start] + shown + text[typed.end :]
        text = _TYPED_ON.sub(rf"<!-- typed on {today.isoformat()} in \2 -->", text)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew(sys.argv[1:])
