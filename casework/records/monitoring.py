"""Equality monitoring: the questions, their answers, and how answers are written so that their length tells nothing.

The questions are those of the form that employers use, with the five ethnic groups of the census of England and Wales.
Every question may be left out, and each can be answered with "prefer not to say" (EqA-149, UKGDPR-9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from casework.base.errors import BadInput
from casework.base.words import did_you_mean

Answers: TypeAlias = Mapping[str, str]
"""Of one case: the answer to each question that was answered, both by their names."""

NOT_SAID: Final = "prefer_not_to_say"
NOT_ANSWERED: Final = "Not answered"
"""What stands in figures for those who were not asked, or left the question out."""

_FORM: Final = 1
"""Which questions, in which order, a coded row of answers belongs to."""


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A question of the form: its title, and each answer by its name, in the order in which they are printed."""

    title: str
    answers: Mapping[str, str]


def _asks(title: str, **answers: str) -> Characteristic:
    return Characteristic(title, {**answers, NOT_SAID: "Prefer not to say"})


CHARACTERISTICS: Final[Mapping[str, Characteristic]] = {
    "age_band": _asks(
        "Age",
        under_25="Under 25",
        from_25_to_34="25 to 34",
        from_35_to_44="35 to 44",
        from_45_to_54="45 to 54",
        from_55_to_64="55 to 64",
        from_65="65 and over",
    ),
    "sex": _asks("Sex", female="Female", male="Male"),
    "disability": _asks("Disability", disabled="Disabled", not_disabled="Not disabled"),
    "ethnic_group": _asks(
        "Ethnic group",
        asian="Asian or Asian British",
        black="Black, Black British, Caribbean or African",
        mixed="Mixed or multiple ethnic groups",
        white="White",
        other="Other ethnic group",
    ),
    "religion_or_belief": _asks(
        "Religion or belief",
        none="No religion",
        buddhist="Buddhist",
        christian="Christian",
        hindu="Hindu",
        jewish="Jewish",
        muslim="Muslim",
        sikh="Sikh",
        other="Another religion or belief",
    ),
    "sexual_orientation": _asks(
        "Sexual orientation",
        heterosexual="Heterosexual or straight",
        gay_or_lesbian="Gay or lesbian",
        bisexual="Bisexual",
        other="Another sexual orientation",
    ),
}
"""The questions, in the order of the form. A published name never changes its meaning."""


def read_answer(name: str, typed: str) -> str:
    """Return the name of an answer, from its name or its words in any case of letters.

    Raises:
        BadInput: the question has no such answer.
    """
    asked = CHARACTERISTICS[name]
    wanted = _plain(typed)
    for answer, words in asked.answers.items():
        if wanted in (_plain(answer), _plain(words)):
            return answer
    near = get_close_matches(wanted, [_plain(words) for words in asked.answers.values()], n=2)
    raise BadInput(
        f"{asked.title} has no answer {typed!a}.",
        remedy=did_you_mean(near) or f"Answers: {', '.join(asked.answers)}.",
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").replace(",", " ").split())


def coded(answers: Answers) -> dict[str, Any]:
    """Return answers as they are sealed: two digits for each question, whatever was answered.

    Sealed words are not padded, so that their length would otherwise tell one answer from another.
    """
    digits = ""
    for name, asked in CHARACTERISTICS.items():
        known = list(asked.answers)
        digits += f"{known.index(answers[name]) + 1:02}" if name in answers else "00"
    return {"form": _FORM, "answers": digits}


def decoded(body: Mapping[str, Any]) -> Answers:
    """Return answers from what was sealed.

    Raises:
        BadInput: a later release wrote them.
    """
    digits = str(body.get("answers", ""))
    if body.get("form") != _FORM or len(digits) != 2 * len(CHARACTERISTICS) or not digits.isdecimal():
        raise BadInput("These answers were entered with another form.", remedy="Update casework.")
    found = {}
    for at, (name, asked) in enumerate(CHARACTERISTICS.items()):
        number = int(digits[2 * at : 2 * at + 2])
        if number:
            found[name] = list(asked.answers)[number - 1]
    return found


def as_text(answers: Answers) -> str:
    """Return answers as the employee gets them."""
    said = [
        f"{asked.title}: {asked.answers[answers[name]] if name in answers else NOT_ANSWERED}"
        for name, asked in CHARACTERISTICS.items()
    ]
    head = "What you answered for equality monitoring. It is kept apart from your case, and only counted."
    return "\n".join([head, "", *said]) + "\n"


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line of a file of answers: whom or which case it is about, as typed, its number, and the answers."""

    line: int
    of: str
    answers: Answers


def read_lines(rows: Iterable[tuple[int, Mapping[str, str]]], of: str) -> list[AnsweredLine]:
    """Return the answers of the rows of a table; `of` is the column that says whom or which case a row is about.

    Raises:
        BadInput: something cannot be read; every such thing is named, with its line.
    """
    found, wrong = [], []
    for line, row in rows:
        answers: dict[str, str] = {}
        for name in CHARACTERISTICS:
            typed = row.get(name, "").strip()
            try:
                answers |= {name: read_answer(name, typed)} if typed else {}
            except BadInput as problem:
                wrong.append(f"Line {line}: {problem.message} {problem.remedy}")
        if not row[of].strip():
            wrong.append(f"Line {line}: the column {of!r} is empty.")
        elif not answers:
            wrong.append(f"Line {line}: nothing is answered.")
        found.append(AnsweredLine(line, row[of].strip(), answers))
    if wrong:
        raise BadInput("\n".join(wrong), remedy="Mend these lines. Nothing was recorded.")
    return found
