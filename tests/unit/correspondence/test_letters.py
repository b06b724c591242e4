"""Every shipped letter, found by folder: what it promises, with its example and with hostile facts."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from casework.base.resources import letters_dir
from casework.correspondence.check import check_letter
from casework.correspondence.compose import compose, to_pdf, to_text
from casework.correspondence.examples import example
from casework.correspondence.language import guilt_words, our_codes
from casework.correspondence.library import shipped
from casework.scenario.demo import DEMO
from tests.golden.letters.generate import GUIDE, RENEW, guide
from tests.unit.correspondence.filling import all_values, facts
from tests.unit.rendering.standards import failures, fonts, read, tags, text

LETTERS = list(shipped().letters)
_MARK = re.compile(r'\{% satisfies ("[^%]*") %\}')
_MM = 72 / 25.4


def test_the_letters_of_the_catalogue_are_here() -> None:
    numbers = {number for letter in shipped().letters.values() for number in letter.catalogue}
    assert numbers == {f"L-{number:02d}" for number in range(1, 55)}


def test_every_letter_is_issued_in_a_scenario() -> None:
    files = [*(Path(__file__).parents[2] / "scenarios").rglob("*.yaml"), DEMO]
    told = {name for path in files for name in re.findall(r"\bletter: ([a-z-]+)\b", path.read_text("utf-8"))}
    assert set(LETTERS) - told == set()


@pytest.mark.parametrize(
    ("letter_id", "passage"),
    [(letter.id, passage.id) for letter in shipped().letters.values() for passage in letter.required],
)
def test_a_passage_cannot_be_deleted_unseen(letter_id: str, passage: str) -> None:
    def without(name: str) -> str | None:
        words = shipped().text(name)
        return _MARK.sub(_unmarked, words) if words else None

    def _unmarked(mark: re.Match[str]) -> str:
        rest = [id for id in re.findall(r'"([^"]*)"', mark[1]) if id != passage]
        return "{%% satisfies %s %%}" % ", ".join(f'"{id}"' for id in rest or ["x:0"])  # noqa: UP031

    found = [finding.reason for finding in check_letter(shipped(), letter_id, without)]
    assert any(f"The passage {passage} is missing" in reason for reason in found)


@pytest.mark.parametrize("letter_id", LETTERS)
def test_every_combination_of_two_choices_can_be_written(letter_id: str) -> None:
    letter = shipped().letter(letter_id)
    for values in all_values(letter):
        words = " ".join(to_text(compose(letter_id, facts(letter, values))).split())
        assert not our_codes(words)
        assert not re.search(r"\bNone\b(?! of them)", words)
        if letter.before_outcome:
            assert not guilt_words(words)
        for name, spec in letter.fields.items():
            given = spec.when is None or spec.when.holds(values)
            if spec.type in ("text", "list") and given:
                assert f"of {name}" in words, name


@pytest.mark.parametrize("letter_id", LETTERS)
def test_the_pdf_of_the_example(letter_id: str) -> None:
    data = example(letter_id)
    pdf = to_pdf(compose(letter_id, data))
    places = _places(pdf)
    _of_both_standards(letter_id, pdf)
    _well_laid_out(data, places)
    for number, page in enumerate(places, start=1):
        assert f"Page {number} of {len(places)}" in " ".join(words for _, _, words in page)


def _covering() -> list[str]:
    """Return letters that together use every shared template: how those are laid out when crowded is seen with them."""
    used = {name: {item.file for item in shipped().walked(name).occurrences} for name in LETTERS}
    found: list[str] = []
    seen: set[str] = set()
    for name in sorted(LETTERS, key=lambda name: (-len(used[name]), name)):
        if {file for file in used[name] - seen if file.startswith("shared/")}:
            found.append(name)
            seen |= used[name]
    return found


@pytest.mark.parametrize("letter_id", _covering())
def test_the_pdf_with_as_much_as_there_can_be(letter_id: str) -> None:
    data = _crowded(letter_id)
    _well_laid_out(data, _places(to_pdf(compose(letter_id, data))))


def _of_both_standards(letter_id: str, pdf: bytes) -> None:
    """It is tagged, titled, has its fonts in it, and passes both standards."""
    assert failures(pdf) == []
    assert all(fonts(pdf).values())
    found = [tag for tag in tags(pdf) if tag in ("H1", "H2", "H3")]
    assert found[0] == "H1"
    assert found.count("H1") == 1
    assert found[1] == "H2"
    opened = read(pdf)
    assert opened.metadata is not None
    assert opened.metadata.title == shipped().letter(letter_id).title


def _places(pdf: bytes) -> list[list[tuple[float, float, str]]]:
    """Return for each page its words with their places, in mm from the left and the top."""
    pages: list[list[tuple[float, float, str]]] = []

    def visit(words: str, cm: Any, tm: Any, *_: Any) -> None:
        if words.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            pages[-1].append((x / _MM, 297 - y / _MM, words.strip()))

    for sheet in read(pdf).pages:
        pages.append([])
        sheet.extract_text(visitor_text=visit)
    return pages


def _crowded(letter_id: str) -> dict[str, Any]:
    """Return the example with names, addresses and texts as long as they may be, and many allegations."""
    data = example(letter_id)
    data["school"] |= {
        "name": "The Right Reverend Bartholomew Fotheringay-Cholmondeley Church of England Primary School",
        "address_lines": [
            "The Old Rectory Buildings",
            "Upper Featherstonehaugh Lane",
            "Fernhill",
            "Westmere",
            "WM4 2QD",
        ],
    }
    data["recipient"] |= {
        "name": "Dr Maximiliana Wilhelmina Featherstonehaugh-Cholmondeley-Okonkwo",
        "job_title": "Higher level teaching assistant and deputy special educational needs co-ordinator",
        "address_lines": [
            *("Flat 2", "The Old Maltings", "17–19 Featherstonehaugh Mill Terrace West", "Fernhill"),
            *("Near Great Westmere", "Barsetshire", "WM4 7JT"),
        ],
    }
    data["copy_to"] = ["Carl Munro, your companion", "Wilhelmina Featherstonehaugh of Westmere Council"]
    allegation = data["allegations"][0]
    data["allegations"] = [
        {
            **allegation,
            "number": number,
            "text": f"That you {'said what you should not have said, ' * 4 * number}.",
        }
        for number in range(1, 10)
    ]
    for name, spec in shipped().letter(letter_id).fields.items():
        if spec.each and name in data["fields"]:
            row = data["fields"][name][0]
            data["fields"][name] = [{**row, "allegation": number} for number in range(1, 10)]
    return data


def _well_laid_out(data: dict[str, Any], pages: list[list[tuple[float, float, str]]]) -> None:
    """The address and nothing else is in the window, nothing overflows, and the signature is not lonely."""
    inside = [words for x, y, words in pages[0] if 20 <= x <= 110 and 48 <= y <= 84]
    note = "CONFIDENTIAL – NOTE FOR THE FILE" in inside
    address = {data["recipient"]["address_lines"][0], data["recipient"]["address_lines"][-1]}
    assert note or {*address, "CONFIDENTIAL – ADDRESSEE ONLY"} <= set(inside)
    school = data["school"]["name"][:8]
    assert not [words for words in inside if words.startswith(("Dear", "Date", "01632", school))]
    for places in pages:
        assert all(20 <= x <= 190 for x, _, _ in places)
        assert all(y < 274 or y > 278 for _, y, _ in places)  # the foot begins below that
    words = [word for _, _, word in pages[-1]]
    if note:
        assert {"Recorded by", data["sender"]["title"]} <= set(words)
        return
    asked = next(word for word in words if word in ("Help, and who to ask", "Who to ask"))
    assert words.index("Yours sincerely") > words.index(asked)
    assert data["sender"]["name"] in words
    assert ("copy_to" not in data) or any(word.startswith("Copy to:") for word in words)


HOSTILE = (
    "<script>alert(1)</script> {{ 7 * 7 }} {% include 'x' %} </p><h1>x</h1> &amp; \"quotes\" 'single' "
    + "W" * 300
    + " \u202egnp.exe\u202c שלום עולם مرحبا 😂👍🏽👨‍👩‍👧 \x00\x07"
)


PRINTED_HOSTILE = ("hearing-invitation", "suspension", "final-written-warning")
"""The letters with the most kinds of fields: what is escaped in one is escaped in all, and printing takes its time."""


@pytest.mark.parametrize("letter_id", LETTERS)
def test_hostile_facts_stay_words(letter_id: str) -> None:
    data = copy.deepcopy(example(letter_id))
    data["allegations"][0]["text"] = HOSTILE
    data["recipient"]["salutation"] = "<b>Bobby</b> {{ recipient }}"
    letter = shipped().letter(letter_id)
    for name in data["fields"]:
        if letter.fields[name].type == "text":
            data["fields"][name] = HOSTILE
    html = compose(letter_id, data)
    assert "<script" not in html
    assert html.count("<h1>") == 1
    words = " ".join(to_text(html).split())
    reads = [read.value for read in shipped().walked(letter_id).of("read")]
    takes_words = "allegations[].text" in reads or any(
        letter.fields[name].type == "text" for name in data["fields"]
    )
    assert takes_words == (
        "<script>alert(1)</script> {{ 7 * 7 }} {% include 'x' %} </p><h1>x</h1> &amp;" in words
    )
    assert letter.for_the_file or "Dear <b>Bobby</b> {{ recipient }}" in words
    assert "\u202e" not in words
    if letter_id not in PRINTED_HOSTILE:
        return
    pdf = to_pdf(html)
    assert failures(pdf) == []
    assert "49" not in text(pdf).split("7 * 7")[1][:20]
    for places in _places(pdf):
        assert all(20 <= x <= 190 for x, _, _ in places)


def test_every_folder_is_a_letter_with_template_and_example() -> None:
    folders = [
        path for path in letters_dir().iterdir() if path.is_dir() and path.name not in ("shared", "fonts")
    ]
    assert sorted(path.name for path in folders) == sorted(LETTERS)
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == {"letter.yaml", "letter.html.j2", "example.yaml"}


def test_every_shared_file_is_used() -> None:
    texts = [path.read_text("utf-8") for path in letters_dir().rglob("*.j2")]
    sets = {name for letter in shipped().letters.values() for name in letter.shares}
    for path in (letters_dir() / "shared").iterdir():
        used = (
            path.stem in sets
            if path.suffix == ".yaml"
            else any(f"shared/{path.name}" in words for words in texts)
        )
        assert used, path.name


def test_the_guide_lists_every_letter() -> None:
    assert GUIDE.read_text("utf-8") == guide(), f"If the letters are right, renew it: {RENEW}"


@pytest.mark.parametrize(
    "letter_id", [name for name in LETTERS if "enclosures" in shipped().letter(name).fields]
)
def test_of_enclosures_a_letter_speaks_only_if_there_are_any(letter_id: str) -> None:
    given = copy.deepcopy(example(letter_id))
    given["fields"] |= {"has_enclosures": True, "enclosures": ["the notes"]}
    assert "Enclosed: the notes." in to_text(compose(letter_id, given))
    given["fields"] = {**given["fields"], "has_enclosures": False}
    del given["fields"]["enclosures"]
    assert "nclosed" not in to_text(compose(letter_id, given)).replace("enclosed by", "")
