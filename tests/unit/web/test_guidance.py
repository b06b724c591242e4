"""What the pages tell a head teacher for each stage: complete, sourced, short and plain."""

from __future__ import annotations

import re

from casework.base.resources import workflows_dir
from casework.procedure.load import load_policy
from casework.procedure.model import STAGES
from casework.web.guidance import Advice, Today, guidance

EVERY: list[Today] = [
    *guidance().stages.values(),
    *guidance().states.values(),
    *guidance().beside,
]
SENTENCES: list[Advice] = [advice for item in EVERY for advice in (*item.must, *item.must_not, *item.say)]


def test_every_stage_has_something_to_do_not_to_do_and_to_say() -> None:
    assert set(guidance().stages) == set(STAGES)
    assert all(item.must and item.must_not and item.say for item in EVERY)


def test_every_sentence_rests_on_a_rule_and_what_is_beside_on_a_strand_that_there_is() -> None:
    policy = load_policy(workflows_dir() / "england-maintained")
    assert {cite for advice in SENTENCES for cite in advice.cites} <= set(policy.rules)
    assert set(guidance().states) <= set(policy.strands[policy.main_strand].states)
    for item in guidance().beside:
        assert set(item.states) <= set(policy.strands[item.strand].states)


def test_it_is_read_in_a_corridor_so_that_sentences_and_words_are_short() -> None:
    for advice in SENTENCES:
        for sentence in re.split(r"(?<=[.!?:])\s+", advice.do):
            assert len(sentence.split()) <= 20, sentence
        assert not re.search(r"\b(clause|breach|pursuant|strand|stage|requirement)\b", advice.do)
