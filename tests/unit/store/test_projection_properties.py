"""Read tables are the same live and rebuilt, and say what the case itself says when it is folded."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from casework.cases.model import Case, Letter
from casework.cases.replay import Recorded, replay
from casework.store.rows import ClockRow, LetterRow
from tests.contract.school import dump, on, opened, step
from tests.unit.store.projecting import VIEWS, Facts, Template, fresh, letter, party

DAYS = st.dates(date(2026, 3, 1), date(2026, 6, 30)).map(date.isoformat)
CLOCKS = st.sampled_from(["investigate", "appeal", "notify"])
ROLES = st.lists(
    st.sampled_from(["employee", "witness", "hearing_chair", "companion"]), max_size=3, unique=True
)


@st.composite
def steps(draw: st.DrawFn, parties: list[str]) -> Facts:
    """A step of some strand, with clocks and assignments."""
    strand = draw(st.sampled_from(["procedure", "suspension"]))
    facts = step(
        draw(st.sampled_from(["triaged", "heard", "closed"])),
        strand=strand,
        stage=draw(st.sampled_from(["triaged", "hearing"])),
        day=draw(DAYS | st.just("unknown")),
        final=draw(st.booleans()),
        kind=draw(st.sampled_from(["step_taken", "step_irregular"])),
        stopped=draw(st.lists(CLOCKS, max_size=2, unique=True)),
        clocks=[
            {"clock": clock, "from": draw(DAYS), "due": draw(DAYS)}
            for clock in draw(st.lists(CLOCKS, max_size=2, unique=True))
        ],
        assigned=draw(st.dictionaries(st.sampled_from(parties), ROLES, max_size=2)) if parties else {},
    )
    if draw(st.booleans()):
        facts.pop("stage", None)
    return facts


@st.composite
def letters(draw: st.DrawFn, known: list[str]) -> Facts:
    """An event of a letter's life: of a new one, or of one that was proposed."""
    if not known or draw(st.booleans()):
        known.append(f"l{len(known)}")
        return letter("proposed", known[-1])
    name, day = draw(st.sampled_from(known)), draw(DAYS)
    what = draw(st.sampled_from(["issued", "served", "withdrawn"]))
    more: Facts = {"effective": draw(DAYS), "method": "by_hand"} if what == "served" else {}
    if what == "issued" and len(known) > 1 and draw(st.booleans()):
        more = {"supersedes": draw(st.sampled_from([other for other in known if other != name]))}
    return letter(what, name, day, **more)


@st.composite
def moves(draw: st.DrawFn) -> Facts:
    """A move to another policy, with which strands may begin and clocks end."""
    facts = {
        "kind": "policy_moved",
        "policy": "a",
        "to": draw(st.sampled_from(["a", "b"])),
        "occurred": on(draw(DAYS)),
        "states": draw(st.dictionaries(st.sampled_from(["hold", "referrals"]), st.just("begun"), max_size=2)),
        "final": draw(st.booleans()),
        "stopped": draw(st.lists(CLOCKS, max_size=2, unique=True)),
    }
    return facts | ({"stage": "hearing"} if draw(st.booleans()) else {})


@st.composite
def histories(draw: st.DrawFn) -> list[Facts]:
    """The facts of one case, in an order in which they could have been recorded."""
    history = [opened(day=draw(DAYS | st.just("unknown")))]
    parties: list[str] = []
    proposed: list[str] = []
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(
            st.sampled_from(
                ["party", "roles", "step", "letter", "note", "new", "moved", "corrected", "annulled"]
            )
        )
        targets = [n for n, facts in enumerate(history, 1) if facts["kind"] in _AMENDABLE]
        if kind == "party" or (kind == "roles" and not parties):
            parties.append(f"p{len(parties)}")
            history.append(party(parties[-1], *draw(ROLES), teacher=draw(st.booleans())))
        elif kind == "roles":
            name = draw(st.sampled_from(parties))
            history.append({"kind": "party_roles_changed", "party": name, "roles": draw(ROLES)})
        elif kind == "step":
            history.append(draw(steps(parties)))
        elif kind == "letter":
            history.append(draw(letters(proposed)))
        elif kind == "note":
            history.append({"kind": "note_added", "type": "advice", "occurred": on(draw(DAYS))})
        elif kind == "moved":
            history.append(draw(moves()))
        elif kind == "new" or not targets:
            history.append({"kind": "mediated", "occurred": on(draw(DAYS)), "strand": "procedure", "to": "x"})
        elif kind == "annulled":
            history.append({"kind": "annulled", "event": draw(st.sampled_from(targets))})
        else:
            target = draw(st.sampled_from(targets))
            field = _AMENDABLE[history[target - 1]["kind"]]
            changed = {"to": "closed", "effective": "2026-03-01", "occurred": on(draw(DAYS)), "event": target}
            history.append({"kind": "corrected", "event": target, "replaces": {field: changed[field]}})
    return history


