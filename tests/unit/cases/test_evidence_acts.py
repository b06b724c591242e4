"""What becomes of evidence after it came: versions, the check that locks it, redacted copies, where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.base.time import parse_occurred
from casework.cases import evidence_acts
from casework.cases.acts import UnknownItem
from casework.cases.evidence_acts import EvidenceLocked, Post, Provenance
from casework.cases.fields import FieldInvalid
from casework.cases.request import Decision
from tests.support.core import Core
from tests.support.judging import told

FILE = {"id": "f", "sealed_sha256": "00"}
LOG = [{"where": "page 2", "what": "name of a pupil", "why": "not needed"}]


def common(core: Core, **asked: Any) -> dict[str, Any]:
    return {"occurred": core.today, "recorder": core.by, "context": core.context, **asked}


def add(core: Core, type_: str = "statement", file: Any = FILE, **asked: Any) -> str:
    item = core.new_id("evidence")
    given = {"points": "for", "supports": [], "words": {"title": "x"}, "file": file, **common(core), **asked}
    core.record(evidence_acts.add_evidence(core.case, evidence=item, type_=type_, **given))
    return item


def revise(core: Core, item: str, **asked: Any) -> Decision:
    return evidence_acts.revise_evidence(
        core.case, evidence=item, **common(core, file=FILE, words={}, **asked)
    )


def check(core: Core, item: str, outcome: str = "agreed", **asked: Any) -> Decision:
    given = {"file": None, "words": {"by": "Lena Petrov"}, **common(core), **asked}
    return evidence_acts.check_evidence(core.case, evidence=item, outcome=outcome, **given)


def redact(core: Core, item: str, **asked: Any) -> Decision:
    given = {"file": FILE, "log": LOG, "words": {}, **common(core), **asked}
    return evidence_acts.redact_evidence(core.case, evidence=item, **given)


def test_a_version_stands_beside_the_earlier_ones_until_the_check_locks_it() -> None:
    core = told()
    item = add(core)
    first = core.case.evidence[item]
    core.record(revise(core, item))
    second = core.case.evidence[item]
    assert (first.newest, second.file, second.newest) == (first.n, first.n, core.case.n)
    core.record(check(core, item))
    assert core.case.evidence[item].locked
    with pytest.raises(EvidenceLocked, match="locked"):
        revise(core, item)
    core.record(check(core, item, "corrected", words={"corrections": "It was the Tuesday"}))
    assert len(core.case.evidence[item].checks) == 2
    assert core.case.evidence[item].newest == second.newest


def test_what_came_before_the_allegations_is_linked_to_them_later() -> None:
    core = told()
    item, allegation = add(core), core.allege()

    def link(**asked: Any) -> Decision:
        given = {"supports": [allegation], "points": "against", "reason": "", **asked}
        return evidence_acts.link_evidence(
            core.case, evidence=item, recorder=core.by, context=core.context, **given
        )

    for wrong in ({"supports": ["none"]}, {"points": "sideways"}):
        with pytest.raises(FieldInvalid):
            link(**wrong)
    core.record(check(core, item))
    core.record(link(reason="Shown to her"))
    found = core.case.evidence[item]
    assert (found.supports, found.points, found.locked) == ((allegation,), "against", True)
    with pytest.raises(FieldInvalid, match="on record"):
        link()
    core.record(link(supports=[]))
    assert core.case.evidence[item].supports == ()


def test_a_redacted_copy_stands_beside_the_original() -> None:
    core = told()
    item = add(core)
    decision = redact(core, item, words={"original_sha256": "ab"})
    core.record(decision)
    assert decision.facts["places"] == 1
    assert "original_sha256" in decision.body and "original_sha256" not in decision.facts
    kept = core.case.evidence[item]
    assert (kept.redacted, kept.newest) == (core.case.n, kept.n)


def test_facts_say_the_kinds_and_the_body_holds_the_words() -> None:
    core = told()
    post = Post("repost", "live", "https://social.example/p/1", "@somebody", "about 300 followers")
    origin = Provenance(
        "employee",
        "J Blake",
        parse_occurred("2026-02-20T09:40"),
        "R Adeyemi",
        "Shown",
        "public_task",
        "limited",
        post,
    )
    decision = evidence_acts.add_evidence(
        core.case,
        evidence="e",
        type_="screenshot",
        points="against",
        supports=[],
        words={"title": "The post"},
        file=None,
        provenance=origin,
        **common(core),
    )
    facts = decision.facts
    assert (facts["supplied"], facts["basis"], facts["visibility"]) == ("employee", "public_task", "limited")
    assert facts["post"] == {"authorship": "repost", "live": "live"}
    assert facts["captured"] == {"precision": "minute", "date": "2026-02-20", "time": "09:40"}
    assert set(decision.body) == {
        "title",
        "method",
        "supplier",
        "captured_by",
        "address",
        "account",
        "audience",
    }
    assert not any(word in str(facts) for word in ("Blake", "Adeyemi", "social.example", "somebody"))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda core: revise(core, add(core, "document")), "Only statements and interview notes are revised"),
        (lambda core: check(core, add(core, "image")), "Only statements and interview notes are checked"),
        (lambda core: check(core, add(core), "maybe"), "no outcome of a check 'maybe'"),
        (lambda core: check(core, add(core), "disputed"), "what the person corrects or disputes"),
        (lambda core: redact(core, add(core, file=None)), "no file that could be redacted"),
        (lambda core: redact(core, add(core), log=[]), "needs its log"),
        (lambda core: redact(core, add(core), log=[{**LOG[0], "why": " "}]), "needs its log"),
        (lambda core: redact(core, add(core), occurred=parse_occurred("2026-03-03")), "in the future"),
        (
            lambda core: add(core, provenance=Provenance("nobody")),
            "no side that evidence comes from 'nobody'",
        ),
        (lambda core: add(core, provenance=Provenance(basis="curiosity")), "no lawful basis 'curiosity'"),
        (lambda core: add(core, provenance=Provenance(visibility="private")), "how it was come by"),
        (lambda core: add(core, provenance=Provenance(post=Post("gossip"))), "no authorship 'gossip'"),
        (
            lambda core: add(core, provenance=Provenance(captured=parse_occurred("2026-03-03"))),
            "in the future",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(act: Callable[[Core], Any], says: str) -> None:
    with pytest.raises(FieldInvalid, match=says):
        act(told())


@pytest.mark.parametrize("act", [revise, check, redact])
def test_an_item_that_is_not_there_is_unknown(act: Callable[[Core, str], Decision]) -> None:
    with pytest.raises(UnknownItem):
        act(told(), "nowhere")
