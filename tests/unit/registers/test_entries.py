"""Entering, adding to, correcting and annulling entries; what is refused, and what stands afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.base.errors import CaseworkError
from casework.procedure.values import FieldInvalid
from casework.registers import entries
from casework.registers.entries import CannotChange, EntryIncomplete, Written
from casework.registers.model import RegisterEvent, RegisterUnreadable, UnknownEntry, fold
from tests.support.registers import BREACH, CONSENT, DECISION, RECORDED, Writing, sitting


def breaches() -> Writing:
    register = Writing("data-breaches")
    register.take(entries.add(register.sitting, entry="e1", given=BREACH, case="case-1"))
    return register


def test_an_entry_parts_its_words_from_its_facts() -> None:
    written = entries.add(sitting("data-breaches"), entry="e1", given=BREACH, case="case-1")
    assert dict(written.facts) == {
        "kind": "register_entry_added",
        "register": "data-breaches",
        "policy": "policy",
        "recorded_by": {"account": "me", "role": "hr_adviser"},
        "entry": "e1",
        "case": "case-1",
        "values": {"children": True, "special": False, "aware_at": "2026-11-20T15:00"},
        "given": ["consequences", "data", "done", "what"],
    }
    assert written.body == {
        "texts": {name: BREACH[name] for name in ("what", "data", "consequences", "done")}
    }


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(EntryIncomplete) as caught:
        entries.add(sitting("consents"), entry="e1", given={"person": "person-2", "account": "account-1"})
    assert caught.value.details["missing"] == ["scope", "granted_by", "granted_from", "evidence"]
    assert caught.value.message == (
        "The entry is not complete. Missing: What for; Who gave the consent; From which day; What shows it."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"granted_from": "2026-02-30"}, "From which day: there is no such date as 2026-02-30."),
        ({"granted_from": "yesterday"}, "From which day: write it like 2026-03-02."),
        ({"granted_until": "2026-08-31"}, "Until which day, if it ends: this lies before “From which day”."),
        ({"account": "account-2"}, "Which account: there is no such entry that stands."),
        ({"scope": "\x1b[2J"}, "What for: contains characters that cannot be printed."),
        ({"scope": " \u200b "}, "The entry is not complete. Missing: What for."),
        ({"flavour": "sweet"}, "“Consents to use a school account” has no field 'flavour'."),
        ({"person": 7}, "Who may use the account: expected a person."),
    ],
)
def test_a_value_that_cannot_be_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(CaseworkError) as caught:
        entries.add(sitting("consents"), entry="e1", given={**CONSENT, **changes})
    assert caught.value.message.startswith(says)
    assert caught.value.exit_code == 2


def test_what_has_happened_is_not_in_the_future() -> None:
    with pytest.raises(FieldInvalid, match="this lies in the future"):
        entries.add(sitting("data-breaches"), entry="e1", given={**BREACH, "aware_at": "2026-11-23T12:01"})


def test_what_becomes_known_later_is_added_whole() -> None:
    register = breaches()
    entry = register.book.entry(1)
    with pytest.raises(EntryIncomplete) as caught:
        entries.update(register.sitting, entry, {"decision": "not_reportable"})
    assert caught.value.details["missing"] == ["decided_by", "decided_at", "decided_because"]
    register.take(entries.update(register.sitting, entry, DECISION))
    entry = register.book.entry(1)
    assert entry.values["decision"] == "not_reportable"
    assert entry.words["decided_because"] == 2
    with pytest.raises(CannotChange, match="this was entered before"):
        entries.update(register.sitting, entry, {"decision": "reportable"})


def test_a_notice_belongs_to_a_breach_that_is_reported() -> None:
    register = breaches()
    given = {**DECISION, "notified_at": "2026-11-21T10:00"}
    with pytest.raises(FieldInvalid, match="does not apply"):
        entries.update(register.sitting, register.book.entry(1), given)
    register.take(
        entries.update(register.sitting, register.book.entry(1), {**given, "decision": "reportable"})
    )
    assert register.book.entry(1).values["notified_at"] == "2026-11-21T10:00"


def test_a_correction_keeps_the_old_and_needs_a_reason() -> None:
    register = breaches()
    given = {"aware_at": "2026-11-20T14:00", "done": "They confirmed that they deleted it"}
    with pytest.raises(FieldInvalid, match="needs a reason"):
        entries.correct(register.sitting, register.book.entry(1), given, " ")
    register.take(entries.correct(register.sitting, register.book.entry(1), given, "The e-mail says so"))
    entry = register.book.entry(1)
    assert entry.values["aware_at"] == "2026-11-20T14:00"
    assert entry.words["done"] == 2
    assert entry.words["what"] == 1
    assert entry.corrected == (2,)
    assert register.history[0].facts["values"]["aware_at"] == "2026-11-20T15:00"
    with pytest.raises(FieldInvalid, match="stands so already"):
        entries.correct(register.sitting, entry, {"aware_at": "2026-11-20T14:00"}, "Again")
    with pytest.raises(CannotChange, match="not entered yet"):
        entries.correct(register.sitting, entry, {"decision": "reportable"}, "He decided")


def test_an_annulled_entry_keeps_its_number_and_counts_no_more() -> None:
    register = breaches()
    register.take(entries.annul(register.sitting, register.book.entry(1), "It was another school's"))
    register.take(entries.add(register.sitting, entry="e2", given=BREACH))
    assert [entry.number for entry in register.book.standing] == [2]
    assert register.book.entry(1).annulled == 2
    changes: list[Callable[[], Written]] = [
        lambda: entries.update(register.sitting, register.book.entry(1), DECISION),
        lambda: entries.correct(register.sitting, register.book.entry(1), {"children": False}, "No"),
        lambda: entries.annul(register.sitting, register.book.entry(1), "No"),
    ]
    for change in changes:
        with pytest.raises(CannotChange, match="has been annulled"):
            change()


def test_a_gap_is_no_register_and_an_unknown_number_no_entry() -> None:
    register = breaches()
    with pytest.raises(UnknownEntry, match="There is no entry 2 in this register; it has 1"):
        register.book.entry(2)
    with pytest.raises(RegisterUnreadable):
        fold([RegisterEvent(2, RECORDED, register.history[0].facts)])


def test_a_kind_of_tomorrow_is_left_alone() -> None:
    register = breaches()
    unknown = RegisterEvent(2, RECORDED, {"kind": "register_entry_shared", "entry": "e1"})
    assert fold([*register.history, unknown]).entry(1) == register.book.entry(1)