_AMENDABLE = {
    "step_taken": "to",
    "step_irregular": "occurred",
    "letter_served": "effective",
    "note_added": "occurred",
}
"""Kinds that a later event can correct or annul without pulling the ground from under another, and what it corrects."""


@given(one=histories(), other=histories(), data=st.data())
def test_rebuilt_is_equal_to_live(
    template: Template, one: list[Facts], other: list[Facts], data: st.DataObject
) -> None:
    with fresh(template) as (store, school, stream):
        with store.transaction() as tx:
            second = school.new_stream(tx)
        queue = data.draw(st.permutations([stream] * len(one) + [second] * len(other)))
        waiting = {stream: iter(one), second: iter(other)}
        while queue:
            size = data.draw(st.integers(1, len(queue)))
            with store.transaction() as tx:
                school.record(tx, *[(name, next(waiting[name])) for name in queue[:size]])
            queue = queue[size:]
        live = dump(store, only=VIEWS)
        with store.transaction() as tx:
            assert tx.rebuild_views() == len(one) + len(other)
        assert dump(store, only=VIEWS) == live


@given(history=histories())
def test_the_read_tables_say_what_the_case_says(template: Template, history: list[Facts]) -> None:
    with fresh(template) as (store, school, stream):
        for facts in history:
            with store.transaction() as tx:
                school.record(tx, (stream, facts))
        folded = replay(
            [Recorded(n, "2026-03-02T09:31:00.000Z", facts) for n, facts in enumerate(history, 1)]
        )
        with store.read() as reader:
            row = reader.case(stream)
            assert row is not None
            assert (row.reference, row.policy, row.events) == (folded.reference, folded.policy, folded.n)
            assert row.last_occurred == (folded.last_occurred.isoformat() if folded.last_occurred else None)
            assert row.state == folded.states["procedure"]
            assert {state.strand: state.state for state in reader.strand_states(stream)} == folded.states
            assert [(party.party, party.roles) for party in reader.parties(stream)] == [
                (party.id, party.roles) for party in folded.parties.values()
            ]
            assert clocks_of(reader.clocks(stream)) == clocks_of_case(folded)
            assert [standing(row) for row in reader.letters(stream)] == [
                standing_of_case(item) for item in folded.letters.values()
            ]


def clocks_of(rows: list[ClockRow]) -> set[tuple[object, ...]]:
    return {(row.clock, row.n, row.started, row.due, row.stopped, row.stopped_on) for row in rows}


def clocks_of_case(case: Case) -> set[tuple[object, ...]]:
    return {
        (
            *(clock.id, clock.n, clock.counted_from.isoformat(), clock.due.isoformat()),
            *(clock.stopped, clock.stopped_on.isoformat() if clock.stopped_on else None),
        )
        for clock in case.clocks
    }


def standing(row: LetterRow) -> tuple[object, ...]:
    return row.letter, row.status in ("issued", "served"), row.issued, row.served_effective


def standing_of_case(item: Letter) -> tuple[object, ...]:
    service = item.earliest_service
    issued = item.issued_on.isoformat() if item.issued_on else None
    return item.id, item.stands, issued, service.effective.isoformat() if service else None
