"""What a letter to somebody outside must not say, neither in its own words nor in those that it is given.

Third parties get the minimum (LX-7): a parent or a reporter learns neither who the employee is, while that may not be
published (LX-8, EA02-141F), nor what came of it for the employee (UKGDPR-5c). A new employer is told of no allegation
that was not substantiated, and of no warning that is spent (KCSIE-4.16).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from casework.correspondence.catalogue import Letter
from casework.correspondence.language import Kind, Language, plain, titles, words_found

_WHY: Final[Mapping[Kind, str]] = {
    "outcome": "tells what came of it for the employee",
    "unproved": "tells of what was not substantiated, or of a warning that is spent",
}
_WORDS: Final = ("text", "list", "rows")
"""The types of fields that hold words of whoever writes the letter; whom the reader can ask may be named."""


def withheld_words(letter: Letter, text: str, language: Language) -> list[tuple[str, str]]:
    """Return the words of `text` that this letter must not say, each with why; the employee's name apart."""
    words = plain(text)
    return [
        (word, why)
        for what, why in _WHY.items()
        if what in letter.withholds
        for word in words_found(what, words, language)
    ]


def names_employee(text: str, employee: str, apart_from: str = "", language: Language | None = None) -> bool:
    """Say whether `text` names the employee: the whole name in any spelling, or a part of it as a word of its own.

    Args:
        text: the words to look at.
        employee: the name of the employee, as the case has it.
        apart_from: words in which a part of the name may stand, such as the name of the school.
        language: that of the letters, for the titles before a name.
    """
    words = " ".join(text.split())
    if apart_from:
        words = words.replace(apart_from, " ")
    if " ".join(employee.split()).casefold() in words.casefold():
        return True
    before = titles(language)
    parts = [part for part in re.findall(r"[^\W\d_][\w’'-]+", employee) if part.casefold() not in before]
    return any(re.search(rf"\b{re.escape(part)}\b", words) for part in parts)


def withheld_facts(
    letter: Letter, context: Mapping[str, Any], language: Language
) -> Iterator[tuple[str, str]]:
    """Yield each fact in which a letter would say what it withholds, with the reason for which it is refused."""
    employee, school = context.get("employee"), context.get("school", {}).get("name", "")
    own = {name: value for name, value in context["fields"].items() if letter.fields[name].type in _WORDS}
    said = {
        "fields": own,
        "copy_to": context.get("copy_to"),
        "own_words": context.get("own_words"),
        "reworded": [change["now"] for change in context.get("reworded", ())],
    }
    for where, text in _texts(said, ""):
        found = [f"“{word}” {why}" for word, why in withheld_words(letter, text, language)]
        if employee and "employee" in letter.withholds and names_employee(text, employee, school, language):
            found.append("it names the employee, who is “the member of staff” here")
        if found:
            yield where, f"{'; '.join(found)}. This letter may not say it"


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text in plain data with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, f"{where}.{key}" if where else str(key))
    elif isinstance(value, Sequence):
        for position, part in enumerate(value, 1):
            yield from _texts(part, f"{where}[{position}]")
