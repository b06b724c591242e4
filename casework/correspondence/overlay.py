"""A school's own letters: which files they may be, and what they may change of ours.

A school can change words, order, sign-off and colours, ask for more passages and add letters of its own. It cannot drop
a passage that we require, change what a letter is for, or leave out what the page around it says; a passage that it
words otherwise needs a recorded approval (`casework.correspondence.approvals`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from casework.correspondence.approvals import FILE as APPROVALS
from casework.correspondence.approvals import Approvals
from casework.correspondence.catalogue import FieldSpec, Letter, Model
from casework.correspondence.facts import PATHS
from casework.correspondence.findings import Finding
from casework.correspondence.library import Library, as_model
from casework.correspondence.look import FILE as LOOK
from casework.correspondence.look import Look
from casework.correspondence.markup import FRAME
from casework.correspondence.wording import Wording, wordings

_M = TypeVar("_M", bound=Model)
_FILE: Final = re.compile(r"(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*/)?[a-z][a-z0-9.-]*\.(?:yaml|html\.j2)")
_AT_THE_TOP: Final = (APPROVALS, LOOK, "example.yaml", "language.yaml")
_OF_A_LETTER: Final = ("letter.yaml", "letter.html.j2", "example.yaml")
_UNREAD: Final = (".md", ".txt")
_LARGEST: Final = 256 * 1024
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Reworded:
    """A passage that a school words otherwise: its letters, our wording and the school's."""

    passage: str
    letters: tuple[str, ...]
    ours: Wording
    theirs: Wording
    approved: bool


