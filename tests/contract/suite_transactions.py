"""All of it or none of it, and what writers and readers beside one another see."""

from __future__ import annotations

import threading

import pytest

from casework.base.ids import new_id
from casework.store import Store, ahead
from casework.store.errors import Overtaken, StoreDamaged
from casework.store.rows import (
    Key,
)
from tests.contract.school import School, dump, opened, step
from tests.contract.suite_base import (
    SPOIL,
    WRITES,
    StoreFixtures,
    in_threads,
)


def _record_a_step(store: Store, school: School, case: str) -> None:
    with store.transaction() as tx:
        school.record(tx, (case, step("triaged")))


class TransactionSuite(StoreFixtures):
    """Transactions and readers."""

    # A look: one snapshot for whatever a thread reads meanwhile

    def test_what_is_read_within_a_look_is_read_from_its_snapshot_and_what_was_asked_ahead_is_not_asked_again(
        self, store: Store, school: School, case: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with store.look(ahead.newest_n(case)) as look:
            before = look.newest_n(case)
            in_threads([lambda: _record_a_step(store, school, case)])
            with store.read() as reader:
                assert reader is look
                assert reader.newest_n(case) == before
                assert len(reader.events_of(case)) == before
            monkeypatch.setattr(look, "_execute", None)
            assert look.newest_n(case) == before
        with store.read() as reader:
            assert reader.newest_n(case) == before + 1

    def test_nothing_is_recorded_within_a_look(self, store: Store, school: School, case: str) -> None:
        with store.look(), pytest.raises(RuntimeError, match="end the look first"), store.transaction():
            pass
        _record_a_step(store, school, case)

    # All of it or none of it

    @pytest.mark.parametrize("write", WRITES)
    def test_an_error_undoes_everything(self, store: Store, school: School, case: str, write: str) -> None:
        before = dump(store)
        with pytest.raises(KeyboardInterrupt), store.transaction() as tx:
            WRITES[write](school, tx, case)
            raise KeyboardInterrupt
        assert dump(store) == before
        with store.transaction() as tx:
            WRITES[write](school, tx, case)
        assert (dump(store) != before) is (write != "views")

    def test_an_error_that_was_swallowed_is_not_committed(
        self, store: Store, school: School, case: str
    ) -> None:
        before = dump(store)
        with pytest.raises(RuntimeError, match="nothing was recorded"), store.transaction() as tx:
            tx.put_calendar("3" * 64, b"{}")
            with pytest.raises(StoreDamaged):
                school.record(tx, (case, step("triaged") | {"assigned": 7}))
        assert dump(store) == before

    def test_a_statement_that_failed_and_was_swallowed_is_not_committed(
        self, store: Store, school: School, case: str
    ) -> None:
        before = dump(store)
        with pytest.raises(RuntimeError, match="nothing was recorded"), store.transaction() as tx:
            tx.put_calendar("3" * 64, b"{}")
            with pytest.raises(Overtaken):
                tx.add_key(Key("k1", case, "main", 1))
        assert dump(store) == before

    def test_a_rebuild_that_fails_half_way_is_not_committed(
        self, store: Store, school: School, case: str
    ) -> None:
        before = dump(store)
        with pytest.raises(RuntimeError, match="nothing was recorded"), store.transaction() as tx:
            tx._run(SPOIL, (b"[]", school.log, 0))
            with pytest.raises(StoreDamaged):
                tx.rebuild_views()
        assert dump(store) == before

    def test_an_append_that_was_refused_can_be_made_again_in_the_same_transaction(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.transaction() as tx:
            head, other = tx.head(school.log), school.new_stream(tx)
            assert head is not None
            stale = school.make(head, {other: 0, case: 0}, (other, opened()), (case, step("triaged")))
            with pytest.raises(Overtaken):
                tx.append(stale.events, stale.head, stale.note)
            fresh = school.make(head, {other: 0, case: 1}, (other, opened()), (case, step("triaged")))
            tx.append(fresh.events, fresh.head, fresh.note)
            assert school.verify(tx).size == 3

    def test_nothing_works_after_the_end(self, store: Store, school: School) -> None:
        with store.transaction() as tx:
            pass
        with store.read() as reader:
            pass
        for ended in (lambda: tx.head(school.log), lambda: reader.logs(), lambda: tx.put_calendar("c", b"")):
            with pytest.raises(RuntimeError, match="ended"):
                ended()

    def test_a_closed_store_cannot_be_used(self, store: Store) -> None:
        store.close()
        store.close()
        with pytest.raises(RuntimeError, match="closed"), store.read():
            pass

    # Writers and readers beside one another

    def test_two_writers_never_link_to_the_same_predecessor(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.read() as reader:
            head = reader.head(school.log)
        assert head is not None
        with store.transaction() as tx:
            other = school.new_stream(tx)
        first = school.make(head, {case: 1}, (case, step("triaged")))
        second = school.make(head, {other: 0}, (other, opened("ASH-26-0002")))
        with store.transaction() as tx:
            tx.append(first.events, first.head, first.note)
        before = dump(store)
        with pytest.raises(Overtaken), store.transaction() as tx:
            tx.append(second.events, second.head, second.note)
        assert dump(store) == before

    def test_a_writer_cannot_leave_positions_out(self, store: Store, school: School, case: str) -> None:
        with pytest.raises(Overtaken), store.transaction() as tx:
            head = tx.head(school.log)
            assert head is not None
            other = school.new_stream(tx)
            skipped = school.make(head, {case: 1}, (case, step("triaged")))
            after = school.make(skipped.head, {other: 0}, (other, opened("ASH-26-0002")))
            tx.append(after.events, after.head, after.note)

    def test_writers_in_a_race_leave_one_unbroken_log(self, store: Store, school: School) -> None:
        each, rounds, problems = 4, 12, list[BaseException]()

        def write() -> None:
            try:
                for _ in range(rounds):
                    with store.transaction() as tx:
                        school.record(tx, (school.new_stream(tx), opened()))
            except BaseException as problem:
                problems.append(problem)

        in_threads([write] * each)
        assert not problems
        with store.read() as reader:
            assert school.verify(reader).size == each * rounds

    def test_a_reader_never_sees_a_gap_that_is_filled_later(
        self, store: Store, school: School, case: str
    ) -> None:
        done, seen, problems = threading.Event(), list[int](), list[str]()

        def write() -> None:
            for _ in range(30):
                with store.transaction() as tx:
                    school.record(tx, (case, step("triaged")), (case, step("triaged")))
            done.set()

        def read() -> None:
            last = False
            while not last:
                last = done.is_set()
                with store.read() as reader:
                    head = reader.head(school.log)
                    positions = [event.pos for event in reader.events(school.log)]
                assert head is not None
                if positions != list(range(head.size)):
                    problems.append(f"{head.size}: {positions}")
                seen.append(head.size)

        in_threads([write, read])
        assert not problems
        assert seen == sorted(seen)
        assert seen[-1] == 61

    def test_a_reader_stays_with_its_snapshot(self, store: Store, school: School, case: str) -> None:
        with store.read() as reader:
            with store.transaction() as tx:
                school.record(tx, (case, step("triaged")))
            assert reader.newest_n(case) == 1
            assert [row.state for row in reader.cases(school.organisation)] == ["reported"]
        with store.read() as reader:
            assert reader.newest_n(case) == 2

    def test_one_of_many_senders_of_the_same_command_records_it(
        self, store: Store, school: School, case: str
    ) -> None:
        command, outcomes = new_id(school.dice), list[str]()

        def send() -> None:
            with store.transaction() as tx:
                if tx.find_command(command):
                    outcomes.append("found")
                else:
                    school.record(tx, (case, step("triaged")), command=command)
                    outcomes.append("recorded")

        in_threads([send] * 5)
        assert sorted(outcomes) == ["found"] * 4 + ["recorded"]
