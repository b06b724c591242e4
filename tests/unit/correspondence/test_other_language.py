"""A second language: every letter in invented letters, and no word of ours is left in any of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.base.resources import letters_dir
from casework.correspondence.check import check_all, check_letter
from casework.correspondence.compose import compose
from casework.correspondence.examples import example
from casework.correspondence.language import FILE, Language
from casework.correspondence.library import Library, shipped
from casework.correspondence.withheld import withheld_words

OTHER = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "абцдефгхийклмнопярстувщьызАБЦДЕФГХИЙКЛМНОПЯРСТУВЩЬЫЗ",
)
"""A word in letters of the invented language can be told from every word that the code would add."""

_CODE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_WORDS_OF_A_FILTER = re.compile(r'(?<=counted\()"[^)]*"|(?<= = )"[^"]*"')


def _template(text: str) -> str:
    """Return a template with all that a reader sees in the other letters, the attributes for the margins too."""
    done, in_tag, attribute = [], False, ""
    for piece in _CODE.split(text):
        if piece.startswith("{"):
            done.append(_WORDS_OF_A_FILTER.sub(lambda found: found[0].translate(OTHER), piece))
            continue
        for part in re.split(r'([<>]|[a-z-]+="|")', piece):
            if part in ("<", ">"):
                in_tag = part == "<"
            elif in_tag and part.endswith('="'):
                attribute = part[:-2]
            elif part == '"':
                attribute = ""
            elif not in_tag or attribute.startswith(("data-", "alt")):
                part = re.sub(r"(&\w+;)|(\w+)", lambda m: m[1] or m[2].translate(OTHER), part)
            done.append(part)
    return "".join(done)


def _letter(name: str) -> str:
    """Return a letter's file with its title and the words of its options in the other letters."""
    data = _plain(shipped().source(name).value)
    data["title"] = data["title"].translate(OTHER)
    for field in data.get("fields", {}).values():
        for spec in (field, *field.get("columns", {}).values()):
            if "options" in spec:
                spec["options"] = {key: words.translate(OTHER) for key, words in spec["options"].items()}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def _plain(value: Any) -> Any:
    """Return what was read from a file as it can be written again."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _words(**others: Any) -> dict[str, Any]:
    """Return the shipped language with some of its parts as given."""
    return {**_plain(shipped().source(FILE).value), **others}


def _language(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _language(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_language(item) for item in value]
    return re.sub(r"(\{\w+\})|(\w+)", lambda m: m[1] or m[2].translate(OTHER), value)


def _facts(letter_id: str) -> dict[str, Any]:
    """Return the example of a letter in the other letters; dates, choices and keys stay what the code needs."""
    specs = shipped().letter(letter_id).fields.values()
    columns = [column for spec in specs for column in spec.columns.values()]
    kept = {option for spec in (*specs, *columns) for option in spec.options}
    data = example(letter_id)
    kept |= set(data["people"])

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(item) for name, item in value.items()}
        if isinstance(value, list):
            return [turned(item) for item in value]
        fixed = value in kept or not isinstance(value, str) or re.match(r"\d{4}-\d\d-\d\d", value)
        return value if fixed else value.translate(OTHER)

    found: dict[str, Any] = turned(data)
    return found


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The shipped letters in another language, as a school's own folder."""
    folder = tmp_path_factory.mktemp("letters")
    for path in letters_dir().rglob("*"):
        to = folder / path.relative_to(letters_dir())
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".j2":
            to.write_text(_template(path.read_text("utf-8")), "utf-8")
        elif path.name == "letter.yaml" or path.parent.name == "shared":
            to.write_text(_letter(str(path.relative_to(letters_dir()))), "utf-8")
    words = {**_language(_words()), "tag": "cy", "words": {}}
    (folder / FILE).write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), "utf-8")
    library = Library.load([folder])
    assert [finding for letter in library.letters for finding in check_letter(library, letter)] == []
    return library


def _seen(html: str) -> Iterator[str]:
    """Yield what a reader of the page sees or hears: text, and the attributes that are printed."""
    head, body = html.split("</head>")
    yield re.search(r"<title>(.*?)</title>", head)[1]  # type: ignore[index]
    yield from re.findall(r'(?:data-[a-z]+|alt)="([^"]*)"', body)
    yield re.sub(r"&\w+;|<[^>]*>", " ", body)


