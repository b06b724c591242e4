"""Read tables follow from envelopes and facts: what each kind does to them, and what cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from casework.base.canonical import canonical_bytes
from casework.ledger.event import Envelope, StoredEvent
from casework.store import Transaction
from casework.store.changes import Redo
from casework.store.errors import StoreDamaged
from casework.store.projection import effects, fold, parse
from casework.store.rows import CaseRow, ClockRow, LetterRow, PartyRow, StrandState, WarningRow
from tests.contract.school import POLICY, School, on, opened, step
from tests.unit.store.projecting import Facts, history_of, letter, party

# One kind after the other


def test_a_case_is_opened_and_moved(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(tx, school, stream, opened(day="2026-02-27"), step("triaged", day="2026-03-05"))
    assert tx.case(stream) == CaseRow(
        stream=stream,
        log=school.log,
        organisation=school.organisation,
        reference="ASH-26-7KQ4",
        policy=POLICY,
        opened="2026-02-27",
        state="triaged",
        stage="triaged",
        closed=False,
        events=2,
        last_recorded="2026-03-02T11:31:00.000Z",
        last_occurred="2026-03-05",
    )
    assert tx.strand_states(stream) == [
        StrandState(stream, "procedure", "triaged", "2026-03-05", 2),
        StrandState(stream, "suspension", "not_suspended", "2026-02-27", 1),
    ]


def test_another_strand_leaves_state_and_stage_alone(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(tx, school, stream, opened(), step("suspended", strand="suspension", final=True))
    row = tx.case(stream)
    assert row is not None
    assert (row.state, row.stage, row.closed) == ("reported", "reported", False)
    assert [state.state for state in tx.strand_states(stream)] == ["reported", "suspended"]


def test_a_case_follows_the_policy_that_it_was_moved_to(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    clock = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}
    moved = {
        "kind": "policy_moved",
        "policy": POLICY,
        "to": "another",
        "occurred": on("2026-03-06"),
        "states": {"hold": "free"},
        "final": False,
        "stage": "triaged",
        "stopped": ["investigate", "paused.investigate"],
    }
    history_of(tx, school, stream, opened(clocks=[clock]), moved)
    row = tx.case(stream)
    assert row is not None
    assert (row.policy, row.state, row.stage, row.closed) == ("another", "reported", "triaged", False)
    assert (row.events, row.last_occurred) == (2, "2026-03-06")
    assert StrandState(stream, "hold", "free", "2026-03-06", 2) in tx.strand_states(stream)
    assert [(item.clock, item.stopped) for item in tx.clocks(stream)] == [("investigate", 2)]


def test_a_step_into_a_state_without_a_stage_keeps_the_stage(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    closing = step("withdrawn", final=True)
    del closing["stage"]
    history_of(tx, school, stream, opened(), step("heard", stage="hearing"), closing)
    row = tx.case(stream)
    assert row is not None
    assert (row.state, row.stage, row.closed) == ("withdrawn", "hearing", True)


def test_a_closed_case_can_be_opened_again(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(tx, school, stream, opened(), step("closed", final=True), step("appealed", stage="appeal"))
    row = tx.case(stream)
    assert row is not None
    assert (row.state, row.closed) == ("appealed", False)


@pytest.mark.parametrize("days", [("2026-03-09", "2026-03-04"), ("2026-03-09", "unknown")])
def test_the_last_occurrence_is_the_latest_not_the_newest(
    case: tuple[Transaction, School, str], days: tuple[str, ...]
) -> None:
    tx, school, stream = case
    history_of(tx, school, stream, opened(), *(step("triaged", day=day) for day in days))
    row = tx.case(stream)
    assert row is not None
    assert row.last_occurred == "2026-03-09"


def test_a_case_opened_on_an_unknown_day_counts_from_the_day_of_recording_in_london(
    case: tuple[Transaction, School, str],
) -> None:
    tx, school, stream = case
    school.now = school.now.replace(month=7, hour=23, minute=30)  # already tomorrow in British summer time
    history_of(tx, school, stream, opened(day="unknown"))
    row = tx.case(stream)
    assert row is not None
    assert (row.opened, row.last_occurred) == ("2026-07-03", None)


def test_clocks_run_are_stopped_and_run_again(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    clock = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}
    again = {"clock": "investigate", "from": "2026-03-10", "due": "2026-03-24"}
    third = {"clock": "investigate", "from": "2026-03-12", "due": "2026-03-26"}
    history_of(
        tx,
        school,
        stream,
        opened(clocks=[clock]),
        step("paused", stopped=["investigate"], clocks=[again], day="2026-03-10"),
        step("stopped", stopped=["investigate"], clocks=[third], day="2026-03-12"),
    )
    assert tx.clocks(stream) == [
        ClockRow(stream, "investigate", 1, "2026-03-02", "2026-03-16", 2, "2026-03-10"),
        ClockRow(stream, "investigate", 2, "2026-03-10", "2026-03-24", 3, "2026-03-12"),
        ClockRow(stream, "investigate", 3, "2026-03-12", "2026-03-26", None, None),
    ]
    assert [clock.n for clock in tx.running_clocks(school.organisation)] == [3]


def test_roles_are_given_changed_and_assigned_by_steps(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(
        tx,
        school,
        stream,
        opened(),
        party("p1", "employee", teacher=True, union_rep=False),
        party("p2", "head_teacher"),
        {"kind": "party_roles_changed", "party": "p1", "roles": ["employee", "witness"]},
        step("investigating", assigned={"p2": ["investigator", "head_teacher"]}),
    )
    assert tx.parties(stream) == [
        PartyRow(stream, "p1", ("employee", "witness"), ("teacher",), 2),
        PartyRow(stream, "p2", ("head_teacher", "investigator"), (), 3),
    ]


def test_a_letter_goes_its_way(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    expected = LetterRow(stream, "l1", "hearing-invitation", "p1", "proposed", None, None, 2)
    history_of(tx, school, stream, opened(), letter("proposed"))
    assert tx.letters(stream) == [expected]
    for facts, changes in (
        (letter("issued"), {"status": "issued", "issued": "2026-03-04"}),
        (letter("served", effective="2026-03-06"), {"status": "served", "served_effective": "2026-03-06"}),
        (letter("served", effective="2026-03-09"), {}),
        (letter("served", effective="2026-03-05"), {"served_effective": "2026-03-05"}),
        (letter("superseded"), {"status": "superseded"}),
        (letter("served", effective="2026-03-08"), {}),
    ):
        history_of(tx, school, stream, facts)
        expected = replace(expected, **changes)  # type: ignore[arg-type]
        assert tx.letters(stream) == [expected]


def test_a_letter_takes_the_place_of_another_or_is_withdrawn(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(
        tx,
        school,
        stream,
        *(opened(), letter("proposed"), letter("issued"), letter("proposed", "l2")),
        *(letter("issued", "l2", supersedes="l1"), letter("withdrawn", "l2")),
    )
    assert [row.status for row in tx.letters(stream)] == ["superseded", "withdrawn"]


def test_warnings_live_in_the_persons_file(case: tuple[Transaction, School, str]) -> None:
    tx, school, _ = case
    file_of = school.new_stream(tx, "person")
    warning = {
        "kind": "warning_recorded",
        "level": "final",
        "live_from": "2026-03-03",
        "live_until": "2027-03-02",
    }
    history_of(tx, school, file_of, warning, warning | {"level": "first"}, {"kind": "annulled", "event": 2})
    history_of(
        tx, school, file_of, {"kind": "corrected", "event": 1, "replaces": {"live_until": "2026-09-02"}}
    )
    assert tx.warnings(file_of) == [WarningRow(file_of, 1, "final", "2026-03-03", "2026-09-02")]
    assert tx.case(file_of) is None


def test_a_warning_that_an_appeal_ends_leaves_the_list(case: tuple[Transaction, School, str]) -> None:
    tx, school, _ = case
    file_of = school.new_stream(tx, "person")
    warning = {
        "kind": "warning_recorded",
        "level": "final",
        "live_from": "2026-03-03",
        "live_until": "2027-03-02",
    }
    history_of(
        tx, school, file_of, warning, warning, {"kind": "warning_ended", "warning": 1, "on": "2026-05-12"}
    )
    assert [row.n for row in tx.warnings(file_of)] == [2]
    history_of(tx, school, file_of, {"kind": "annulled", "event": 3})
    assert [row.n for row in tx.warnings(file_of)] == [1, 2]


def test_changed_details_change_the_flags_and_nothing_else(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    joined = {"kind": "party_added", "party": "p1", "roles": ["employee"], "flags": {"teacher": True}}
    changed = {"kind": "party_details_changed", "party": "p1", "flags": {"head": True}}
    history_of(tx, school, stream, opened(), joined, changed)
    (party,) = tx.parties(stream)
    assert (party.roles, party.flags, party.n) == (("employee",), ("head",), 2)
    history_of(tx, school, stream, {"kind": "annulled", "event": 3})
    assert [party.flags for party in tx.parties(stream)] == [("teacher",)]


def test_a_correction_puts_new_facts_in_the_place_of_old_ones(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(
        tx, school, stream, opened(), step("triaged", day="2026-03-30"), step("heard", stage="hearing")
    )
    history_of(
        tx, school, stream, {"kind": "corrected", "event": 2, "replaces": {"occurred": on("2026-03-04")}}
    )
    row = tx.case(stream)
    assert row is not None
    assert (row.state, row.stage, row.last_occurred, row.events) == ("heard", "hearing", "2026-03-04", 4)
    assert tx.strand_states(stream)[0].n == 3


def test_what_is_annulled_counts_as_not_there(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    clock = {"clock": "appeal", "from": "2026-03-03", "due": "2026-03-10"}
    history_of(tx, school, stream, opened(), step("dismissed", stage="outcome", final=True, clocks=[clock]))
    before = tx.case(stream)
    history_of(tx, school, stream, {"kind": "annulled", "event": 2, "occurred": on("2026-03-20")})
    after = tx.case(stream)
    assert before is not None
    assert after is not None
    assert (before.state, before.closed) == ("dismissed", True)
    assert (after.state, after.stage, after.closed, after.events) == ("reported", "reported", False, 3)
    assert (after.last_occurred, tx.clocks(stream)) == ("2026-03-02", [])


def test_a_correction_that_is_annulled_changes_nothing(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    history_of(
        tx,
        school,
        stream,
        *(opened(), step("triaged"), {"kind": "corrected", "event": 2, "replaces": {"to": "closed"}}),
        {"kind": "annulled", "event": 3},
    )
    row = tx.case(stream)
    assert row is not None
    assert row.state == "triaged"


def test_an_unknown_kind_is_counted_and_otherwise_ignored(case: tuple[Transaction, School, str]) -> None:
    tx, school, stream = case
    later = {"kind": "mediated", "occurred": on("2030-01-01"), "clocks": 7, "strand": "procedure", "to": "x"}
    history_of(tx, school, stream, opened(), later)
    row = tx.case(stream)
    assert row is not None
    assert (row.state, row.events, row.last_occurred) == ("reported", 2, "2026-03-02")


# What cannot be read


def stored(facts: bytes | None, envelope: bytes = b"") -> StoredEvent:
    hashes = ("0" * 64,) * 3
    made = Envelope("l", 0, "s", 1, "c", "2026-03-02T09:31:00.000Z", *hashes)
    return StoredEvent("l", 0, "s", 1, envelope or made.to_bytes(), None, facts, None)


def test_the_members_that_are_needed_are_read_from_an_envelope() -> None:
    event = parse(stored(b"{}"))
    assert (event.known, event.command, event.recorded) == (True, "c", "2026-03-02T09:31:00.000Z")


def test_an_envelope_of_a_later_version_is_ignored() -> None:
    event = parse(stored(b"\xff not even facts", canonical_bytes({"v": 2, "kind": "case_opened"})))
    assert not event.known
    assert effects(event, "school") == []


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "annulled"},
        {"kind": "annulled", "event": [1]},
        {"kind": "corrected", "event": 1},
        {"kind": "corrected", "event": 2, "replaces": {}},
        {"kind": "corrected", "event": 1, "replaces": 7},
        {"kind": "corrected", "event": {}, "replaces": {}},
    ],
)
def test_amendments_that_cannot_be_read_are_damage(facts: Facts) -> None:
    event = parse(stored(json.dumps(facts).encode()))
    assert effects(event, "school") == [Redo("s", 1)]
    with pytest.raises(StoreDamaged, match="Event 1 of stream s"):
        fold([event], "school")


@pytest.mark.parametrize("envelope", [b"{}", b"nothing", b'{"v":1}', "text"])
def test_an_envelope_that_is_none_is_damage(envelope: bytes) -> None:
    with pytest.raises(StoreDamaged, match="Event 1 of stream s"):
        parse(stored(b"{}", envelope))


@pytest.mark.parametrize("facts", [b"", b"[]", b"\xff", b"{", b"7", b'{"kind":[]}', "text"])
def test_facts_that_are_none_are_damage(facts: bytes) -> None:
    with pytest.raises(StoreDamaged, match="cannot be read"):
        parse(stored(facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "case_opened"},
        opened() | {"states": {"suspension": "x"}},
        opened() | {"occurred": 7},
        {"kind": "step_taken", "strand": "procedure"},
        step("triaged") | {"clocks": [{"clock": "a"}]},
        {"kind": "party_added", "party": "p1"},
        {"kind": "party_details_changed", "flags": {}},
        {"kind": "letter_served", "letter": "l1"},
        {"kind": "warning_recorded", "level": "final"},
        {"kind": "warning_ended", "on": "2026-05-12"},
    ],
)
def test_facts_that_lack_what_their_kind_has_are_damage(facts: Facts) -> None:
    event = parse(stored(json.dumps(facts).encode()))
    with pytest.raises(StoreDamaged) as refused:
        effects(event, "school")
    assert "casework audit verify" in refused.value.remedy


def test_erased_facts_leave_the_count() -> None:
    assert len(effects(parse(stored(None)), "school")) == 1
