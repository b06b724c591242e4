"""What every store must do, whatever database is behind it: inherit `StoreSuite` and give it `make_store`."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, null, update

from casework.base.errors import Conflict
from casework.base.ids import new_id
from casework.ledger.errors import ClockBehind
from casework.store import Store, Transaction
from casework.store.append import _ADD_EVENT
from casework.store.errors import AlreadyRecorded, Overtaken, StoreDamaged
from casework.store.logs import PAGE
from casework.store.rows import (
    Account,
    Document,
    Key,
    Log,
    Organisation,
    Person,
    Recorded,
    StoredFile,
    Stream,
    WrappedKey,
)
from casework.store.schema import READ_TABLES, events, file_chunks
from casework.store.statement import Statement
from tests.contract.school import School, dump, opened, step

WRITES: dict[str, Callable[[School, Transaction, str], object]] = {
    "organisation": lambda school, tx, stream: tx.put_organisation(
        Organisation(school.organisation, b"{1}", b"")
    ),
    "log": lambda school, tx, stream: add_access_log(school, tx),
    "stream": lambda school, tx, stream: school.new_stream(tx),
    "events": lambda school, tx, stream: school.record(tx, (stream, step("triaged"))),
    "key": lambda school, tx, stream: tx.add_key(Key("k9", stream, "main", 9)),
    "wraps": lambda school, tx, stream: tx.add_wraps([WrappedKey("k1", "somebody", "suite", b"blob")]),
    "policy": lambda school, tx, stream: tx.put_policy(Document("1" * 64, "england@1", b"{}")),
    "catalogue": lambda school, tx, stream: tx.put_catalogue(Document("2" * 64, "media@1", b"{}")),
    "calendar": lambda school, tx, stream: tx.put_calendar("3" * 64, b"{}"),
    "person": lambda school, tx, stream: tx.put_person(Person("p1", school.organisation, b"sealed")),
    "account": lambda school, tx, stream: tx.put_account(Account("a1", school.organisation, b"k" * 32, b"")),
    "file": lambda school, tx, stream: tx.add_file("f1", stream=stream, chunks=[b"one", b"two"]),
    "views": lambda school, tx, stream: tx.rebuild_views(),
}
"""Every way of writing, by what it writes."""


def add_access_log(school: School, tx: Transaction) -> None:
    """Enter a second log."""
    head = tx.head(school.log)
    assert head is not None
    empty = type(head).empty(new_id(school.dice), f"example.invalid/{school.organisation}/access/1")
    tx.add_log(empty, organisation=school.organisation, name="access", public_key=b"k" * 32)


class StoreSuite:
    """The tests; `make_store` is all that a database has to add."""

    def make_store(self, folder: Path) -> Store:
        """Return a new, empty store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Any:
        with self.make_store(tmp_path) as store:
            yield store

    @pytest.fixture
    def school(self, store: Store) -> School:
        school = School()
        school.found(store)
        return school

    @pytest.fixture
    def case(self, store: Store, school: School) -> str:
        """A case with one event and one key."""
        with store.transaction() as tx:
            stream = school.new_stream(tx)
            tx.add_key(Key("k1", stream, "main", 1))
            school.record(tx, (stream, opened()))
        return stream

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
            tx._run(_SPOIL, (b"[]", school.log, 0))
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

        self._in_threads([write] * each)
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

        self._in_threads([write, read])
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

    def _in_threads(self, work: list[Callable[[], None]]) -> None:
        threads = [threading.Thread(target=task) for task in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

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

        self._in_threads([send] * 5)
        assert sorted(outcomes) == ["found"] * 4 + ["recorded"]

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
        row = (school.log, pos, case, n, new_id(school.dice), b"{}", None, None, None)
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
            tx._run(_ERASE, (school.log, 1))
            tx.rebuild_views()
        with store.read() as reader:
            event = reader.event_at(school.log, 1)
            assert event is not None
            assert (event.facts_salt, event.facts, event.sealed) == (None, None, None)
            assert school.verify(reader).size == 2
            row = reader.case(case)
        assert row is not None
        assert (row.state, row.events) == ("reported", 2)

    # Beside the ledger

    def test_keys_and_wraps(self, store: Store, school: School, case: str) -> None:
        with store.transaction() as tx:
            tx.add_key(Key("k3", case, "safeguarding", 1))
            tx.add_key(Key("k2", case, "main", 2))
            wraps = [WrappedKey(key, "head", "suite", key.encode()) for key in ("k1", "k2")]
            tx.add_wraps([*wraps, WrappedKey("k1", "recovery", "suite", b"r")])
        with store.read() as reader:
            assert [key.key_id for key in reader.keys_of(case)] == ["k1", "k2", "k3"]
            assert reader.wraps_for("head") == wraps == reader.wraps_of(case, "head")
            assert reader.wraps_of("another stream", "head") == []
        for again in (Key("k1", case, "main", 5), Key("k5", case, "main", 2)):
            with pytest.raises(Conflict), store.transaction() as tx:
                tx.add_key(again)
        with pytest.raises(Conflict), store.transaction() as tx:
            tx.add_wraps(wraps)

    def test_what_a_digest_stands_for_never_changes(self, store: Store) -> None:
        policy, catalogue = Document("1" * 64, "england@1", b"{}"), Document("2" * 64, "media@1", b"{}")
        for _ in range(2):
            with store.transaction() as tx:
                tx.put_policy(policy)
                tx.put_catalogue(catalogue)
                tx.put_calendar("3" * 64, b"[]")
        with store.read() as reader:
            assert (reader.policy("1" * 64), reader.policies()) == (policy, [policy])
            assert (reader.catalogue("2" * 64), reader.catalogues()) == (catalogue, [catalogue])
            assert reader.calendar("3" * 64) == b"[]"
        changes: list[Callable[[Transaction], None]] = [
            lambda tx: tx.put_policy(Document("1" * 64, "england@1", b"{1}")),
            lambda tx: tx.put_catalogue(Document("2" * 64, "media@1", b"{1}")),
            lambda tx: tx.put_calendar("3" * 64, b"[1]"),
        ]
        for change in changes:
            with pytest.raises(Conflict), store.transaction() as tx:
                change(tx)

    def test_the_directory_is_replaced_entry_by_entry(self, store: Store, school: School) -> None:
        for sealed in (b"before", b"after"):
            organisation = Organisation(school.organisation, b"{}", sealed)
            person = Person("p1", school.organisation, sealed)
            account = Account("a1", school.organisation, b"k" * 32, sealed)
            with store.transaction() as tx:
                tx.put_organisation(organisation)
                tx.put_person(person)
                tx.put_account(account)
        with store.read() as reader:
            assert reader.organisations() == [organisation] == [reader.organisation(school.organisation)]
            assert reader.people(school.organisation) == [person] == [reader.person("p1")]
            assert reader.accounts(school.organisation) == [account] == [reader.account("a1")]

    def test_an_id_cannot_move_to_another_organisation(self, store: Store, school: School) -> None:
        with store.transaction() as tx:
            tx.put_organisation(Organisation("other", b"{}", b""))
            tx.put_person(Person("p1", school.organisation, b""))
        with pytest.raises(Conflict), store.transaction() as tx:
            tx.put_person(Person("p1", "other", b""))

    def test_files_come_back_chunk_by_chunk(self, store: Store, school: School, case: str) -> None:
        chunks = [b"a" * 1000, b"b" * 1000, b"c"]
        with store.transaction() as tx:
            entry = tx.add_file("f1", stream=case, chunks=iter(chunks))
            tx.add_file("f2", stream=case, chunks=[])
        assert entry == StoredFile("f1", case, 2001, 3)
        with store.read() as reader:
            assert list(reader.file_chunks("f1")) == chunks
            assert list(reader.file_chunks("f2")) == []
            assert reader.files_of(case) == [entry, StoredFile("f2", case, 0, 0)]
        with pytest.raises(Conflict), store.transaction() as tx:
            tx.add_file("f1", stream=case, chunks=[])

    def test_a_file_with_a_missing_chunk_is_not_cut_short_in_silence(
        self, store: Store, school: School, case: str
    ) -> None:
        with store.transaction() as tx:
            tx.add_file("f1", stream=case, chunks=[b"one", b"two"])
            tx._run(_LOSE_CHUNK, ("f1", 1))
        with store.read() as reader, pytest.raises(StoreDamaged, match="Part 2"):
            list(reader.file_chunks("f1"))

    # Read tables

    def test_rebuilding_gives_the_same_read_tables(self, store: Store, school: School, case: str) -> None:
        with store.transaction() as tx:
            school.record(tx, (case, step("triaged", clocks=[_CLOCK])), (case, step("closed", final=True)))
        names = tuple(table.name for table in READ_TABLES)
        before = dump(store, only=names)
        with store.transaction() as tx:
            assert tx.rebuild_views() == 3
        assert dump(store, only=names) == before

    def test_lists_need_no_key(self, store: Store, school: School, case: str) -> None:
        with store.transaction() as tx:
            other = school.new_stream(tx)
            school.record(tx, (other, opened("ASH-26-0002", "2026-03-05")))
            school.record(tx, (case, step("closed", final=True, clocks=[_CLOCK])))
            assert [row.reference for row in tx.cases(school.organisation)] == ["ASH-26-0002", "ASH-26-7KQ4"]
        with store.read() as reader:
            assert [row.stream for row in reader.cases(school.organisation, open_only=True)] == [other]
            found = reader.case_called(school.organisation, "ASH-26-7KQ4")
            assert found == reader.case(case)
            assert [clock.due for clock in reader.running_clocks(school.organisation)] == ["2026-03-16"]
        assert found is not None
        assert (found.closed, found.state, found.stage) == (True, "closed", "triaged")


_CLOCK = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}
_ERASE = Statement(
    lambda: (
        update(events)
        .where(events.c.log == bindparam("of_log"), events.c.pos == bindparam("at"))
        .values(facts_salt=null(), facts=null(), sealed=null())
    ),
    *("of_log", "at"),
)
_SPOIL = Statement(
    lambda: (
        update(events)
        .where(events.c.log == bindparam("of_log"), events.c.pos == bindparam("at"))
        .values(facts=bindparam("with_"))
    ),
    *("with_", "of_log", "at"),
)
_LOSE_CHUNK = Statement(
    lambda: delete(file_chunks).where(
        file_chunks.c.file == bindparam("file"), file_chunks.c.chunk == bindparam("chunk")
    ),
    *("file", "chunk"),
)
