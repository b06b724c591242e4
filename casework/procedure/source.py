"""Reading policy files: a small, strict YAML that knows the line of everything it holds.

Policy files come from schools and must not surprise anybody, so only plain YAML is read:

- one document of mappings, lists, text, whole numbers and `true` / `false`; `yes`, `no` and dates are text;
- no tags, anchors, aliases, merge keys, empty values or fractions; a key is ASCII and stands once in its mapping;
- at most `MAX_BYTES` in a file and `MAX_DEPTH` levels; text is Unicode in normal form C.

Every fault of a file is collected; only a file that is no YAML at all stops at its first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import yaml

from casework.procedure.errors import PolicyError

MAX_BYTES: Final = 256 * 1024
"""The largest policy file that is read."""

MAX_DEPTH: Final = 16
"""How many mappings and lists may enclose one another."""

Path_: TypeAlias = tuple[str | int, ...]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER_LIKE: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+"
)


@dataclass(slots=True)
class Source:
    """One file as read: its value (None if it is no YAML), the line of each part, and what is wrong so far.

    Of the parts in `settled` everything has been said, here or in another file: no more is reported inside them.
    """

    file: str
    value: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    errors: list[PolicyError] = field(default_factory=list)
    settled: set[Path_] = field(default_factory=set)

    def add(self, path: Path_, reason: str, remedy: str = "", line: int | None = None) -> None:
        """Note an error at `path`, on the line of the nearest part that the file really has."""
        self.errors.append(PolicyError(self.file, line or self.line(path), dotted(path), reason, remedy))

    def line(self, path: Path_) -> int:
        """The line of the part at `path`, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def origin(self, path: Path_) -> tuple[Source, Path_]:
        """The file in which the part at `path` stands, and its path there: this one."""
        return self, path

    def earlier(self, path: Path_) -> list[tuple[Source, Path_]]:
        """The places over which the part at `path` was put: none, in a file that stands alone."""
        return []

    def settle(self, path: Path_) -> None:
        """Note that everything has been said of the part at `path`."""
        self.settled.add(path)

    def is_settled(self, path: Path_) -> bool:
        """True if everything has been said of the part at `path`, or of something around it."""
        return any(path[:length] in self.settled for length in range(len(path) + 1))

    def says(self, path: Path_) -> bool:
        """True if an error at exactly `path` is noted already."""
        return any(error.path == dotted(path) for error in self.errors)


class Written(Protocol):
    """A file as read, or several that say one thing together (`casework.procedure.merging`)."""

    @property
    def file(self) -> str:
        """Its name as the check knows it."""

    @property
    def value(self) -> Any:
        """What it says; None if it is no YAML."""

    @property
    def lines(self) -> Mapping[Path_, int]:
        """The line of each part."""

    @property
    def errors(self) -> Sequence[PolicyError]:
        """What is wrong so far."""

    def add(self, path: Path_, reason: str, remedy: str = "", line: int | None = None) -> None:
        """Note an error at `path`."""

    def line(self, path: Path_) -> int:
        """The line of the part at `path`, or of the nearest part around it."""

    def origin(self, path: Path_) -> tuple[Source, Path_]:
        """The file in which the part at `path` stands, and its path there."""

    def earlier(self, path: Path_) -> list[tuple[Source, Path_]]:
        """The places over which the part at `path` was put, earliest first."""

    def settle(self, path: Path_) -> None:
        """Note that everything has been said of the part at `path`."""

    def is_settled(self, path: Path_) -> bool:
        """True if everything has been said of the part at `path`, or of something around it."""

    def says(self, path: Path_) -> bool:
        """True if an error at exactly `path` is noted already."""


class _Stop(Exception):
    """The file cannot be read any further; the error is already noted."""


def dotted(path: Path_) -> str:
    """A path in words: `steps.triage.requires[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def read_source(path: Path, file: str) -> Source:
    """Read the YAML file at `path`, known to the reader as `file`. Never raises for what the file says."""
    source = Source(file)
    text = _text_of(path, source)
    if text is not None:
        read_text(text, source)
    return source


def read_shared_source(path: Path, file: str) -> Source:
    """Read a file as `read_source` does, but each text once in this process: policies that extend a base share files.

    Its value may only be read: it belongs to all who read the same words.
    """
    source = Source(file)
    text = _text_of(path, source)
    if text is not None and (sound := _sound(text)) is not None:
        source.value, source.lines = sound
    elif text is not None:
        read_text(text, source)
    return source


@lru_cache(maxsize=256)
def _sound(text: str) -> tuple[Any, dict[Path_, int]] | None:
    """The value of a text and the line of each part; None if anything is wrong with it."""
    source = Source("")
    read_text(text, source)
    return None if source.errors else (source.value, source.lines)


def _text_of(path: Path, source: Source) -> str | None:
    """The text of a file; None, with the error noted, if it cannot be read."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as problem:
        source.add((), f"The file cannot be read: {problem.strerror}.", line=None)
        return None
    if len(data) > MAX_BYTES:
        source.add((), f"The file is larger than {MAX_BYTES // 1024} KiB.", "Split it.")
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        source.add((), "The file is not UTF-8 text.", "Save it as UTF-8.", line)
        return None


