"""What programs do over the API: read, record, write letters; and how each refusal answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from casework.services.tokens import ACTIONS
from casework.web.api import about, callers
from casework.web.api.app import LIMIT, described
from tests.integration.api.conftest import PROGRAM, Program, command, token_for
from tests.integration.cli.desk import TRIAGE, Desk

JORDAN = [{"name": "Jordan Blake", "roles": ["employee"]}]
FORMAL = {**TRIAGE, "screening": {**TRIAGE["screening"], "personal_data": "no"}}  # type: ignore[dict-item]


def act(**more: Any) -> dict[str, Any]:
    return {"command": command(), **more}


def step(**more: Any) -> dict[str, Any]:
    return act(taken_by="Helen Marsh", basis="email", authority="Her message of today", **more)


@pytest.fixture
def own(program: Program) -> str:
    """A case that the program opened, so that it records in it as an HR adviser."""
    asked = act(
        reported="2026-02-23",
        summary="Photographs of pupils put on the school's page",
        people=[*JORDAN, {"name": "Helen Marsh", "roles": ["headteacher"]}],
    )
    reference: str = program.post("/schools/ASH/cases", asked).json()["reference"]
    return reference


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:casework:problem:{code}")
    assert told["detail"].endswith(".")
    return told


def test_a_step_is_recorded_once_and_a_rehearsed_one_not_at_all(program: Program, own: str) -> None:
    where, seen = f"/cases/{own}/steps/triage", program.get(f"/cases/{own}").json()["seen"]
    rehearsed = program.post(where, step(values=FORMAL, seen=seen, dry_run=True))
    assert (rehearsed.status_code, rehearsed.json()["events"], rehearsed.json()["seen"]) == (200, [], seen)
    asked = step(values=FORMAL, seen=seen)
    taken, again = program.post(where, asked), program.post(where, asked)
    assert (taken.status_code, taken.json()["seen"]) == (201, seen + 1)
    assert (again.status_code, again.json()["repeated"], again.json()["seen"]) == (200, True, seen + 1)
    (told,) = program.get(f"/cases/{own}").json()["steps"]
    assert (told["step"], told["taken_by"], told["recorded_by"]) == ("triage", "Helen Marsh", PROGRAM)


def test_a_refused_step_says_every_point_with_its_rules_and_no_command(
    program: Program, reference: str
) -> None:
    told = problem(program.post(f"/cases/{reference}/steps/triage", step()), 422, "step-refused")
    points = {one["requirement"]: one for one in told["unmet"]}
    assert {"field:route", "field:enquiry"} <= points.keys()
    cited = {rule for one in told["unmet"] for rule in one["cites"]}
    assert {rule["id"] for rule in told["rules"]} == cited
    assert "casework " not in json.dumps(told["unmet"]) + told.get("remedy", "")
    assert all(rule["title"] and rule["source"] for rule in told["rules"])


def test_a_program_takes_no_step_itself(program: Program, reference: str) -> None:
    for name in (PROGRAM, "Staff"):
        answer = program.post(f"/cases/{reference}/steps/triage", {**step(), "taken_by": name})
        assert "decides nothing itself" in problem(answer, 400, "bad-input")["detail"]


def test_an_id_that_was_used_for_another_act_is_refused(program: Program, reference: str) -> None:
    used = command()
    assert program.post(f"/cases/{reference}/notes", {"command": used, "text": "A"}).status_code == 201
    others = {
        f"/cases/{reference}/steps/triage": {**step(), "command": used},
        f"/cases/{reference}/people": {"command": used, "name": "Sam Field", "roles": []},
        f"/cases/{reference}/letters": {"command": used, "letter": "hearing-invitation"},
        "/schools/ASH/cases": {"command": used, "reported": "2026-02-27", "summary": "A", "people": JORDAN},
    }
    for path, asked in others.items():
        problem(program.post(path, asked), 409, "command-used")


def test_a_letter_is_previewed_issued_fetched_and_served(program: Program, own: str) -> None:
    where = f"/cases/{own}/letters"
    program.post(f"/cases/{own}/steps/triage", step(values=FORMAL))
    alleged = act(text="Posted photographs", clauses=["SMP-4.1b"], band="S3", period=["2026-02-20"] * 2)
    program.post(f"/cases/{own}/allegations", alleged)
    (due,) = program.get(where).json()["due"]
    assert (due["template"], due["act"], due["due"]) == (
        "allegation-and-investigation",
        "write",
        "2026-03-04",
    )
    wanted = "allegation-received"
    fields: dict[str, Any] = {"support": "Your union", "contact": "Helen Marsh"}
    shown = program.post(f"{where}/preview", {"letter": wanted, "fields": fields}).json()
    assert [one["name"] for one in shown["missing"]] == ["fields.safeguarding_line"]
    fields["safeguarding_line"] = False
    text = program.post(f"{where}/preview", {"letter": wanted, "fields": fields}).json()
    assert (text["missing"], "Jordan" in text["text"]) == ([], True)
    drawn = program.post(f"{where}/preview.pdf", {"letter": wanted, "fields": fields})
    assert (drawn.content[:5], drawn.headers["content-type"]) == (b"%PDF-", "application/pdf")
    asked = act(letter=wanted, fields=fields)
    issued, again = program.post(where, asked), program.post(where, asked)
    assert (issued.status_code, again.status_code) == (201, 200)
    assert issued.json()["fingerprint"] == again.json()["fingerprint"]
    assert program.get(f"{where}/1/file").content.startswith(b"%PDF-")
    served = program.post(
        f"{where}/1/services", act(method="first_class", occurred="2026-03-02", proof="Posted by the office")
    ).json()
    assert served["effective"] > "2026-03-02"
    assert "2 March 2026" in served["working"]
    assert program.get(where).json()["letters"][0]["status"] == "served"
    problem(program.get(f"{where}/9/file"), 404, "unknown-item")


def test_a_letter_that_lacks_something_says_what(program: Program, own: str) -> None:
    program.post(f"/cases/{own}/steps/triage", step(values=FORMAL))
    where, name = f"/cases/{own}/letters", "allegation-and-investigation"
    shown = program.post(f"{where}/preview", {"letter": name})
    told = problem(program.post(f"{where}/preview.pdf", {"letter": name}), 400, "missing-fact")
    assert [one["name"] for one in told["missing"]] == [one["name"] for one in shown.json()["missing"]]
    assert problem(program.post(where, act(letter=name)), 400, "missing-fact")["missing"]


def test_evidence_is_kept_as_it_came(program: Program, reference: str) -> None:
    where, form = f"/cases/{reference}/evidence", {"title": "The post", "type": "screenshot", **act()}
    file = {"file": ("../pöst.txt", b"What it said\r\n")}
    sent = [program.ask("POST", where, data=form, files=file) for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 200]
    got = program.get(f"{where}/1/file")
    assert got.content == b"What it said\r\n"
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert "/" not in got.headers["content-disposition"]
    assert program.get(where).json()[0]["title"] == "The post"
    problem(program.get(f"{where}/2/file"), 404, "unknown-item")
    problem(program.get(f"{where}/1/file?redacted=true"), 404, "unknown-item")


def test_lists_come_a_page_at_a_time(program: Program, reference: str) -> None:
    opened = [
        program.post("/schools/ash/cases", act(reported="2026-02-27", summary="A", people=JORDAN)).json()
        for _ in range(2)
    ]
    found, after = [], ""
    for _ in range(3):
        page = program.get(f"/cases?size=1&after={after}").json()
        found += [one["reference"] for one in page["cases"]]
        after = page["next"]
    assert sorted(found) == sorted([reference, *(one["reference"] for one in opened)])
    assert after is None
    assert len(program.get("/due?size=2").json()) == 2
    problem(program.get("/cases?after=ASH-26-ZZZZ"), 404, "not-permitted")
    for path in ("/cases?school=OAK", "/due?school=OAK", "/exceptions?school=OAK"):
        problem(program.get(path), 404, "not-permitted")


def test_what_can_be_read_of_a_case(program: Program, reference: str) -> None:
    forecast = program.get(f"/cases/{reference.lower()}/forecast")
    assert (forecast.json()[0]["step_id"], forecast.headers["cache-control"]) == ("triage", "no-store")
    assert program.get(f"/cases/{reference}/review").json()["counts"]["breached"] == 1
    assert program.get(f"/cases/{reference}/comparable").json()["decisions"] == []
    assert "triage" in [one["step"] for one in program.get(f"/cases/{reference}/steps").json()["steps"]]
    asked = program.get(f"/cases/{reference}/steps/appoint-investigator").json()
    assert {"investigator", "report_due"} <= {one["name"] for one in asked["fields"]}
    assert program.get(f"/cases/{reference}/timeline").json()[0]["kind"] == "case_opened"
    assert program.get("/exceptions?school=ASH&days=1").json()["disagreements"] == []


def test_a_history_that_is_taken_away_is_on_the_access_log(
    program: Program, folder: Path, reference: str
) -> None:
    wanted = {"purpose": "For the auditor", "recipient": "R Lind", "format": "csv"}
    taken = program.post(f"/cases/{reference}/exports", wanted)
    assert taken.headers["content-type"] == "text/csv; charset=utf-8"
    (told,) = [
        one
        for one in Desk(folder).type("access", "log", reference, "--json").json["readings"]
        if one["name"] == PROGRAM and one["done"] == "taken away"
    ]
    assert (told["purpose"], told["recipient"]) == ("For the auditor", "R Lind")


def test_allegations_parts_and_their_withdrawal(program: Program, reference: str) -> None:
    words = {"text": "Posted photographs", "clauses": ["SMP-4.1b"], "band": "S3"}
    added = program.post(f"/cases/{reference}/allegations", act(**words, period=["2026-02-20", "2026-02-20"]))
    assert added.status_code == 201
    gone = program.post(f"/cases/{reference}/allegations/1/withdrawal", act(reason="It was another school"))
    assert gone.status_code == 201
    (told,) = program.get(f"/cases/{reference}").json()["allegations"]
    assert (told["clause_numbers"], told["withdrawn"], told["period"][0]) == (["4.1"], True, "2026-02-20")
    given = program.post(f"/cases/{reference}/people", act(name="Sam Field", roles=["witness"]))
    assert given.status_code == 201
    problem(
        program.post(f"/cases/{reference}/people", act(name="Nobody Known", roles=[])), 400, "unknown-person"
    )
    problem(program.post(f"/cases/{reference}/people", act(name=PROGRAM, roles=["witness"])), 403, "shut-out")


def test_an_auditors_token_sees_facts_and_no_names(folder: Path, reference: str) -> None:
    program = Program(folder, token_for(folder, "Audit tool", "auditor", *ACTIONS))
    told = program.get(f"/cases/{reference}/timeline")
    assert told.status_code == 200
    assert "Jordan" not in told.text
    for path in ("", "/evidence", "/letters"):
        problem(program.get(f"/cases/{reference}{path}"), 403, "not-permitted")
    assert program.get("/exceptions?school=ASH").json()["cases"] == 1
    program.close()


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"{"},
        {"content": b"\xff\xfe"},
        {"json": {"command": "x", "text": "A"}},
        {"json": {"command": "5B1F0C66-94F3-4C6D-8F0E-3F4F0F6F7A11", "text": "A"}},
        {"json": {**act(), "text": 7}},
        {"json": {**act(), "text": "A", "colour": "red"}},
        {"content": json.dumps({**act(), "text": "\ud800"})},
        {"json": {**act(), "text": "A", "occurred": "2026-02-30"}},
        {"json": {**act(), "text": "A", "occurred": "2027-01-01"}},
        {"json": {**act(), "text": "   "}},
        {"content": b"[" * 100_000},
        {"json": []},
    ],
    ids=range(12),
)
def test_what_cannot_be_right_is_refused_and_recorded_nowhere(
    program: Program, reference: str, sent: dict[str, Any]
) -> None:
    before = program.get(f"/cases/{reference}/steps").json()["seen"]
    headers = {"Content-Type": "application/json"} if "content" in sent else {}
    answer = program.ask("POST", f"/cases/{reference}/notes", **sent, extra=headers)
    assert problem(answer, 400, answer.json()["code"])
    assert program.get(f"/cases/{reference}/steps").json()["seen"] == before


def test_more_than_is_taken_is_refused_at_the_door(program: Program, reference: str) -> None:
    answer = program.post(f"/cases/{reference}/notes", {**act(), "text": "x" * LIMIT})
    assert answer.status_code == 413
    assert "Traceback" not in answer.text


def test_a_defect_tells_nothing_of_how_it_came_about(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Jordan Blake lives in Mill Lane")

    monkeypatch.setattr(about, "list_due", broken)
    answer = program.get("/due")
    assert problem(answer, 500, "defect")
    assert "Jordan" not in answer.text


def test_nothing_of_a_request_is_measured_or_sent_elsewhere() -> None:
    telemetry = described()._telemetry
    switches = ("tracing", "metrics", "logs", "operation_spans", "auto_configure")
    assert not any(telemetry[name] for name in switches)


def test_a_workspace_that_nobody_used_for_long_is_closed(program: Program) -> None:
    now = [0.0]
    kept: Any = program.api.state.callers
    kept._now = lambda: now[0]
    first = kept.caller(program.token)
    assert kept.caller(program.token) is first
    now[0] = callers.IDLE + 1
    assert kept.caller(program.token) is not first
