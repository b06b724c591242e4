"""Paper cases as files: read strictly, every error at once on its line; the unknown and the contradictory are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.base.resources import workflows_dir
from casework.cases.chronology_steps import STEP_KINDS, Hearing
from casework.cases.chronology_values import days_at_least, span, surely_before
from casework.cases.chronology_words import _KINDS, _PROPERTIES, _VALUES
from casework.cases.paper import SCHEMA_FILE, PaperCaseInvalid, parse_paper_case, read_paper_case, schema_text
from casework.cases.review import Told, review
from casework.cases.review_rules import RULES

JUDGMENTS = Path(__file__).parents[2] / "scenarios" / "judgments"
RENEW = "Renew it with: python -m casework.cases.paper"
HEAD = "paper_case: 1\ntitle: A case\n"


def errors(text: str) -> list[str]:
    with pytest.raises(PaperCaseInvalid) as caught:
        parse_paper_case(text, "old.yaml")
    assert caught.value.exit_code == 2
    return [str(error) for error in caught.value.errors]


def test_what_is_left_out_is_unknown_and_what_did_not_happen_can_be_said() -> None:
    case = parse_paper_case(
        f"{HEAD}steps:\n  - {{what: hearing}}\n  - {{what: appeal, happened: no, when: unknown}}\n"
    )
    hearing, appeal = case.steps
    assert isinstance(hearing, Hearing)
    assert (hearing.happened, hearing.employee_answered, hearing.when) == ("yes", "unknown", "")
    assert (appeal.happened, appeal.when) == ("no", "")


def test_true_and_one_person_without_a_list_are_understood() -> None:
    case = parse_paper_case(
        f"{HEAD}people: {{a: {{}}}}\nsteps: [{{what: hearing, by: a, when: 2016, minutes: true, fair: false}}]\n"
    )
    (hearing,) = case.steps
    assert isinstance(hearing, Hearing)
    assert (hearing.by, hearing.when, hearing.minutes, hearing.fair) == (("a",), "2016", "yes", "no")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: []\n", "A case has at least one step."),
        ("steps:\n  - {what: heering}\n", "There is no kind of step 'heering'; perhaps 'hearing' is meant."),
        (
            "steps:\n  - {what: banquet}\n",
            "There is no kind of step 'banquet'; the kinds are: advice, appeal",
        ),
        ("steps:\n  - {what: hearing, chared_by: x}\n", "There is no property `chared_by` here."),
        ("steps:\n  - {what: hearing, employe_attended: yes}\n", "Did you mean `employee_attended`?"),
        ("steps:\n  - {what: hearing, when: 2016-02-30}\n", "'2016-02-30' is not in the calendar."),
        ("steps:\n  - {what: hearing, when: last May}\n", "write 2016-03-14, 2016-03, 2016 or unknown."),
        ("steps:\n  - {what: hearing, minutes: perhaps}\n", "'perhaps' is not possible here."),
        (
            "steps:\n  - {what: hearing, by: someone}\n",
            "Step 1 names 'someone', who is not among `people` (add them",
        ),
        ("people: {head: {}}\nsteps:\n  - {what: hearing, by: haed}\n", "(perhaps 'head' is meant)."),
        ("employee: {is: someone}\nsteps: [{what: hearing}]\n", "The employee is 'someone', who is not"),
        (
            "people: {a: {may_be: b}}\nsteps: [{what: hearing}]\n",
            "'a' may be 'b', who is not among `people` (add them there, by a key).",
        ),
        (
            "steps:\n  - {what: decision, relies_on_warnings: w}\n",
            "relies on the warning 'w', which no step gives.",
        ),
    ],
)
def test_each_error_says_what_is_wrong_and_where(text: str, said: str) -> None:
    found = errors(HEAD + text)
    assert any(said in error for error in found), found
    assert all(error.startswith("old.yaml:") for error in found)


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ("{what: disciplinary_hearing}", "perhaps 'hearing' is meant."),
        ("{what: Dismissal}", "perhaps 'decision' is meant."),
        ("{what: appeal-hearing}", "perhaps 'appeal' is meant."),
        ("{what: police}", "perhaps 'criminal_process' is meant."),
        ("{when: 2020}", "Each step says `what` it is; the kinds are: advice,"),
        ("{what: hearing, attended: no}", "Did you mean `employee_attended`?"),
        ("{what: hearing, companion: no}", "Did you mean `accompanied`?"),
        ("{what: suspension, pay: full}", "Did you mean `full_pay`?"),
        ("{what: resignation, weather: wet}", "Possible here: agreement_hides_it, by, happened, note,"),
        ("{what: decision, sanction: dismissed}", "Did you mean 'dismissal_with_notice'? Choose 'none',"),
        ("{what: request, of: adjournment}", "Did you mean 'postponement'?"),
        ("{what: decision, mitigation: [{says: It, kind: health, raised: yes}]}", "Possible here: answered,"),
        ("{what: decision, belief: {engages: yes}}", "Did you mean `engaged`?"),
    ],
)
def test_other_words_get_the_term_that_was_probably_meant(step: str, meant: str) -> None:
    (found,) = errors(f"{HEAD}steps:\n  - {step}\n")
    assert meant in found


def test_every_guess_is_a_term_of_the_vocabulary() -> None:
    text = schema_text()
    assert _KINDS.keys() <= STEP_KINDS.keys()
    assert all(f'"{term}"' in text for term in (*_PROPERTIES, *_VALUES))
    assert not {word for words in _KINDS.values() for word in words} & STEP_KINDS.keys()


def test_a_guess_is_made_from_what_is_possible_in_the_place() -> None:
    found = errors(
        f"{HEAD}organisation: {{type: academy}}\nemployee: {{disability: yes}}\npeople: {{a: {{role: head}}}}\n"
        "allegations: {a: {says: It, proven: yes}}\nevidence: {a: {says: It, disclosed: no}}\nplace: Here\n"
        "steps: [{what: hearing}]\n"
    )
    meant = (
        "`school_type`",
        "`disabled`",
        "`standing`",
        "`finding`",
        "`given`",
        "Possible here: allegations",
    )
    assert len(found) == len(meant)
    for guess in meant:
        assert any(guess in error for error in found), guess


def test_everybody_who_is_not_among_the_people_is_named_at_once() -> None:
    (found,) = errors(f"{HEAD}steps: [{{what: hearing, by: head}}, {{what: decision, by: [chair, clerk]}}]\n")
    assert all(key in found for key in ("'head'", "'chair'", "'clerk'"))


def test_a_companion_or_witness_asked_for_needs_no_key() -> None:
    case = parse_paper_case(f"{HEAD}steps: [{{what: request, of: witness, who: A pupil of year 9}}]\n")
    assert case.steps[0].what == "request"


def test_every_error_is_reported_at_once() -> None:
    found = errors(
        f"{HEAD}steps:\n  - {{what: heering}}\n  - {{what: hearing, fair: perhaps, when: 2016-13}}\n"
    )
    assert len(found) == 3


def test_dates_that_contradict_each_other_are_loaded_and_found() -> None:
    case = parse_paper_case(
        f"{HEAD}steps:\n  - {{what: hearing, when: 2016-05-02}}\n  - {{what: decision, when: 2016-05-01}}\n"
    )
    (found,) = (item for item in review(Told.on_paper(case), RULES) if item.rule == "UKGDPR-5d")
    assert (found.status, found.events) == ("breached", (2,))


def test_a_date_is_as_exact_as_it_is_known() -> None:
    assert span("2016-02") is not None
    assert [day.isoformat() for day in span("2016-02") or ()] == ["2016-02-01", "2016-02-29"]
    assert surely_before("2016-02-28", "2016-03")
    assert not surely_before("2016-02", "2016-02-29")
    assert not surely_before("", "2016")
    assert (days_at_least("2016-02", "2016-04-01"), days_at_least("2016", "")) == (32, None)


def test_the_shipped_schema_is_that_of_the_model_and_every_judgment_names_it() -> None:
    shipped = (workflows_dir() / "schema" / SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text(), RENEW
    kinds = json.loads(shipped)["properties"]["steps"]["items"]["oneOf"]
    assert len(kinds) == len(STEP_KINDS)
    for path in JUDGMENTS.glob("*.yaml"):
        if path.stem != "expected":
            first = path.read_text(encoding="utf-8").partition("\n")[0]
            assert (path.parent / first.removeprefix("# yaml-language-server: $schema=")).is_file()


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PaperCaseInvalid, match="cannot be read"):
        read_paper_case(tmp_path / "missing.yaml")
