"""Composes letters: facts in; HTML, PDF or plain text out.

`compose` gives HTML that stands for itself: everything that the PDF shows is in it, so that it can be
kept, and printed again to the same bytes. `needs` tells a caller beforehand what a letter will ask for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import UndefinedError

from casework.correspondence.catalogue import FieldSpec, Letter
from casework.correspondence.errors import MissingFact, WrongFact
from casework.correspondence.facts import PATHS, LetterData, Person, Rewording
from casework.correspondence.language import guilt_words, our_codes
from casework.correspondence.library import Library, shipped
from casework.correspondence.names import Names
from casework.correspondence.plaintext import to_text
from casework.correspondence.reading import Context, Problems, deciding_values, read_facts
from casework.correspondence.rewording import apply, problems
from casework.correspondence.withheld import withheld_facts
from casework.rendering.pdf import html_to_pdf

__all__ = ["Needed", "compose", "needs", "to_pdf", "to_text"]


_OURS: Final = (
    *("draft", "letter.title", "school.logo.png", "school.logo.words"),
    *("letter.replaces.date", "letter.replaces.reason"),
)
"""Facts that are given by composing itself, or as parts of a fact that is named as a whole."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A fact that a letter needs.

    Args:
        name: where it goes in `LetterData`: `fields.hearing_at`, `sender.authority`.
        label: what to ask for.
        optional: true if the letter does without it where it is not given.
        spec: of the letter's own fields: type, source, options, columns, minimum and `when`.
        parts: of a person, or of the persons in a list: which parts are printed (`name`, `phone`).
    """

    name: str
    label: str
    optional: bool
    spec: FieldSpec | None = None
    parts: tuple[str, ...] = ()


def needs(letter_id: str, library: Library | None = None) -> tuple[Needed, ...]:
    """Return every fact that this letter can need, in the order in which it declares them.

    Facts that every letter has (`school.name`) come first, then the letter's own fields, each of which
    says with `spec.when` if it is needed only sometimes.

    Raises:
        UnknownLetter: there is no such letter.
    """
    library = library or shipped()
    letter = library.letter(letter_id)
    walked = library.walked(letter_id)
    reads = walked.of("read") + walked.of("asked")
    paths = [read.value for read in reads]
    certain = library.printed(letter_id, {})
    common = [path for path in PATHS if path in paths and path not in _OURS and "[]" not in path]
    return (
        *(Needed(path, PATHS[path], optional=path not in certain) for path in common),
        *(
            Needed(f"fields.{name}", spec.label, spec.when is not None, spec, _person_parts(name, paths))
            for name, spec in letter.fields.items()
        ),
    )


def compose(
    letter_id: str,
    data: Mapping[str, Any] | LetterData,
    *,
    library: Library | None = None,
    draft: bool = False,
) -> str:
    """Return the letter as a whole HTML document.

    Args:
        letter_id: which letter: `hearing-invitation`.
        data: the facts, in the shape of `LetterData`.
        library: the letters; the shipped ones if not given.
        draft: mark every page as a draft.

    Raises:
        UnknownLetter: there is no such letter.
        MissingFact: facts are missing; all are named.
        WrongFact: facts cannot be right; all are named.
    """
    library = library or shipped()
    letter = library.letter(letter_id)
    context, problems = read_facts(letter, data)
    if "letter" in context:
        context["letter"]["title"] = letter.title
        _note_empty(library, letter, context, problems)
        problems.wrong.update(withheld_facts(letter, context))
        _screen(library, letter, context.get("own_words", ()), problems)
    problems.raise_if_any()
    try:
        html = library.environment.get_template(letter.template).render(**context, draft=draft)
    except UndefinedError as missing:
        raise MissingFact(
            f"The letter “{letter.title}” names a fact that is not there: {missing.message}.",
            remedy="Check the letters: casework letter check",
        ) from None
    whole = _reworded(html, context, library, letter)
    _note_forbidden(letter, context, whole, problems)
    problems.raise_if_any()
    style = library.look.style()
    whole = whole.replace("</head>", f"<style>{style}</style>\n</head>", 1) if style else whole
    return unicodedata.normalize("NFC", whole)


def _reworded(html: str, context: Context, library: Library, letter: Letter) -> str:
    """Return the letter with what its sender says in other words; refuse what must not be said otherwise."""
    changes = [Rewording.model_validate(change) for change in context.get("reworded", ())]
    if not changes:
        return html
    wrong = problems(html, changes, context, library.language, before_outcome=letter.before_outcome)
    if wrong:
        raise WrongFact(
            "\n".join(
                [f"The letter “{letter.title}” cannot be said like this:", *(f"- {item}" for item in wrong)]
            ),
            remedy="Take a new draft, and change only what is yours to change.",
            wrong=[{"name": "reworded", "reason": item} for item in wrong],
        )
    return apply(html, changes)


def to_pdf(html: str) -> bytes:
    """Return a composed letter as a PDF (PDF/UA-1 and PDF/A-3a), the same bytes for the same HTML.

    Raises:
        NoGlyph: a character that no shipped font can show.
        OutsideResource: the letter asks for something that is not shipped with it.
        EngineMissing: a system library is not installed.
    """
    return html_to_pdf(html)


def _note_forbidden(letter: Letter, context: Context, html: str, problems: Problems) -> None:
    """Note each thing that this letter must never say and says, whoever wrote it."""
    values = deciding_values(letter, context)
    text = to_text(html) if letter.never else ""
    for item in letter.never:
        if item.when is None or item.when.holds(values):
            for words in item.found(text):
                problems.wrong[f"“{words}”"] = item.says


def _note_empty(library: Library, letter: Letter, context: Context, problems: Problems) -> None:
    """Note each fact that this letter is certain to print and that is empty."""
    values = deciding_values(letter, context)
    names = Names(letter)
    for path in library.printed(letter.id, values):
        known = names.known(path)
        for where, value in _found(context, path.split("."), ""):
            if value is None or (known and known.minimum > 0 and value == ()):
                problems.lack(where, known.label if known else path, whom=_whom(context, where))


def _whom(context: Context, where: str) -> str:
    """Return the name of the person of whom `fields.contact.phone` is a part; empty if it is of none."""
    part: Any = context
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", where.rpartition(".")[0]):
        part = part.get(name) if isinstance(part, Mapping) else None
        part = part[int(number) - 1] if number and isinstance(part, Sequence) else part
    return str(part.get("name") or "") if isinstance(part, Mapping) and "name" in part else ""


def _screen(library: Library, letter: Letter, own_words: Iterable[str], problems: Problems) -> None:
    """Note each word of the sender's own that this letter must not use (LX-2, LX-4)."""
    for text in own_words:
        for code in our_codes(text):
            problems.wrong["own_words"] = f"“{code}” is a code of ours; say it in words that the reader knows"
        for word in guilt_words(text, library.language.guilt) if letter.before_outcome else ():
            problems.wrong["own_words"] = (
                f"“{word}” takes guilt for granted, and nothing is decided yet; say “alleged”, or leave it out"
            )


def _found(part: Any, path: Sequence[str], where: str) -> Iterator[tuple[str, Any]]:
    """Yield each value that `path` leads to, with its place; None where it leads to nothing."""
    if not path:
        yield where, part
        return
    name, rest = path[0].removesuffix("[]"), path[1:]
    place = f"{where}.{name}" if where else name
    value = part.get(name) if isinstance(part, Mapping) else None
    if path[0].endswith("[]") and isinstance(value, Sequence):
        for position, item in enumerate(value, 1):
            yield from _found(item, rest, f"{place}[{position}]")
    elif where != "fields" or name in part:  # a field that is not there was noted when it was read
        yield from _found(value, rest, place)


def _person_parts(name: str, reads: Iterable[str]) -> tuple[str, ...]:
    """Return the parts of the person or persons in this field that are printed."""
    whole = (f"fields.{name}.", f"fields.{name}[].")
    found = {read.removeprefix(prefix) for read in reads for prefix in whole if read.startswith(prefix)}
    return tuple(part for part in Person.model_fields if part in found)
