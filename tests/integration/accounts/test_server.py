"""Many accounts at once in one process: each with open keys of its own, and for no longer than its session."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from casework.base.errors import Unavailable
from casework.base.time import FixedClock
from casework.services.accounts import add_user, stop_account
from casework.services.admitting import admit
from casework.services.guard import asker, schools_of_account
from casework.services.schools import choose_school
from casework.services.seen import remembered
from casework.services.server import Server
from casework.services.sign_in import SignInRefused, TooManyTries, change_phrase
from tests.support.accounts import NOW, PHRASE, WEAK, enrol, open_as

NEW = "gorse lantern pebble"


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    enrol(folder, "Helen Marsh", "headteacher")
    made = Server.open(folder, clock=FixedClock(NOW), cost=WEAK)
    yield made
    made.close()


def test_each_account_has_a_workspace_of_its_own_until_it_leaves(server: Server, folder: Path) -> None:
    enrol(folder, "Rosa Lind", "auditor")
    helen, told = server.sign_in("helen.marsh", lambda: PHRASE)
    rosa, _ = server.sign_in("rosa.lind", lambda: PHRASE)
    assert told.schools == ("Ashgrove Primary School",)
    assert [asker(one, schools_of_account(one)[0].id).roles for one in (helen, rosa)] == [
        {"headteacher"},
        {"auditor"},
    ]
    helen.leave()
    with pytest.raises(Unavailable, match="not signed in"):
        _ = helen.keys
    assert schools_of_account(rosa)
    with rosa.store.read() as reader:
        origin = reader.log_of(schools_of_account(rosa)[0].id, "access")
    assert origin is not None and remembered(folder, origin.origin)


def test_who_signs_in_at_the_same_moment_gets_in(server: Server, folder: Path) -> None:
    logins = ["helen.marsh"] * 6
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda login: server.sign_in(login, lambda: PHRASE)[1], logins))
    assert all(one.schools for one in found)


def test_a_name_that_nobody_has_answers_and_waits_like_one_whose_phrase_is_wrong(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr("casework.services.sign_in.try_in_vain", lambda phrase: tried.append(phrase()))
    said: dict[str, list[str]] = {}
    for login in ("helen.marsh", "nobody.here"):
        for _ in range(4):
            with pytest.raises((SignInRefused, TooManyTries)) as refused:
                server.sign_in(login, lambda: "another three words")
            said.setdefault(login, []).append(refused.value.message)
        with pytest.raises(TooManyTries):
            server.first_sign_in(login, "0000", lambda: NEW)
    assert said["helen.marsh"] == said["nobody.here"] and "Try again in 5 seconds" in said["nobody.here"][-1]
    assert tried == ["another three words"] * 3
    server.base.clock = FixedClock(NOW + timedelta(seconds=6))
    with pytest.raises(SignInRefused):
        server.sign_in("nobody.here", lambda: "another three words")


def test_a_phrase_that_was_changed_and_an_account_that_was_stopped_are_seen_in_other_sessions(
    server: Server, folder: Path
) -> None:
    first, _ = server.sign_in("helen.marsh", lambda: PHRASE)
    before = server.mark(first)
    change_phrase(first, lambda: PHRASE, lambda: NEW, cost=WEAK)
    changed = server.mark(first)
    assert before and changed and before != changed
    with open_as(folder, None) as adviser:
        stop_account(adviser, choose_school(adviser, None), "helen.marsh", reason="A test")
    assert server.mark(first) == "" and schools_of_account(first) == []


def test_a_first_sign_in_makes_the_key_and_nobody_is_let_in_by_it(server: Server, folder: Path) -> None:
    with open_as(folder, None, seed="invite") as adviser:
        added = add_user(adviser, choose_school(adviser, None), name="Ines Duarte", role="clerk")
    keys = server.first_sign_in("ines.duarte", added.code, lambda: NEW)
    assert keys.account == added.member.account and schools_of_account(server.workspace(keys)) == []
    workspace, told = server.sign_in("ines.duarte", lambda: NEW)
    assert told.schools == () and schools_of_account(workspace) == []
    with open_as(folder, None, seed="admit") as adviser:
        admit(adviser, choose_school(adviser, None), "ines.duarte")
    assert schools_of_account(workspace)
