"""What was appended is read back, and what an append refuses."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, null, update

from casework.base.errors import Conflict
from casework.base.ids import new_id
from casework.ledger.errors import ClockBehind
from casework.store import Store
from casework.store.append import _ADD_EVENT
from casework.store.errors import AlreadyRecorded, Overtaken
from casework.store.logs import PAGE
from casework.store.rows import (
    Log,
    Recorded,
    Stream,
)
from casework.store.schema import events
from casework.store.statement import Statement
from tests.contract.school import School, dump, opened, step
from tests.contract.suite_base import (
    ERASE,
    StoreFixtures,
    add_access_log,
)


class LedgerSuite(StoreFixtures):
    """Logs, heads, streams and events."""

    # What was appended

    def test_what_is_appended_is_read_back_byte_for_byte_and_verifies(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.transaction() as tx:
            appended = school.record(tx, (case, step("triaged")), (case, step("investigated")))
        with store.read() as reader:
            assert reader.head(school.log) == appended.head
            assert reader.newest_note(school.log) == appended.note
            assert reader.newest_n(case) == 3
            assert reader.events_of(case, after=1) == appended.events
            assert reader.events_of(case, after=1, until=2) == appended.events[:1]
            assert reader.event_at(school.log, 2) == appended.events[1]
            assert [event.envelope for event in reader.events(school.log)] == list(
                reader.envelopes(school.log)
            )
            assert len(list(reader.heads(school.log))) == 2
            assert school.verify(reader).size == 3

    def test_one_append_leaves_one_signed_head_and_the_newest_is_the_newest_there_is(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.transaction() as tx:
            first = school.record(tx, (case, step("triaged")), (case, step("investigated")))
        with store.transaction() as tx:
            second = school.record(tx, (case, step("hearing")))
            assert list(tx.heads(school.log, start=1)) == [first.note, second.note]
            tx._run(
                Statement(
                    lambda: update(events).where(events.c.pos == bindparam("at")).values(head=null()), "at"
                ),
                (3,),
            )
            assert tx.newest_note(school.log) == first.note

    def test_what_is_not_there_is_none_or_empty(self, store: Store, school: School) -> None:
        with store.read() as reader:
            nothing: list[object] = [
                *(reader.head("x"), reader.stream("x"), reader.event_at(school.log, 0), reader.case("x")),
                *(reader.newest_note(school.log), reader.policy("x"), reader.catalogue("x")),
                *(reader.calendar("x"), reader.organisation("x"), reader.person("x"), reader.account("x")),
                *(reader.file("x"), reader.log_of("x", "cases"), reader.case_called("x", "ASH-26-0000")),
            ]
            empty: list[object] = [
                *(reader.events_of("x"), list(reader.envelopes("x")), list(reader.heads("x"))),
                *(reader.find_command("x"), reader.keys_of("x"), reader.wraps_for("x"), reader.files_of("x")),
                *(list(reader.file_chunks("x")), reader.cases("x"), reader.running_clocks("x")),
            ]
        assert nothing == [None] * len(nothing)
        assert empty == [[]] * len(empty)

    def test_logs_and_streams_are_found(self, store: Store, school: School, case: str) -> None:
        with store.transaction() as tx:
            file_of = school.new_stream(tx, "person", ref="person-1")
        signer = school.signer
        log = Log(school.log, school.organisation, "cases", signer.name, signer.public_key)
        with store.read() as reader:
            assert reader.logs() == [log]
            assert reader.log_of(school.organisation, "cases") == log
            assert reader.stream(case) == Stream(case, school.log, "case", None)
            assert reader.streams(school.log, "person") == reader.streams_about("person-1")
            assert [stream.stream for stream in reader.streams_about("person-1")] == [file_of]

    def test_a_long_history_is_read_whole_and_in_flat_memory(
        self, store: Store, school: School, case: str
    ) -> None:
        count = 4 * PAGE + 1
        with store.transaction() as tx:
            school.record(tx, *[(case, step("triaged"))] * (count - 1))
        with store.read() as reader:
            assert school.verify(reader).size == count
            assert sum(1 for _ in reader.envelopes(school.log, start=PAGE)) == count - PAGE
            assert [event.pos for event in reader.events(school.log, start=count - 2)] == [
                count - 2,
                count - 1,
            ]
            one_page = self._peak(lambda: [*zip(range(PAGE), reader.events(school.log), strict=False)])
            every_page = self._peak(lambda: sum(1 for _ in reader.events(school.log)))
        assert every_page < 2.5 * one_page

    def _peak(self, work: Callable[[], object]) -> int:
        tracemalloc.start()
        work()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    def test_facts_that_are_handed_over_are_told_like_those_that_are_read(
        self, store: Store, school: School, case: str
    ) -> None:
        facts = [step("triaged", stage="triaged", day="2026-03-04"), step("suspended", strand="suspension")]
        with store.transaction() as tx:
            head = tx.head(school.log)
            assert head is not None
            made = school.make(head, {case: 1}, *((case, fact) for fact in facts))
            tx.append(made.events, made.head, made.note, facts=facts)
        live = dump(store)
        with store.transaction() as tx:
            assert tx.rebuild_views() == 3
        assert dump(store) == live
        with store.read() as reader:
            assert [(row.strand, row.state) for row in reader.strand_states(case)] == [
                ("procedure", "triaged"),
                ("suspension", "suspended"),
            ]

    # What an append refuses

    def test_the_same_command_is_found_and_not_recorded_twice(
        self, store: Store, school: School, case: str
    ) -> None:
        command = new_id(school.dice)
        with store.transaction() as tx:
            assert tx.find_command(command) == []
            school.record(tx, (case, step("triaged")), (case, step("investigated")), command=command)
        recorded = [Recorded(school.log, 1, case, 2), Recorded(school.log, 2, case, 3)]
        before = dump(store)
        with pytest.raises(AlreadyRecorded) as refused, store.transaction() as tx:
            assert tx.find_command(command) == recorded
            school.record(tx, (case, step("triaged")), command=command)
        assert refused.value.details["recorded"] == recorded
        assert dump(store) == before

    def test_numbers_go_on_within_a_transaction(self, store: Store, school: School, case: str) -> None:
        with store.transaction() as tx:
            first = school.record(tx, (case, step("triaged")))
            second = school.make(first.head, {case: 1}, (case, step("investigated")))
            with pytest.raises(Overtaken) as refused:  # as if nothing had been recorded just now
                tx.append(second.events, second.head, second.note)
        assert refused.value.details == {"stream": case, "newest": 2}

    def test_one_command_may_append_twice_in_its_own_transaction(
        self, store: Store, school: School, case: str
    ) -> None:
        command = new_id(school.dice)
        with store.transaction() as tx:
            school.record(tx, (case, step("triaged")), command=command)
            school.record(tx, (case, step("investigated")), command=command)
        with store.read() as reader:
            assert school.verify(reader).size == 3

    def test_a_number_that_is_taken_is_a_conflict(self, store: Store, school: School, case: str) -> None:
        with pytest.raises(Overtaken) as refused, store.transaction() as tx:
            head = tx.head(school.log)
            assert head is not None
            stale = school.make(head, {case: 0}, (case, step("triaged")))
            tx.append(stale.events, stale.head, stale.note)
        assert refused.value.details == {"stream": case, "newest": 1}

    @pytest.mark.parametrize(("pos", "n"), [(1, 1), (0, 2)])
    def test_the_database_itself_refuses_a_second_event_in_a_place(
        self, store: Store, school: School, case: str, pos: int, n: int
    ) -> None:
        row = (school.log, pos, case, n, new_id(school.dice), b"{}", None, None, None, None)
        with pytest.raises(Conflict), store.transaction() as tx:
            tx._run(_ADD_EVENT, row)

    @pytest.mark.parametrize("defect", ["nothing", "gap in log", "gap in stream", "other log", "commands"])
    def test_events_that_do_not_fit_together_are_a_defect(
        self, store: Store, school: School, case: str, defect: str
    ) -> None:
        before = dump(store)
        with pytest.raises(ValueError, match=r"event"), store.transaction() as tx:
            head = tx.head(school.log)
            assert head is not None
            made = school.make(head, {case: 1}, (case, step("a")), (case, step("b")), (case, step("c")))
            gone = school.make(head, {case: 2}, (case, step("a")))
            more = school.make(made.head, {case: 4}, (case, step("d")))
            other = type(head)(new_id(school.dice), head.origin, 4, head.frontier, head.last_recorded)
            appended, after = {
                "nothing": ([], head),
                "gap in log": ([made.events[0], made.events[2]], made.head),
                "gap in stream": (gone.events, gone.head),
                "other log": (made.events, other),
                "commands": ([*made.events, *more.events], more.head),
            }[defect]
            tx.append(appended, after, made.note)
        assert dump(store) == before

    def test_an_event_of_an_unknown_stream_is_refused_by_the_database(
        self, store: Store, school: School
    ) -> None:
        before, error = dump(store), store._backend.error
        with pytest.raises(error), store.transaction() as tx:
            school.record(tx, (new_id(school.dice), opened()))
        assert dump(store) == before

    def test_a_clock_behind_the_log_leaves_nothing(self, store: Store, school: School, case: str) -> None:
        before = dump(store)
        school.now = school.now.replace(year=2025)
        with pytest.raises(ClockBehind), store.transaction() as tx:
            school.record(tx, (case, step("triaged")))
        assert dump(store) == before

    def test_a_second_log_of_the_same_name_is_refused(self, store: Store, school: School) -> None:
        with store.transaction() as tx:
            add_access_log(school, tx)
        with pytest.raises(Overtaken), store.transaction() as tx:
            add_access_log(school, tx)

    # Erased events

    def test_an_erased_event_keeps_its_envelope_and_the_log_verifies(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.transaction() as tx:
            school.record(tx, (case, step("triaged")))
            tx._run(ERASE, (school.log, 1))
            tx.rebuild_views()
        with store.read() as reader:
            event = reader.event_at(school.log, 1)
            assert event is not None
            assert (event.facts_salt, event.facts, event.sealed) == (None, None, None)
            assert school.verify(reader).size == 2
            row = reader.case(case)
        assert row is not None
        assert (row.state, row.events) == ("reported", 2)
