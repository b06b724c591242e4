"""Whom a case lets in, as its facts say: folded, replayed, and never annulled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.amend import CannotAmend, annul
from casework.cases.fields import FieldInvalid
from casework.cases.reader_acts import let_in, let_out
from casework.cases.readers import Reader, opening_facts
from casework.cases.replay import Recorded, replay
from tests.support.judging import told

BY = {"party": "p1", "role": "hr_adviser"}
HEAD = Reader("head", "part", ("deliberations", "main"), "p2")
DEPUTY = Reader("deputy", "deputy", since=date(2026, 3, 4), until=date(2026, 3, 6))


def case_of(*facts: dict[str, Any]) -> Any:
    opened = {
        **{"kind": "case_opened", "reference": "ASH-26-7KQ4", "policy": "", "calendar": ""},
        **{"catalogues": [], "states": {}, **opening_facts([Reader("me", "opened")], ["subject"])},
    }
    return replay([Recorded(n, "", item) for n, item in enumerate((opened, *facts), start=1)])


def test_a_case_opens_with_its_readers_and_those_who_are_shut_out() -> None:
    case = case_of()
    assert (dict(case.readers), case.shut_out) == ({"me": Reader("me", "opened", n=1)}, {"subject"})


def test_letting_in_and_out_is_folded_in_order() -> None:
    into = [let_in(item, name="N", reason="Why", recorder=BY).facts for item in (HEAD, DEPUTY)]
    case = case_of(*map(dict, into))
    assert case.readers["head"] == Reader("head", "part", ("deliberations", "main"), "p2", n=2)
    assert [case.readers["deputy"].reads(date(2026, 3, day)) for day in (3, 4, 6, 7)] == [
        False,
        True,
        True,
        False,
    ]
    out = dict(let_out("head", "named", name="N", reason="Why", recorder=BY).facts)
    party = dict(let_out("deputy", "party", name="N", reason="Why", recorder=BY).facts)
    case = case_of(*map(dict, into), out, party)
    assert (set(case.readers), case.shut_out) == ({"me"}, {"subject", "deputy"})


def test_a_reader_is_read_from_facts_as_it_was_written() -> None:
    for item in (HEAD, DEPUTY):
        assert Reader.from_facts(item.to_facts(), 0) == item


def test_a_reason_is_needed() -> None:
    with pytest.raises(FieldInvalid, match="reason"):
        let_in(HEAD, name="N", reason=" ", recorder=BY)
    with pytest.raises(FieldInvalid, match="reason"):
        let_out("head", "named", name="N", reason="", recorder=BY)


def test_letting_in_is_undone_by_letting_out_and_never_annulled() -> None:
    core = told()
    facts = dict(let_in(HEAD, name="N", reason="Why", recorder=BY).facts)
    history = [*core.history, Recorded(len(core.history) + 1, core.history[-1].recorded, facts)]
    with pytest.raises(CannotAmend) as refused:
        annul(
            history,
            event=len(history),
            reason="A mistake",
            recorder=BY,
            policies={},
            context=core.context,
        )
    assert "let-out" in refused.value.remedy