def read_text(text: str, source: Source) -> None:
    """Read YAML text into `source`: value, lines and errors."""
    try:
        _Reader(source).read(yaml.parse(text, Loader=_LOADER))
    except _Stop:
        source.value = None
    except yaml.YAMLError as problem:
        source.value = None
        reason, remedy, line = _in_words(problem, text)
        source.add((), f"This is not YAML: {reason}.", remedy, line)


def _in_words(problem: Any, text: str) -> tuple[str, str, int]:
    """What a parser could not read: the reason in plain words, what to do, and the line on which to do it."""
    said = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "it cannot be read"
    mark: Any = getattr(problem, "problem_mark", None)
    opened: Any = getattr(problem, "context_mark", None)
    line = mark.line + 1 if mark is not None else text.count("\n", 0, getattr(problem, "position", 0)) + 1
    first = opened.line + 1 if opened is not None else line
    if "mapping values are not allowed" in said:
        remedy = "Put text that has a colon in it into quotation marks, or check the indentation."
        return "a colon is not expected here", remedy, line
    if "cannot start any token" in said:
        character = text.split("\n")[mark.line][mark.column]
        if character == "\t":
            return "a tab stands where spaces belong", "Indent with spaces only.", line
        return f"text cannot begin with `{character}`", "Put it into quotation marks.", line
    if getattr(problem, "context", None) == "while scanning a quoted scalar":
        return "a quotation mark that is opened here is never closed", "Close it.", first
    if "expected ',' or" in said:
        return f"the bracket that is opened on line {first} is not closed before this line", "Close it.", line
    if "could not find expected ':'" in said:
        remedy = "Write `key: value`, or check the indentation."
        return "this line has no colon, and does not go on from the line above it", remedy, first
    if "expected" in said:
        remedy = "Check its indentation, and that a quotation mark before it is closed at the right place."
        return "this line does not go on from the lines above it", remedy, line
    return said, "Check indentation, colons and quotation marks.", line


class _Reader:
    """Builds plain values from YAML events, so that nothing of YAML but its notation is used."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self, events: Iterator[Any]) -> None:
        self.events = events
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.source.add((), "The file holds more than one document.", "Keep one.", line)
                    raise _Stop
                self.source.value = self._node(next(events), ())
        if not documents:
            self.source.add((), "The file is empty.")
            raise _Stop

    def _node(self, event: Any, path: Path_) -> Any:
        line = event.start_mark.line + 1
        self.source.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(
                path, line, "Aliases (`*name`) are not used in policy files.", "Write the value out."
            )
            return None
        if event.anchor is not None:
            self._refuse(path, line, "Anchors (`&name`) are not used in policy files.", "Leave it out.")
        if event.tag is not None:
            self._refuse(path, line, "Tags (`!name`) are not used in policy files.", "Leave it out.")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path, line)
        if len(path) >= MAX_DEPTH:
            self._refuse(path, line, f"The file is nested more than {MAX_DEPTH} deep.")
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path_) -> tuple[Any, ...]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return tuple(items)

    def _mapping(self, path: Path_) -> dict[str, Any]:
        value: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(path, line, "A key must be a word, not a list, mapping or alias.")
                raise _Stop
            key = event.value
            where = (*path, key)
            if event.tag is not None or event.anchor is not None:
                self._refuse(where, line, "Tags and anchors are not used in policy files.", "Leave them out.")
            if not _KEY.fullmatch(key):
                reason = f"{key!a} cannot be a key: keys are made of letters, digits, `_`, `-` and `.`."
                self._refuse(where, line, reason)
            if key in value:
                reason = f"`{key}` stands here twice; the first is on line {self.source.lines[where]}."
                self._refuse(where, line, reason, "Keep one of them.")
                self._node(next(self.events), (*path, key, "(again)"))
                continue
            self.source.lines[where] = line
            value[key] = self._node(next(self.events), where)
        return value

    def _scalar(self, event: yaml.ScalarEvent, path: Path_, line: int) -> bool | int | str | None:
        text = event.value
        if event.style is None or event.style == "":
            if text in ("true", "false"):
                return bool(text == "true")
            if text in ("", "~", "null", "Null", "NULL"):
                self._refuse(
                    path, line, "The value is empty.", 'Give a value, leave the key out, or write "".'
                )
                return None
            if _INTEGER.fullmatch(text) and len(text) < 16:
                return int(text)
            if _NUMBER_LIKE.fullmatch(text):
                self._refuse(path, line, f"{text} is no whole number.", f'If it is text, write "{text}".')
                return None
        if not unicodedata.is_normalized("NFC", text):
            self._refuse(path, line, "The text is not in Unicode normal form C.", "Type the accents anew.")
        return str(text)

    def _refuse(self, path: Path_, line: int, reason: str, remedy: str = "") -> None:
        self.source.add(path, reason, remedy, line)
