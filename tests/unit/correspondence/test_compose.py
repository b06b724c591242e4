from __future__ import annotations

import base64
import copy
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader

from casework.correspondence.compose import compose, needs, to_pdf, to_text
from casework.correspondence.errors import MissingFact, UnknownLetter, WrongFact
from casework.correspondence.examples import example
from casework.correspondence.facts import LetterData
from casework.correspondence.library import shipped
from casework.correspondence.template import environment
from tests.unit.correspondence.small import USE_ALL, library
from tests.unit.rendering.standards import failures, tags

INVITATION = "hearing-invitation"


@pytest.fixture
def facts() -> dict[str, Any]:
    """The facts of the example invitation, to be changed."""
    return copy.deepcopy(example(INVITATION))


def missing(letter: str, data: dict[str, Any]) -> list[str]:
    """Return the names of the facts that composing says are missing."""
    with pytest.raises(MissingFact) as caught:
        compose(letter, data)
    return [item["name"] for item in caught.value.details["missing"]]


def wrong(letter: str, data: dict[str, Any]) -> dict[str, str]:
    """Return what composing says is wrong, by name."""
    with pytest.raises(WrongFact) as caught:
        compose(letter, data)
    return {item["name"]: item["reason"] for item in caught.value.details["wrong"]}


def test_plain_data_and_the_model_give_the_same_letter(facts: dict[str, Any]) -> None:
    through_json = json.loads(json.dumps(facts))
    assert compose(INVITATION, through_json) == compose(INVITATION, LetterData.model_validate(facts))


def test_nothing_at_all_names_every_fact_that_is_always_needed() -> None:
    found = missing(INVITATION, {})
    assert {"letter", "school", "recipient", "sender", "case", "fields.contact", "fields.hearing_at"} <= set(
        found
    )
    assert "fields.clerk" not in found  # needed only for a panel, and it is not known whether there is one


def test_all_that_is_missing_is_named_at_once_with_label_and_source(facts: dict[str, Any]) -> None:
    del facts["fields"]["venue"], facts["recipient"]["job_title"], facts["people"]["clerk"]["phone"]
    facts["fields"]["members"] = []
    facts["fields"]["support"] = " \n "
    facts["allegations"] = []
    with pytest.raises(MissingFact) as caught:
        compose(INVITATION, facts)
    details = {item["name"]: item for item in caught.value.details["missing"]}
    named = {
        "recipient.job_title",
        "fields.venue",
        "fields.members",
        "fields.support",
        "fields.contact.phone",
    }
    assert set(details) == {*named, "allegations"}
    assert details["fields.venue"]["label"] == "Where the hearing is"
    assert details["fields.venue"]["from"] == ["step.rearrange_hearing.venue", "step.invite_to_hearing.venue"]
    assert "- Where the hearing is\n" in caught.value.message


def test_a_part_of_a_person_that_is_printed_is_needed(facts: dict[str, Any]) -> None:
    del facts["people"]["clerk"]["phone"], facts["people"]["moira"]["title"]
    assert set(missing(INVITATION, facts)) == {"fields.contact.phone", "fields.members[1].title"}


def test_authority_is_needed_only_by_letters_that_print_it(facts: dict[str, Any]) -> None:
    assert "authority" not in facts["sender"]
    compose(INVITATION, facts)
    warning = copy.deepcopy(example("final-written-warning"))
    del warning["sender"]["authority"]
    assert missing("final-written-warning", warning) == ["sender.authority"]


def test_letters_about_allegations_need_one(facts: dict[str, Any]) -> None:
    facts["allegations"] = []
    assert missing(INVITATION, facts) == ["allegations"]


def test_a_list_that_may_be_empty_has_to_be_given_as_empty(facts: dict[str, Any]) -> None:
    facts["fields"]["withheld"] = []
    assert "held back" not in compose(INVITATION, facts)
    del facts["fields"]["withheld"]
    assert missing(INVITATION, facts) == ["fields.withheld"]


def test_a_field_is_asked_for_only_where_it_is_needed(facts: dict[str, Any]) -> None:
    facts["fields"]["heard_by"] = "head"
    assert missing(INVITATION, facts) == ["fields.delegation"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("hearing_at", "17 April 2026", "a date and time such as 2026-04-17T10:00 is wanted"),
        ("hearing_at", "2026-04-17", "a date and time such as 2026-04-17T10:00 is wanted"),
        ("employee_papers_by", "2026-02-30", "day is out of range for month"),
        ("employee_papers_by", 20260410, "a date such as 2026-04-17 is wanted"),
        ("length_minutes", "150", "a whole number is wanted"),
        ("length_minutes", True, "a whole number is wanted"),
        ("shorter_notice", "no", "true or false is wanted"),
        ("heard_by", "jury", "one of panel, head, head_delegated is wanted, not 'jury'"),
        ("heard_by", ["panel"], "one of panel, head, head_delegated is wanted, not ['panel']"),
        ("venue", 3, "text is wanted"),
        ("documents", "one", "a list is wanted"),
        ("documents", [1], "text is wanted"),
        ("withheld", ["x"], "each row is a mapping of its columns"),
        ("withheld", [{"what": "x", "why": "y", "who": "z"}], "there is no column 'who'"),
        ("chair", "nobody", "there is nobody under 'nobody' among the people"),
        ("colour", "red", "this letter has no such field"),
    ],
)
def test_a_fact_of_another_kind_is_refused(
    facts: dict[str, Any], field: str, value: Any, reason: str
) -> None:
    facts["fields"][field] = value
    assert wrong(INVITATION, facts) == {f"fields.{field}": reason}


