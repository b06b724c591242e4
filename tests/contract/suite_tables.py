"""What stands beside the ledger, and the read tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework.base.errors import Conflict
from casework.store import Store, Transaction
from casework.store.errors import StoreDamaged
from casework.store.rows import (
    Account,
    Document,
    FailedSignIns,
    Invitation,
    Key,
    Membership,
    Organisation,
    Person,
    SigningKey,
    StoredFile,
    WrappedKey,
)
from casework.store.schema import READ_TABLES
from tests.contract.school import School, dump, opened, step
from tests.contract.suite_base import (
    LOSE_CHUNK,
    StoreFixtures,
    link_of,
    reading_of,
)


class TableSuite(StoreFixtures):
    """Keys, documents, the directory, files and read tables."""

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
            account = Account("a1", "ada.quill", b"k" * 32, sealed)
            role = Membership("m1", "a1", school.organisation, "clerk", "2026-01-01", None, sealed)
            key = SigningKey(school.organisation, b"k" * 32, sealed)
            waiting = Invitation("a1", "1" * 64, sealed.decode())
            failed = FailedSignIns("a1", 1, 1, sealed.decode())
            with store.transaction() as tx:
                tx.put_organisation(organisation)
                tx.put_person(person)
                tx.put_account(account)
                tx.put_membership(role)
                tx.put_signing_key(key)
                tx.put_invitation(waiting)
                tx.put_failed_sign_ins(failed)
                tx.bind_identity(sealed.decode(), "a1")
        with store.read() as reader:
            assert reader.organisations() == [organisation] == [reader.organisation(school.organisation)]
            assert reader.people(school.organisation) == [person] == [reader.person("p1")]
            assert reader.accounts() == [account] == [reader.account("a1")]
            assert reader.account_called("ada.quill") == account
            assert reader.memberships(school.organisation) == [role] == reader.memberships_of("a1")
            assert reader.signing_key(school.organisation) == key
            assert (reader.identities_of("a1"), reader.account_bound_to("after")) == (["after"], "a1")
            assert reader.account_bound_to("before") is None
            assert (reader.invitation("a1"), reader.failed_sign_ins("a1")) == (waiting, failed)
        with store.transaction() as tx:
            tx.forget_invitation("a1")
            tx.forget_failed_sign_ins("a1")
            assert (tx.invitation("a1"), tx.failed_sign_ins("a1")) == (None, None)

    def test_links_are_found_by_their_hash_and_go_with_what_they_are_about(
        self, store: Store, school: School
    ) -> None:
        one, two, over = (
            link_of(school, *more) for more in (("l1",), ("l2", "s2"), ("l3", "s2", "2026-03-01"))
        )
        readings = [reading_of(school, "r1"), reading_of(school, "r2", "s2")]
        with store.transaction() as tx:
            for link in (one, two, over):
                tx.add_own_link(link)
            for reading in readings:
                tx.add_link_reading(reading)
            tx.put_account(Account("a1", "ada.quill", None))
            tx.put_feed("a1", "1", "before")
            tx.put_feed("a1", "2", "after")
        with store.transaction() as tx:
            assert tx.link_readings(school.organisation) == readings
            tx.drop_own_links_before(school.organisation, "2026-03-02")
            assert tx.own_links_about("s2") == [two]
            tx.seal_own_link("l2", "s1", b"of another case")
            assert tx.own_link_called(two.digest) == two
            tx.seal_own_link("l2", "s2", b"anew")
            tx.tried_own_link("l2", 3, "at")
            tried = replace(two, sealed=b"anew", failures=3, last_failed="at")
            assert tx.own_link_called(two.digest) == tried
            tx.drop_links_about("s2")
            assert (tx.own_link_called(two.digest), tx.link_readings(school.organisation)) == (
                None,
                readings[:1],
            )
            tx.drop_link_reading("r1")
            assert (tx.account_of_feed("1"), tx.account_of_feed("2"), tx.feed_made("a1")) == (
                None,
                "a1",
                "after",
            )
            tx.put_reminder("a1", "2026-03-01", "sent")
            tx.put_reminder("a1", "2026-03-02", "sending")
            assert tx.reminder("a1") == ("2026-03-02", "sending")
            tx.drop_reminder("a1")
            assert tx.reminder("a1") is None
            tx.drop_every_link()
            assert (tx.own_links_about("s1"), tx.account_of_feed("2"), tx.feed_made("a1")) == ([], None, None)
            tx.add_own_link(one)
            tx.drop_own_link("l1")
            tx.put_feed("a1", "3", "again")
            tx.drop_feed("a1")
            assert (tx.own_link_called(one.digest), tx.feed_made("a1")) == (None, None)

    def test_a_sign_in_name_belongs_to_one_account(self, store: Store, school: School) -> None:
        with store.transaction() as tx:
            tx.put_account(Account("a1", "ada.quill", None))
        with pytest.raises(Conflict), store.transaction() as tx:
            tx.put_account(Account("a2", "ada.quill", None))

    def test_an_id_cannot_move_to_another_organisation(self, store: Store, school: School) -> None:
        with store.transaction("other") as tx:
            tx.put_organisation(Organisation("other", b"{}", b""))
        with store.transaction() as tx:
            tx.put_person(Person("p1", school.organisation, b""))
        with pytest.raises(Conflict), store.transaction("other") as tx:
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
            tx._run(LOSE_CHUNK, ("f1", 1))
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

    def test_a_list_is_of_the_cases_that_let_an_account_in_on_that_day(
        self, store: Store, school: School
    ) -> None:
        let_in = {"account": "a1", "basis": "opened", "compartments": ["main"]}
        with store.transaction() as tx:
            one, two, three = (school.new_stream(tx) for _ in range(3))
            for number, stream in enumerate((one, two, three), start=1):
                facts = opened(f"ASH-26-000{number}", "2026-03-05", readers=[let_in], shut_out=["a4"])
                school.record(tx, (stream, facts))
            deputy = let_in | {"account": "a2", "from": "2026-03-09", "until": "2026-03-11"}
            school.record(tx, (one, {"kind": "let_in", **deputy}), (two, {"kind": "let_in", **deputy}))
            school.record(tx, (two, {"kind": "let_out", "account": "a2", "basis": "named"}))
            school.record(tx, (three, {"kind": "let_out", "account": "a1", "basis": "party"}))
        names = tuple(table.name for table in READ_TABLES)
        before = dump(store, only=names)

        def listed(account: str, on: str) -> list[str]:
            with store.read() as reader:
                return [row.stream for row in reader.cases_read_by(school.organisation, account, on)]

        assert listed("a1", "2026-03-05") == [one, two]
        assert [listed("a2", f"2026-03-{day}") for day in ("08", "09", "11", "12")] == [[], [one], [one], []]
        assert listed("a3", "2026-03-09") == listed("a4", "2026-03-09") == []
        with store.read() as reader:
            assert {row.stream for row in reader.readings_of("a4") if row.shut_out} == {one, two, three}
            gone = reader.reading_of(three, "a1")
        assert gone is not None
        assert gone.shut_out
        with store.transaction() as tx:
            tx.rebuild_views()
        assert dump(store, only=names) == before

    def test_pages_across_schools_go_on_where_the_last_one_ended(
        self, store: Store, school: School, case: str
    ) -> None:
        references = {case: "ASH-26-7KQ4"}
        with store.transaction() as tx:
            for day in (3, 5, 5, 7):
                reference = f"ASH-26-000{len(references)}"
                stream = school.new_stream(tx)
                references[stream] = reference
                clock = _CLOCK | {"due": f"2026-03-{20 - day}"}
                facts = opened(reference, f"2026-03-0{day}", clocks=[clock, clock | {"clock": "other"}])
                school.record(tx, (stream, facts), (stream, step("closed", final=day == 7)))
        own = (school.organisation, "f" * 36)
        with store.read() as reader:
            whole = reader.page_of_cases(own, 50)
            assert whole == reader.cases(school.organisation)
            first = reader.page_of_cases(own, 2)
            assert first + reader.page_of_cases(own, 50, first[-1]) == whole
            open_ones = reader.page_of_cases(own, 50, open_only=True)
            assert open_ones == [row for row in whole if not row.closed] != whole
            due = reader.page_of_clocks(own, 50)
            assert [clock for clock, _ in due] == reader.running_clocks(school.organisation)
            assert all(row == reader.case(clock.stream) for clock, row in due)
            some = reader.page_of_clocks(own, 3)
            assert some + reader.page_of_clocks(own, 50, some[-1][0]) == due
            assert reader.page_of_cases(own[1:], 50) == reader.page_of_clocks(own[1:], 50) == []


_CLOCK = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}
