"""Reading a step's fields: what each type takes, what it refuses and in which words, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from casework.base.canonical import canonical_bytes
from casework.cases.fields import TEXT_LIMIT, FieldInvalid, FieldValues, missing_fields, read_fields
from tests.support.core import Core
from tests.support.policies import probing

FIELDS: dict[str, Any] = {
    "words": {"type": "text", "label": "Words"},
    "choice": {"type": "enum", "label": "Choice", "options": {"a": "A", "b": "B"}},
    "sure": {"type": "boolean", "label": "Sure"},
    "count": {"type": "integer", "label": "Count", "minimum": 1, "maximum": 5},
    "at_least": {"type": "integer", "label": "At least", "minimum": 1},
    "any_number": {"type": "integer", "label": "Any number"},
    "day": {"type": "date", "label": "Day"},
    "at": {"type": "datetime", "label": "At"},
    "who": {"type": "party", "label": "Who"},
    "panel": {"type": "parties", "label": "Panel"},
    "sanction": {"type": "sanction", "label": "Sanction"},
    "warning": {"type": "sanction", "label": "Warning", "options": {"oral": "Oral warning"}},
    "risk": {"type": "checklist", "label": "Risk", "checklist": "risk"},
    "findings": {"type": "enum", "label": "Finding", "each": "allegation", "options": {"proved": "Proved"}},
    "reasons": {"type": "text", "label": "Reasons", "each": "allegation"},
}


@pytest.fixture(scope="module")
def core() -> Core:
    story = Core(probing(fields=FIELDS), people={"jordan": ["employee"], "diane": ["head"]})
    story.allege("first")
    story.allege("second")
    story.allege("gone")
    story.withdraw_allegation("gone")
    return story


def read(core: Core, **given: Any) -> FieldValues:
    found = read_fields(core.policy.steps["probe"][1], given, core.case, core.policy)
    canonical_bytes({"values": found.values, "texts": found.texts})
    return found


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("choice", "a", "a"),
        ("sure", True, True),
        ("sure", False, False),
        ("count", 5, 5),
        ("any_number", -3, -3),
        ("any_number", 2**53 - 1, 2**53 - 1),
        ("day", "2026-03-02", "2026-03-02"),
        ("at", "2026-03-02T10:00", "2026-03-02T10:00"),
        ("who", "jordan", "jordan"),
        ("panel", ["jordan", "diane", "jordan"], ["diane", "jordan"]),
        ("panel", ("jordan",), ["jordan"]),
        ("sanction", "dismissal", "dismissal"),
        ("warning", "oral", "oral"),
        ("findings", {"1": "proved", 2: "proved"}, {"first": "proved", "second": "proved"}),
        ("findings", {"first": "proved"}, {"first": "proved"}),
    ],
)
def test_a_value_of_the_right_form_is_a_fact(core: Core, name: str, given: Any, kept: Any) -> None:
    assert read(core, **{name: given}) == FieldValues({name: kept}, {})


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("nonsense", 1, "“Probe” has no field 'nonsense'. Its fields: words, choice"),
        ("words", 7, "Words: expected words."),
        ("words", ["a"], "Words: expected words."),
        ("choice", "c", "Choice: choose one of a, b; not 'c'."),
        ("choice", ["a"], "Choice: choose one of a, b; not ['a']."),
        ("choice", {"a": 1}, "Choice: choose one of a, b"),
        ("choice", True, "Choice: choose one of a, b; not True."),
        ("sure", "yes", "Sure: answer yes or no."),
        ("sure", 1, "Sure: answer yes or no."),
        ("count", "3", "Count: expected a whole number."),
        ("count", 3.0, "Count: expected a whole number."),
        ("count", True, "Count: expected a whole number."),
        ("count", 0, "Count: expected a number from 1 to 5, not 0."),
        ("count", 6, "Count: expected a number from 1 to 5, not 6."),
        ("at_least", 0, "At least: expected a number from 1 to"),
        ("any_number", 2**53, "Any number: expected a number"),
        ("any_number", -(2**53), "Any number: expected a number"),
        ("day", "2.3.2026", "Day: write it like 2026-03-02."),
        ("day", "2026-3-2", "Day: write it like 2026-03-02."),
        ("day", "20260302", "Day: write it like 2026-03-02."),
        ("day", "2026-03-02T10:00", "Day: write it like 2026-03-02."),
        ("day", "2026-02-30", "Day: there is no such date as 2026-02-30."),
        ("day", "２０２６-03-02", "Day: write it like 2026-03-02."),
        ("day", 20260302, "Day: write it like 2026-03-02."),
        ("at", "2026-03-02", "At: write it like 2026-03-02T10:00."),
        ("at", "2026-03-02 10:00", "At: write it like 2026-03-02T10:00."),
        ("at", "2026-03-02T10:00:00", "At: write it like 2026-03-02T10:00."),
        ("at", "2026-03-02T25:00", "At: write it like 2026-03-02T10:00."),
        ("at", "2026-03-02T24:00", "At: write it like 2026-03-02T10:00."),
        ("at", "2026-02-30T10:00", "At: there is no such date as 2026-02-30T10:00."),
        ("at", "2026-03-29T01:30", "the clocks went forward"),
        ("who", "nobody", "Who: this person is not part of the case yet."),
        ("who", ["jordan"], "Who: this person is not part of the case yet."),
        ("panel", "jordan", "Panel: expected one or more people."),
        ("panel", ["jordan", "nobody"], "Panel: this person is not part of the case yet."),
        ("panel", [7], "Panel: this person is not part of the case yet."),
        ("sanction", "flogging", "Sanction: choose one of oral, first, final, dismissal; not 'flogging'."),
        ("warning", "dismissal", "Warning: choose one of oral; not 'dismissal'."),
        ("risk", "no", "Risk: answer each question."),
        ("risk", {"weather": "no"}, "Risk: there is no question 'weather'."),
        (
            "risk",
            {"harm": "perhaps"},
            "Risk: “Was a child harmed?” takes yes, no, unclear, unknown; not 'perhaps'.",
        ),
        ("risk", {"harm": {"reason": "why"}}, "Risk: “Was a child harmed?” takes"),
        ("risk", {"harm": {"answer": "yes", "reason": 7}}, "Risk: expected words."),
        ("risk", {"harm": {"answer": ["yes"]}}, "Risk: “Was a child harmed?” takes"),
        ("risk", {"harm": "yes: \x00"}, "Risk: contains characters that cannot be printed."),
        ("risk", {"harm": "yes: " + "a" * (TEXT_LIMIT + 1)}, "Risk: at most 20,000 characters, not 20,001."),
        ("findings", "proved", "Finding: give one answer for each allegation, such as 1=… and 2=…."),
        ("findings", {"1": "maybe"}, "Finding: choose one of proved; not 'maybe'."),
        ("findings", {"9": "proved"}, "Finding: there is no allegation 9."),
        ("reasons", {"1": 7}, "Reasons: expected words."),
    ],
)
def test_a_value_of_the_wrong_form_is_a_mistake_of_whoever_typed_it(
    core: Core, name: str, given: Any, says: str
) -> None:
    with pytest.raises(FieldInvalid) as caught:
        read(core, **{name: given})
    assert says in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  plain words \n", "plain words"),
        ("two\r\nlines", "two\nlines"),
        ("a tab\tstays", "a tab\tstays"),
        ("cafe\u0301", "café"),
        ("“quoted” – and 👋🏽", "“quoted” – and 👋🏽"),
        ("a" * TEXT_LIMIT, "a" * TEXT_LIMIT),
    ],
)
def test_words_are_kept_in_one_form(core: Core, given: str, kept: str) -> None:
    assert read(core, words=given) == FieldValues({}, {"words": kept})


@pytest.mark.parametrize("hidden", ["\x00", "\x1b[2J", "\x07", "\x7f", "\x85", "\ud800", "a\rb"])
def test_characters_that_cannot_be_printed_are_refused(core: Core, hidden: str) -> None:
    with pytest.raises(FieldInvalid, match="cannot be printed"):
        read(core, words=f"before {hidden} after")


def test_too_many_words_are_refused_with_the_count(core: Core) -> None:
    with pytest.raises(FieldInvalid, match=r"at most 20,000 characters, not 20,001"):
        read(core, words="a" * (TEXT_LIMIT + 1))


@pytest.mark.parametrize("nothing", [None, "", [], (), {}])
@pytest.mark.parametrize("name", list(FIELDS))
def test_nothing_is_no_answer(core: Core, name: str, nothing: Any) -> None:
    assert not read(core, **{name: nothing}).has(name)


@pytest.mark.parametrize("blank", [" ", "\n\t ", "\u00a0", "\u200b", "\ufeff \u2060"])
def test_words_that_say_nothing_are_no_answer(core: Core, blank: str) -> None:
    found = read(core, words=blank, reasons={"1": blank, "2": "because"})
    assert not found.has("words")
    assert found.texts == {"reasons": {"second": "because"}}


def test_a_checklist_is_parted_into_answers_and_reasons(core: Core) -> None:
    found = read(core, risk={"harm": "unclear: a bruise was seen", "other": "no"})
    assert found.values == {"risk": {"harm": "unclear", "other": "no"}}
    assert found.texts == {"risk": {"harm": "a bruise was seen"}}
    same = {"harm": {"answer": "unclear", "reason": "a bruise was seen"}, "other": {"answer": "no"}}
    assert read(core, risk=same) == found


def test_a_reason_keeps_its_own_colons_and_its_normal_form(core: Core) -> None:
    assert read(core, risk={"harm": "yes: at 10:30, cafe\u0301"}).texts == {
        "risk": {"harm": "at 10:30, café"}
    }


def test_a_blank_reason_is_none(core: Core) -> None:
    assert read(core, risk={"harm": "yes:  \u200b "}).texts == {}


def missing(core: Core, **given: Any) -> set[str]:
    found = read(core, **given)
    return {name for name, _ in missing_fields(core.policy.steps["probe"][1], found, core.case, core.policy)}


def test_every_field_that_was_not_given_is_missing(core: Core) -> None:
    assert missing(core) == set(FIELDS)
    assert missing(core, words="said", sure=False) == set(FIELDS) - {"words", "sure"}


def test_an_answer_for_each_allegation_that_stands_is_needed(core: Core) -> None:
    assert "reasons" in missing(core, reasons={"1": "because"})
    assert "reasons" in missing(core, reasons={"gone": "because", "1": "because"})
    assert "reasons" not in missing(core, reasons={"1": "because", "2": "because"})


def test_where_no_allegation_stands_there_is_none_to_answer_for() -> None:
    core = Core(probing(fields=FIELDS), people={"jordan": ["employee"]})
    assert not missing(core) & {"reasons", "findings"}


@pytest.mark.parametrize(
    ("when", "given", "needed"),
    [
        ({"field": "choice", "is": "a"}, {"choice": "a"}, True),
        ({"field": "choice", "is": ["b", "a"]}, {"choice": "a"}, True),
        ({"field": "choice", "is": "b"}, {"choice": "a"}, False),
        ({"field": "choice", "is": "a"}, {}, False),
        ({"field": "sure", "is": True}, {"sure": True}, True),
        ({"field": "sure", "is": False}, {"sure": False}, True),
        ({"field": "sure", "is": False}, {}, True),
        ({"field": "sure", "is": True}, {}, False),
        ({"field": "any_number", "is": 0}, {}, False),
        ({"field": "any_number", "is": 0}, {"any_number": 0}, True),
        ({"field": "any_number", "is": 1}, {"any_number": 1}, True),
        ({"field": "risk", "is": "unclear"}, {"risk": {"harm": "unclear: why"}}, True),
        ({"field": "risk", "is": "unclear"}, {"risk": {"harm": "no"}}, False),
        ({"field": "findings", "is": "proved"}, {"findings": {"1": "proved"}}, True),
        ({"setting": "strict", "is": False}, {}, True),
        ({"setting": "strict", "is": True}, {}, False),
        ({"setting": "employer", "is": "council"}, {}, True),
        ({"subject": "teacher", "is": True}, {}, True),
        ({"subject": "union_rep", "is": True}, {}, False),
        ({"subject": "head", "is": False}, {}, True),
    ],
)
def test_a_field_is_needed_only_when_its_condition_holds(
    when: dict[str, Any], given: dict[str, Any], needed: bool
) -> None:
    fields = {**FIELDS, "extra": {"type": "text", "label": "Extra", "when": when}}
    core = Core(probing(fields=fields), people={"jordan": ["employee"]}, flags={"jordan": {"teacher": True}})
    core.allege("first")
    assert ("extra" in missing(core, **given)) is needed
