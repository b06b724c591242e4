"""What is written of the API: the document is current, each example is run, each operation has a token and is tried."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from casework.web.api import problems
from casework.web.api.app import PREFIX, ROUTERS, described
from tests.integration.api.conftest import Program
from tests.support.scripts import script

SCRIPT = script("api_reference")
PAGE = SCRIPT.FILE.parent / "api.md"
EXAMPLE = re.compile(r"```http\n(\w+) (/\S+)\n(?:\n(.*?))?```\n\n```json (\d+)\n(.*?)```", re.DOTALL)
ANY = "..."
EXAMPLES_OF_EACH = 5


def test_the_document_is_current() -> None:
    assert SCRIPT.FILE.read_text(encoding="utf-8") == SCRIPT.document(), (
        "renew it: python scripts/api_reference.py"
    )


def test_the_table_of_statuses_is_written_once() -> None:
    table = (problems.__doc__ or "").partition("\n\n")[2].strip()
    assert table in PAGE.read_text(encoding="utf-8")


def test_nobody_comes_to_an_operation_without_a_token(program: Program) -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) == sum(len(path) for path in described().openapi()["paths"].values())
    for route in routes:
        for method in route.methods:
            path = re.sub(r"\{reference\}", "ASH-26-ZZZZ", route.path).replace("{school}", "ASH")
            answer = program.ask(method, re.sub(r"\{\w+\}", "1", path), "", json={})
            assert answer.status_code == 401, route.path


def test_the_examples_of_the_page_are_what_happens(program: Program) -> None:
    reference, run = "", 0
    for method, path, body, status, wanted in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
        asked = {"json": json.loads(body)} if body else {}
        answer = program.ask(method, path.removeprefix(PREFIX).replace("ASH-26-7KQ4", reference), **asked)
        if answer.status_code == 201 and not reference:
            reference = answer.json()["reference"]
        assert answer.status_code == int(status), f"{method} {path}: {answer.text}"
        told = json.loads(answer.text.replace(reference, "ASH-26-7KQ4")) if reference else answer.json()
        assert list(differs(told, json.loads(wanted), f"{method} {path}")) == []
        run += 1
    assert run == PAGE.read_text(encoding="utf-8").count("```http") > 10


def differs(told: Any, wanted: Any, where: str) -> Iterator[str]:
    """Where an answer is not as the page has it; `...` stands for anything."""
    if isinstance(wanted, dict) and isinstance(told, dict):
        missing = wanted.keys() - told.keys() - {ANY}
        added = told.keys() - wanted.keys() if ANY not in wanted else set()
        yield from (f"{where}: {name}" for name in sorted(missing | added))
        for name in wanted.keys() & told.keys():
            yield from differs(told[name], wanted[name], f"{where}.{name}")
    elif isinstance(wanted, list) and isinstance(told, list):
        open_ended = wanted[-1:] == [ANY]
        if len(told) < len(wanted) or (len(told) > len(wanted) and not open_ended):
            yield f"{where}: {len(told)} items"
        for at, (one, other) in enumerate(zip(told, wanted, strict=False)):
            yield from differs(one, other, f"{where}[{at}]")
    elif wanted != ANY and told != wanted:
        yield f"{where}: {told!r}"


def test_nothing_that_can_be_sent_makes_it_fall_over(program: Program, reference: str) -> None:
    """Every operation with made-up requests: what comes back is as the document says, and never a defect.

    Its own rules make much of what is well-formed wrong all the same (a name that nobody has), so that a refusal of
    what the document admits is no finding.
    """
    schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", program.site)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        tried += try_operation(operation, program, reference)
    assert tried >= EXAMPLES_OF_EACH * 25


def try_operation(operation: Any, program: Program, reference: str) -> int:
    tried = 0

    @settings(
        max_examples=EXAMPLES_OF_EACH,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        nonlocal tried
        tried += 1
        known = {"reference": reference, "school": "ASH", "step": "triage"}
        if isinstance(case.path_parameters, dict):
            case.path_parameters |= {name: known[name] for name in case.path_parameters.keys() & known.keys()}
        headers = {"Authorization": f"Bearer {program.token}"}
        answer = case.call(headers=headers)
        assert answer.status_code < 500
        case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])

    sent()
    return tried


@pytest.mark.parametrize("path", ["/cases", "/me", "/nothing"])
def test_a_method_that_is_not_there_is_a_problem_too(program: Program, path: str) -> None:
    answer = program.ask("DELETE", path)
    assert answer.status_code == (404 if path == "/nothing" else 405)
    assert answer.headers["content-type"] == "application/problem+json"
