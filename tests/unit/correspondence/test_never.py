"""Letters that must never exist, and what every sanction's letter says: nobody can write the one or lose the other."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from casework.correspondence.check import check_all, check_letter
from casework.correspondence.compose import compose, to_text
from casework.correspondence.errors import MissingFact, WrongFact
from casework.correspondence.examples import example
from casework.correspondence.library import Library, shipped
from casework.procedure.load import load_policy, shipped_policies
from tests.unit.correspondence.filling import all_values, facts

MAINTAINED = load_policy(shipped_policies()["england-maintained"])
LETTERS = shipped().letters
LIFTING = [letter.id for letter in LETTERS.values() if "L-04" in letter.catalogue]
DISMISSING = ["dismissal-with-notice", "summary-dismissal"]
WARNING = [str(sanction.letter) for sanction in MAINTAINED.sanctions.values() if sanction.live_months]
ENDED = re.compile(
    r"dismissed|your dismissal|your (?:contract|employment) (?:is|has|was|ends|will)|last day of employment",
    re.I,
)
"""What only an employer says of a contract."""


def marked(letter_id: str) -> list[str]:
    return [passage.id for passage in LETTERS[letter_id].required if passage.when is None]


@pytest.mark.parametrize("letter_id", LIFTING)
def test_no_letter_lifts_a_suspension_on_the_word_of_the_head_alone(letter_id: str) -> None:
    """Rule SSR-19c: it tells of one step only, which the governing body takes and the head teacher cannot."""
    [step_id] = LETTERS[letter_id].steps
    step = MAINTAINED.steps[step_id][1]
    assert (step.act, step.by) == ("suspension_lifted", ("governing_body",))
    apart = next(item for item in step.requires if item.id == "head_does_not_act_for_the_governing_body")
    assert (apart.strength, apart.waivable_by, apart.when) == ("must", (), None)
    assert "ssr:19c" in marked(letter_id)


@pytest.mark.parametrize("letter_id", DISMISSING)
def test_a_panel_of_a_school_of_the_local_authority_never_says_that_somebody_is_dismissed(
    letter_id: str,
) -> None:
    """Rule SSR-20a: where the local authority employs, only it ends the contract."""
    letter = shipped().letter(letter_id)
    said = set()
    for values in all_values(letter):
        words = " ".join(to_text(compose(letter_id, facts(letter, values))).split())
        says = bool(ENDED.search(words))
        assert says == (values["employer_type"] != "M-LA"), words
        said.add(says)
        assert ("Only the local authority can end your contract." in words) == (
            values["employer_type"] == "M-LA"
        )
    assert said == {True, False}
    assert "dismiss" not in letter.title.casefold()


@pytest.mark.parametrize("letter_id", DISMISSING)
@pytest.mark.parametrize("words", LETTERS["summary-dismissal"].never[0].words)
def test_nor_does_whoever_writes_it(letter_id: str, words: str) -> None:
    data = copy.deepcopy(example(letter_id))
    data["fields"] |= {
        "employer_type": "M-LA",
        "la_told": "at_once",
        "alternatives": f"As we said, {words.title()} now.",
    }
    for name in ("end_on", "final_pay", "notice_is"):
        data["fields"].pop(name, None)
    with pytest.raises(WrongFact, match="only it can end the contract"):
        compose(letter_id, data)


def test_nor_does_a_school_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    template = shipped().text("shared/dismissal-outcome.html.j2") or ""
    name = tmp_path / "shared" / "dismissal-outcome.html.j2"
    name.write_text(template.replace("It was decided for the governing body that", "You are dismissed:"))
    found = [item for item in check_all((tmp_path,)) if "only it can end the contract" in item.reason]
    assert {item.file for item in found} == {"shared/dismissal-outcome.html.j2"}
    name.write_text(template)
    assert check_all((tmp_path,)) == []
    rules = shipped().text("shared/dismissal.yaml") or ""
    (tmp_path / "shared" / "dismissal.yaml").write_text(rules.partition("never:")[0])
    reasons = [item.reason for item in check_all((tmp_path,))]
    assert len([reason for reason in reasons if "must never say" in reason]) == len(DISMISSING)


@pytest.mark.parametrize(
    ("letter_id", "passages"),
    [
        ("hearing-invitation", ("acas:9a/outcome", "erela:10b", "erela:10d")),
        ("appeal-hearing", ("erela:10b", "erela:10d")),
    ],
)
def test_no_invitation_leaves_out_the_outcome_or_the_companion(
    letter_id: str, passages: tuple[str, ...]
) -> None:
    """Rules ACAS-9a and ERelA-10: whatever the case, and whatever a school leaves out."""
    assert set(passages) <= set(marked(letter_id))
    for passage in passages:

        def without(name: str, passage: str = passage) -> str | None:
            words = shipped().text(name)
            return words.replace(f'"{passage}"', '"x:0"') if words else None

        reasons = [item.reason for item in check_letter(Library.read(), letter_id, without)]
        assert any(f"The passage {passage} is missing" in reason for reason in reasons)


@pytest.mark.parametrize("letter_id", [*WARNING, "warning-extended"])
def test_no_warning_is_without_a_first_and_a_last_day(letter_id: str) -> None:
    """Rule ACAS-21c."""
    letter = LETTERS[letter_id]
    assert "acas:21c" in marked(letter_id)
    for name in ("live_from", "live_until"):
        spec = letter.fields[name]
        assert (spec.type, spec.when, "asked" in spec.sources) == ("date", None, False)
        data: dict[str, Any] = copy.deepcopy(example(letter_id))
        del data["fields"][name]
        with pytest.raises(MissingFact, match=spec.label):
            compose(letter_id, data)


def test_every_sanction_has_a_letter_that_says_what_every_outcome_says() -> None:
    """Hearing, findings, mitigation, consistency, alternatives and the right of appeal stand once, for all of them."""
    for name, sanction in MAINTAINED.sanctions.items():
        assert sanction.letter, name
        letter = LETTERS[sanction.letter]
        assert {"decision", "weighing", "appeal-right"} <= set(letter.shares)
        asked = {passage.id for passage in letter.required}
        assert {"acas:18/hearing", "acas:18/companion", "case:1", "eqa:15", "acas:4b", "case:2"} <= asked
        assert {"acas:4f", "acas:26", "acas:28", "pan:12", "pan:13", "lx:3"} <= asked