def test_facts_that_no_letter_has_are_refused(facts: dict[str, Any]) -> None:
    facts["school"]["motto"] = "Onward"
    facts["letter"]["date"] = "yesterday"
    assert set(wrong(INVITATION, facts)) == {"school.motto", "letter.date"}


def test_our_own_code_is_no_clause(facts: dict[str, Any]) -> None:
    facts["allegations"][0]["clause"] = "SMP-4.1b"
    assert "code of ours" in wrong(INVITATION, facts)["allegations.0.clause"]


def test_allegations_are_numbered_apart(facts: dict[str, Any]) -> None:
    facts["allegations"][1]["number"] = 1
    assert wrong(INVITATION, facts) == {"allegations": "two allegations have the same number"}


@pytest.mark.parametrize("numbers", [[1], [1, 1], [1, 2, 3], [1, "2"], [1, None]])
def test_each_allegation_has_exactly_one_finding(numbers: list[Any]) -> None:
    data = copy.deepcopy(example("final-written-warning"))
    row = data["fields"]["findings"][0]
    data["fields"]["findings"] = [{**row, "allegation": number} for number in numbers]
    assert "one row for each allegation" in wrong("final-written-warning", data)["fields.findings"]


def test_findings_follow_the_order_of_the_allegations() -> None:
    data = copy.deepcopy(example("final-written-warning"))
    in_order = compose("final-written-warning", data)
    data["fields"]["findings"].reverse()
    assert compose("final-written-warning", data) == in_order


def test_an_unknown_letter_is_answered_with_close_ones(facts: dict[str, Any]) -> None:
    with pytest.raises(UnknownLetter) as caught:
        compose("hearing-invitaton", facts)
    assert (caught.value.remedy or "").startswith("Did you mean hearing-invitation")


def test_a_draft_says_so_on_paper_and_in_text(facts: dict[str, Any]) -> None:
    draft, issued = compose(INVITATION, facts, draft=True), compose(INVITATION, facts)
    assert "DRAFT" in to_text(draft)
    assert "DRAFT" not in to_text(issued)
    assert to_pdf(draft) != to_pdf(issued)


def test_a_letter_that_replaces_another_says_which_and_why(facts: dict[str, Any]) -> None:
    facts["letter"]["replaces"] = {"date": "2026-03-30", "reason": "the room has changed"}
    words = to_text(compose(INVITATION, facts))
    assert "replaces our letter of Monday 30 March 2026: the room has changed." in words


def test_a_logo_is_in_the_letter_itself(facts: dict[str, Any]) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\xff\0\0" * 2 + b"\0" + b"\xff\0\0" * 2)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    facts["school"]["logo"] = {"png": base64.b64encode(png).decode(), "words": "An ash leaf"}
    html = compose(INVITATION, facts)
    assert "Figure" in tags(to_pdf(html))
    assert failures(to_pdf(html)) == []
    assert "[An ash leaf]" in to_text(html)


@pytest.mark.parametrize("png", ["AAAA", "not base64", ""])
def test_a_logo_that_is_no_png_is_refused(facts: dict[str, Any], png: str) -> None:
    facts["school"]["logo"] = {"png": png, "words": "An ash leaf"}
    with pytest.raises((WrongFact, MissingFact)):
        compose(INVITATION, facts)


def test_needs_lists_common_facts_and_the_letters_own_fields() -> None:
    found = {need.name: need for need in needs("suspension")}
    assert not found["sender.authority"].optional
    assert found["school.logo"].optional
    assert found["fields.contact"].parts == ("name", "title", "phone")
    assert found["fields.other_told"].optional
    spec = found["fields.other_told"].spec
    assert spec is not None
    assert spec.when is not None
    assert spec.when.field == "employer_type"
    assert not any(name.startswith("draft") or "[]" in name for name in found)


def test_a_template_reaches_nothing_but_facts() -> None:
    loader = DictLoader(
        {"x": "{{ facts.name }}", "y": "{{ facts.items }}", "z": "{{ facts.name.__class__ }}"}
    )
    made = environment(shipped().language, loader=loader)
    facts = {"facts": {"name": "<b>Ann</b>"}}
    assert made.get_template("x").render(facts) == "&lt;b&gt;Ann&lt;/b&gt;"
    for name in ("y", "z"):
        with pytest.raises(Exception, match=r"has no attribute|is undefined"):
            made.get_template(name).render(facts)


@pytest.mark.parametrize("value", [None, ""])
def test_a_blank_is_never_printed(value: Any) -> None:
    made = environment(shipped().language, loader=DictLoader({"x": "{{ a }}"}))
    with pytest.raises(MissingFact):
        made.get_template("x").render(a=value)


def test_a_template_that_names_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    facts = {
        **example(INVITATION),
        "fields": {"yes_or_no": True, "kind": "b", "words": "w", "items": [], "people": ["clerk"]},
    }
    made = library(tmp_path, USE_ALL)
    assert "w" in compose("small", facts, library=made)
    broken = library(tmp_path, USE_ALL + "{{ fields.none }}")
    with pytest.raises(MissingFact, match="none"):
        compose("small", facts, library=broken)


def test_marking_a_passage_shows_its_content_and_nothing_else() -> None:
    made = environment(
        shipped().language,
        loader=DictLoader({"x": 'a{% satisfies "acas:10", "lx:1" %}b{{ c }}{% endsatisfies %}d'}),
    )
    html = made.get_template("x").render(c="c")
    assert html == "a<!--passage acas:10 lx:1-->bc<!--/passage-->d"
    assert to_text(f"<p>{html}</p>") == "abcd\n"
