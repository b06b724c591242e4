"""Tokens: who may make one, what it opens, until when, and that each is on record."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.base.time import FixedClock, parse_occurred
from casework.keyring.errors import TokenRefused
from casework.services import cases
from casework.services.directory import find_person
from casework.services.errors import NoAccess
from casework.services.loading import find_case
from casework.services.readers import CannotBeLetIn, let_somebody_in
from casework.services.schools import choose_school
from casework.services.sign_in import SignInRefused, sign_in
from casework.services.tokens import ACTIONS, MOST_DAYS, create_token, list_tokens, opened_with, revoke_token
from casework.services.workspace import Workspace
from tests.integration.api.conftest import PROGRAM, Program, command, token_for
from tests.integration.cli.desk import NOW, Desk
from tests.support.accounts import enrol, open_as


def test_a_token_is_shown_once_and_listed_without_it(folder: Path) -> None:
    desk = Desk(folder)
    made = desk.type("token", "create", "Dashboard", "--role", "case_manager", "--json").json
    listed = desk.type("token", "list", "--json").stdout
    assert made["token"].startswith("casework_")
    assert made["actions"] == ["read"]
    assert made["token"] not in listed
    assert {one["name"] for one in json.loads(listed)["tokens"]} == {"Dashboard", PROGRAM}


def test_a_token_goes_to_a_file_that_only_its_owner_reads_and_not_to_the_screen(folder: Path) -> None:
    kept = folder / "dashboard.token"
    told = Desk(folder).type("token", "create", "Dashboard", "--role", "clerk", "--out", str(kept))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text(encoding="utf-8").startswith("casework_")
    assert "casework_" not in told.stdout
    again = Desk(folder).type("token", "create", "Another", "--role", "clerk", "--out", str(kept), ok=2)
    assert "already" in again.said


def test_the_command_offers_what_the_services_take() -> None:
    from casework.cli.token import ACTIONS as OFFERED

    assert OFFERED == ACTIONS


def test_a_rehearsed_token_is_not_made(folder: Path) -> None:
    told = Desk(folder).type("token", "create", "Dashboard", "--role", "clerk", "--dry-run", "--json").json
    assert "token" not in told
    assert "Dashboard" not in Desk(folder).type("token", "list", "--all").stdout


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"role": "administrator"}, "cannot have the role"),
        ({"role": "emperor"}, "cannot have the role"),
        ({"actions": ("delete",)}, "cannot be allowed"),
        ({"until": NOW.date() + timedelta(days=MOST_DAYS + 1)}, "cannot be good until"),
        ({"until": NOW.date() - timedelta(days=1)}, "cannot be good until"),
        ({"name": "‒"}, "made of letters"),
        ({"name": PROGRAM}, "called"),
        ({"name": "Priya Nair"}, "called"),
    ],
)
def test_what_cannot_be_a_token_is_refused(folder: Path, wrong: dict[str, object], says: str) -> None:
    asked = {"name": "Dashboard", "role": "clerk", **wrong}
    with (
        Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace,
        pytest.raises(BadInput, match=says),
    ):
        create_token(workspace, [choose_school(workspace, None)], **asked)  # type: ignore[arg-type]


def test_only_who_manages_accounts_makes_tokens_and_an_administrator_none_that_reads_words(
    folder: Path,
) -> None:
    clerk, administrator = (
        enrol(folder, "Ines Duarte", "clerk"),
        enrol(folder, "Ada Quill", "administrator"),
    )
    for keys, role in ((clerk, "auditor"), (administrator, "clerk")):
        with open_as(folder, keys) as workspace, pytest.raises(NoAccess):
            create_token(workspace, [choose_school(workspace, None)], name="Dashboard", role=role)
    with open_as(folder, administrator) as workspace:
        made, _ = create_token(workspace, [choose_school(workspace, None)], name="Counts", role="auditor")
        assert made.role == "auditor"


def test_each_time_that_a_token_comes_in_is_on_record(program: Program, folder: Path) -> None:
    assert program.get("/me").json()["name"] == PROGRAM
    program.get("/schools")
    assert _kinds(folder)[-1:] == [("signed_in", "token")]
    assert [kind for kind, _ in _kinds(folder)].count("signed_in") == 1


def test_a_revoked_token_is_refused_at_once_and_its_key_is_gone(program: Program, folder: Path) -> None:
    assert program.get("/me").status_code == 200
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        with workspace.store.read() as reader:
            account = opened_with(reader, program.token, NOW.date()).keys.account
        revoke_token(workspace, school, PROGRAM, reason="Not used any more")
        with workspace.store.read() as reader:
            assert b"private" not in (reader.account(account).credential or b"private")  # type: ignore[union-attr]
        assert [one.revoked for one in list_tokens(workspace, [school])] == [True]
        with pytest.raises(BadInput, match="revoked already"):
            revoke_token(workspace, school, PROGRAM, reason="Again")
    assert program.get("/me").status_code == 401
    assert ("account_disabled", "") in _kinds(folder)
    assert Desk(folder).type("audit", "verify").exit_code == 0


def test_a_token_that_is_over_says_what_an_unknown_one_says(folder: Path, program: Program) -> None:
    with Workspace.open(folder, str, clock=FixedClock(NOW + timedelta(days=91))) as workspace:
        with workspace.store.read() as reader, pytest.raises(TokenRefused) as over:
            opened_with(reader, program.token, (NOW + timedelta(days=91)).date())
        with workspace.store.read() as reader, pytest.raises(TokenRefused) as unknown:
            opened_with(reader, "casework_x", NOW.date())
    assert over.value.message == unknown.value.message


@pytest.mark.parametrize("token", ["", "casework_", "casework_" + "A" * 64, "nonsense", "casework_€"])
def test_no_token_and_a_wrong_one_answer_alike(program: Program, token: str) -> None:
    answer = program.ask("GET", "/cases", token)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "token-refused"


def test_nobody_signs_in_with_the_name_of_a_token(folder: Path) -> None:
    with (
        Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace,
        pytest.raises(SignInRefused),
    ):
        sign_in(workspace, "token.staff.system", lambda: "three plain words")


def test_a_token_does_only_what_it_includes(folder: Path, reference: str) -> None:
    program = Program(folder, token_for(folder, "Dashboard", "hr_adviser"))
    answer = program.post(f"/cases/{reference}/notes", {"command": command(), "text": "Hello"})
    assert (answer.status_code, answer.json()["code"]) == (403, "token-lacks-action")
    unknown = program.post("/cases/ASH-26-ZZZZ/notes", {"command": command(), "text": "Hello"})
    assert unknown.json() == answer.json()
    program.close()


def test_a_case_that_a_token_was_not_let_in_to_is_nowhere(folder: Path, reference: str) -> None:
    program = Program(folder, token_for(folder, "Dashboard", "case_manager"))
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        about = find_person(workspace, school, "Jordan Blake")
        opened = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-03-01"),
            summary="A",
            people=[(about, ["employee"])],
        )
    hidden, unknown = program.get(f"/cases/{opened.reference}"), program.get("/cases/ASH-26-ZZZZ")
    assert hidden.json() == unknown.json()
    assert hidden.status_code == 404
    assert program.get("/cases").json() == {"cases": [], "next": None}
    assert program.get("/due").json() == []
    Desk(folder).type("case", "let-in", opened.reference, "Dashboard", "--reason", "For its figures")
    assert program.get(f"/cases/{opened.reference}").json()["people"][1]["name"] == "Jordan Blake"
    program.close()


def test_a_case_that_shuts_out_whoever_made_a_token_shuts_the_token_out(folder: Path) -> None:
    """An adviser under investigation must not read their own case by a program's token that they hold."""
    dana = enrol(folder, "Dana Whitfield", "hr_adviser")
    with open_as(folder, dana) as workspace:
        made = create_token(
            workspace, [choose_school(workspace, None)], name="Dana's tool", role="hr_adviser"
        )
    program = Program(folder, made[1])
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)

        def opened(*people: tuple[str, str]) -> str:
            named = [(find_person(workspace, school, name), [part]) for name, part in people]
            reported = parse_occurred("2026-03-01")
            return cases.open_case(workspace, school, reported=reported, summary="A", people=named).reference

        own, other = opened(("Dana Whitfield", "employee")), opened(("Jordan Blake", "employee"))
        assert program.get(f"/cases/{other}").status_code == 200
        cases.assign(
            workspace, school, find_case(workspace, school, other), named="Dana Whitfield", roles=["witness"]
        )
        with pytest.raises(CannotBeLetIn, match="Whoever made the token"):
            loaded = find_case(workspace, school, own)
            let_somebody_in(workspace, school, loaded, named="Dana's tool", reason="A test")
    assert [program.get(f"/cases/{one}").status_code for one in (own, other)] == [404, 404]
    assert program.get("/cases").json()["cases"] == []
    program.close()


def _kinds(folder: Path) -> list[tuple[str, str]]:
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        with workspace.store.read() as reader:
            told = [json.loads(one.facts or b"{}") for one in reader.events_of(school.accounts_stream)]
    return [(one["kind"], one.get("with", "")) for one in told]