@pytest.mark.parametrize("letter_id", shipped().letters)
def test_no_word_of_ours_is_in_a_letter_in_another_language(letter_id: str, other: Library) -> None:
    data = _facts(letter_id)
    data["letter"]["replaces"] = {"date": "2026-03-01", "reason": "Йес"}
    for draft in (False, True):
        html = compose(letter_id, data, library=other, draft=draft)
        assert [word for text in _seen(html) for word in re.findall(r"[A-Za-z]{2,}", text)] == []


WELSH = {
    "tag": "cy",
    "weekdays": [f"dydd {day}" for day in ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")],
    "months": [
        *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
        *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
    ],
    "day_and_time": "{day} am {time}",
    "time_before_noon": "{hour}.{minute}",
    "time_after_noon": "{hour}.{minute}",
    "noon": "12 hanner dydd",
    "several": "{most} a {last}",
    "hours": ["{number} awr", "{number} awr"],
    "minutes": ["{number} funud", "{number} munud"],
    "words": {"guilt": ["yn euog"]},
}


def test_dates_times_and_lists_are_said_as_the_file_says() -> None:
    welsh = Language.model_validate(_words(**WELSH))
    at = dt.datetime(2026, 4, 17, 15, 5)
    assert welsh.moment(at) == "dydd Gwener 17\u00a0Ebrill\u00a02026 am 15.05"
    assert welsh.time_of_day(dt.time(12)) == "12 hanner dydd"
    assert welsh.listed(["Ann", "Ben", "Cari"]) == "Ann, Ben a Cari"
    assert welsh.duration(121) == "2 awr 1 funud"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"date": "{day.__class__}"}, "cannot stand in it"),
        ({"several": "{0}"}, "cannot stand in it"),
        ({"months": ["one"]}, "at least 12"),
        ({"delivery": {"hand": "By hand"}}, "there is nothing for email_agreed"),
        ({"colour": "red"}, "not permitted"),
        ({"words": {"guilt": ["yn euog["]}}, "cannot be looked for"),
    ],
)
def test_a_language_that_cannot_be_is_told_with_file_and_line(
    wrong: dict[str, Any], said: str, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text(yaml.safe_dump(_words(**wrong)))
    found = check_all([tmp_path])
    assert [finding.file for finding in found] == [FILE]
    assert said in found[0].reason


def test_words_of_guilt_of_another_language_are_looked_for(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(yaml.safe_dump(_words(words={"guilt": ["yn euog"]})))
    privacy = letters_dir() / "shared" / "privacy.html.j2"
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / privacy.name).write_text(privacy.read_text("utf-8") + "<p>Rydych yn euog.</p>")
    found = check_letter(Library.load([tmp_path]), "allegation-received")
    assert any("“yn euog” takes guilt for granted" in finding.reason for finding in found)


def test_words_that_are_withheld_are_those_of_the_language_too(tmp_path: Path) -> None:
    """And the English ones, because what somebody writes into a letter may be English all the same."""
    (tmp_path / FILE).write_text(
        yaml.safe_dump(_words(words={"outcome": ["wedi [cael] [ei] ddiswyddo|rhybuddio"]}))
    )
    library = Library.load([tmp_path])
    letter = library.letter("parent-closing")
    text = "Mae wedi ddiswyddo, and was dismissed."
    found = [word for word, _ in withheld_words(letter, text, library.language)]
    assert found == ["wedi ddiswyddo", "dismissed"]


def test_no_word_of_english_stands_in_the_program_of_letters() -> None:
    """What a letter says, and what it must not say, is data; the program has words for errors only."""
    for name in ("language", "withheld", "words"):
        text = (letters_dir().parent / "casework" / "correspondence" / f"{name}.py").read_text("utf-8")
        code = re.sub(r'"""[\s\S]*?"""|#.*', "", text)
        assert not re.search(r"\b(guilty|dismissed|proved|January|Monday|yours sincerely)\b", code), name