def read_files(folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """Return the texts of a folder of letters by name, and what in it cannot be used.

    Files that are none of a letter's are findings, except hidden ones, `.md` and `.txt`.
    """
    files: dict[str, str] = {}
    found: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.suffix in _UNREAD:
            continue
        if len(files) == _MOST:
            found.append(
                Finding(name, 0, f"There are more than {_MOST} files.", "Take away what is no letter.")
            )
            break
        wrong = _unsuitable(name)
        text = None if wrong else _text(path)
        if wrong:
            found.append(Finding(name, 0, *wrong))
        elif text is None:
            remedy = f"Save it as UTF-8, smaller than {_LARGEST // 1024} KiB."
            found.append(Finding(name, 0, "The file cannot be read as text.", remedy))
        else:
            files[name] = text
    return files, found


def overlay_findings(library: Library, shipped: Library) -> Iterator[Finding]:
    """Yield what a school's own letters change of ours that they may not."""
    for letter in library.letters.values():
        if not library.changed(letter.id):
            continue
        ours = shipped.letters.get(letter.id)
        if ours is None:
            yield from _own_numbers(library, letter)
        else:
            yield from _weakened(library, ours, letter)
            yield from _told(library, ours, letter)
        if FRAME not in {occurrence.file for occurrence in library.walked(letter.id).occurrences}:
            remedy = f'Begin with {{% extends "{FRAME}" %}}.'
            yield Finding(
                letter.template, 1, "The letter is not on the page that every letter is on.", remedy
            )
        else:
            yield from _page_says(library, letter)
    _, wrong = _file(library, LOOK, Look)
    yield from wrong
    _, wrong = _file(library, APPROVALS, Approvals)
    yield from wrong
    for one in reworded(library, shipped):
        if not one.approved:
            yield _unapproved(library, one)


def reworded(library: Library, shipped: Library) -> list[Reworded]:
    """Return the required passages of our letters that a school words otherwise, by id, each with its letters."""
    approvals = _file(library, APPROVALS, Approvals)[0] or Approvals()
    found: dict[tuple[str, str], Reworded] = {}
    for letter_id in sorted(shipped.letters.keys() & library.letters.keys()):
        if not library.changed(letter_id):
            continue
        ours, theirs = wordings(shipped, letter_id), wordings(library, letter_id)
        for passage in (required.id for required in shipped.letters[letter_id].required):
            if passage not in theirs or passage not in ours or ours[passage].digest == theirs[passage].digest:
                continue
            key = (passage, theirs[passage].digest)
            known = found.get(key)
            letters = (*known.letters, letter_id) if known else (letter_id,)
            approved = approvals.cover(passage, theirs[passage])
            found[key] = Reworded(passage, letters, ours[passage], theirs[passage], approved)
    return [found[key] for key in sorted(found)]


def approvals_of(library: Library) -> Approvals:
    """Return the approvals among a library's files; none where there are none, or none that can be read."""
    return _file(library, APPROVALS, Approvals)[0] or Approvals()


def _file(library: Library, name: str, model: type[_M]) -> tuple[_M | None, list[Finding]]:
    """Return a file of a school's own as a model, and what is wrong with it; None if there is none."""
    return as_model(library.source(name), model) if library.text(name) is not None else (None, [])


def _unsuitable(name: str) -> tuple[str, str] | None:
    """Return why a file of this name cannot be among a school's own letters, or None if it can."""
    folder, _, file = name.rpartition("/")
    if name.endswith((".css", ".ttf", ".otf", ".woff2")):
        return "Paper, fonts and address window are the same for all.", f"Give colours in {LOOK}."
    if name.endswith((".png", ".svg", ".jpg", ".jpeg", ".gif")):
        return (
            "Pictures are not kept with the words.",
            "Give the logo with `casework school edit --logo FILE --logo-words WORDS`.",
        )
    fits = file in _OF_A_LETTER if folder not in ("", "shared") else folder == "shared" or file in _AT_THE_TOP
    if not fits or not _FILE.fullmatch(name):
        return "casework knows no such file.", "Correct its name or place, or take it away."
    return None


def _text(path: Path) -> str | None:
    """Return the text of a file, or None if it has none that can be used."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\x00" in text else unicodedata.normalize("NFC", text)


def _own_numbers(library: Library, letter: Letter) -> Iterator[Finding]:
    """Yield each number of our catalogue that a school's additional letter takes for itself."""
    for number in letter.catalogue:
        if number.startswith("L-"):
            reason = f"{number} is a number of our catalogue, and this is a letter of your own."
            yield library.finding(letter, ("catalogue",), reason, "Number it S-01, S-02 and so on.")


_ON_THE_PAGE: Final = ("letter.checkpoint", "letter.replaces.date", "letter.replaces.reason", "own_words[]")


def _page_says(library: Library, letter: Letter) -> Iterator[Finding]:
    """Yield what every letter can say around its own words, and this one no longer does."""
    said = {read.value for read in library.walked(letter.id).of("read")}
    for path in _ON_THE_PAGE:
        if path not in said:
            yield Finding(
                FRAME, 1, f"A letter no longer says {PATHS[path]}.", "Put it back, in words of your own."
            )


def _weakened(library: Library, ours: Letter, theirs: Letter) -> Iterator[Finding]:
    """Yield what a school's version of our letter no longer requires, or is no longer."""
    required = {passage.id: passage for passage in theirs.required}
    for passage in ours.required:
        if passage.id not in required or required[passage.id].when != passage.when:
            reason = f"The passage {passage.id} is no longer required as it was: {passage.says}"
            yield library.finding(theirs, ("required",), reason, "Put it back as it was.")
    for item in ours.never:
        if item not in theirs.never:
            reason = f"What the letter must never say is no longer there as it was: {item.says}"
            yield library.finding(theirs, ("never",), reason, "Put it back under `never`.")
    for part, words in _MEANING.items():
        if getattr(ours, part) != getattr(theirs, part):
            reason = f"{words} is not what it was: `{part}` is changed."
            yield library.finding(
                theirs, (part,), reason, "Put it back; a letter of your own can be for something else."
            )
    if not set(theirs.sent_by) <= set(ours.sent_by):
        reason = f"Who may sign is wider than it was: {', '.join(ours.sent_by)}."
        yield library.finding(theirs, ("sent_by",), reason, "Put it back, or make it narrower.")
    for name, field in theirs.fields.items():
        if name in ours.fields and _substance(field) != _substance(ours.fields[name]):
            reason = (
                f"{name} is another fact than it was; only its label and the words of its options may change."
            )
            yield library.finding(
                theirs, ("fields", name), reason, "Put it back, or give yours another name."
            )


def _told(library: Library, ours: Letter, theirs: Letter) -> Iterator[Finding]:
    """Yield what a school's version of a letter would say, or to whom it would go, though ours does not."""
    for what in ours.withholds:
        if what not in theirs.withholds:
            reason = f"The letter no longer withholds what it did: {what}."
            yield library.finding(theirs, ("withholds",), reason, "Put it back under `withholds`.")
    for role in theirs.recipients:
        if role not in ours.recipients:
            reason = f"The letter would go to somebody to whom ours does not: {role}."
            yield library.finding(theirs, ("recipient",), reason, "Write a letter of its own for them.")
    if theirs.recipient_from != ours.recipient_from:
        reason = "The letter no longer goes to whom the case says."
        yield library.finding(theirs, ("recipient_from",), reason, "Put `recipient_from` back as it was.")
    if ours.apart and not theirs.apart:
        yield library.finding(theirs, ("apart",), "The letter is kept apart no longer.", "Say `apart: true`.")
    for name, field in ours.fields.items():
        if field.recorded and name in theirs.fields and not theirs.fields[name].recorded:
            reason = f"{name} is answered by the record alone in our letter."
            yield library.finding(theirs, ("fields", name), reason, "Say `recorded: true`, with our sources.")


_MEANING: Final[Mapping[str, str]] = {
    "catalogue": "What the letter counts as",
    "before_outcome": "Whether anything is decided when it is sent",
    "steps": "What the letter tells of",
    "addressee": "Who is its reader",
    "by_employer": "Whether the employer signs it",
}


def _substance(field: FieldSpec) -> object:
    """What a field is, whatever it is called: type, sources, options, columns, how many, and when."""
    columns = {
        name: (column.type, column.sources, [*column.options]) for name, column in field.columns.items()
    }
    return field.type, field.sources, [*field.options], columns, field.each, field.minimum, field.when


def _unapproved(library: Library, one: Reworded) -> Finding:
    """The finding that a passage is worded otherwise and nobody has approved it."""
    walked = library.walked(one.letters[0]).of("passage")
    mark = next(found for found in walked if found.value == one.passage)
    where = f"{len(one.letters)} letters" if len(one.letters) > 1 else one.letters[0]
    return Finding(
        mark.file,
        mark.line,
        f"The required passage {one.passage} is not in our words ({where}), and nobody has approved it.",
        f"Have somebody approve it: casework letter approve-words FOLDER {one.passage} --by WHO --because WHY.",
    )


def merged(layers: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the files of several folders as one: the first that has a name goes before the others."""
    return {name: text for layer in reversed(layers) for name, text in layer.items()}
