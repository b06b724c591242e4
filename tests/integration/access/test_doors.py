"""No function without an access check: every public function of the services is walked as somebody who is kept out."""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import GeneratorType
from typing import Any

import pytest

import casework.services
from casework.base.errors import CaseworkError, NotPermitted
from casework.base.time import Occurred
from casework.services.guard import NotYours
from casework.services.letting_in import ShutOut
from tests.integration.access.conftest import ME, Office
from tests.integration.access.test_readers import assign
from tests.integration.cli.desk import warn

SERVICES = Path(casework.services.__file__).parent

DOORS = {
    "guard": "it is the guard",
    "loading": "it hands out cases, and asks the guard for each",
    "listing": "running clocks, of which those of cases in the guard's list are kept",
    "audit_tools": "counts in two ways whether all cases are there; those of the guard's list are shown",
    "cases": "draws a reference that no other case has",
    "retention_list": "leaves out what stands on a personnel file because of a case that is hidden",
    "audit_around": "verification, which names the place of a finding and no case without one",
    "audit_report": "verification, which names the place of a finding and no case without one",
}
"""Modules that ask the store for cases themselves, and why they may."""

ASKS = {"cases", "case_called", "cases_read_by", "running_clocks", "case"}
"""What a reader of the store is asked for cases by."""

OF_CASES = ("_reader", "reader", "transaction", "reading")

WORDS = ("Jordan Blake", "Photographs of pupils")
"""Words of the case that must not come out."""

INTERNAL = {"holds.holds_of": "which streams are held, by id; what is shown of them goes by the guard's list"}
"""Functions that no face shows the answer of."""


def modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules([str(SERVICES)]):
        yield importlib.import_module(f"casework.services.{found.name}")


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the services that works in a data folder."""
    for module in modules():
        for name, function in vars(module).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == module.__name__
                and not name.startswith("_")
                and next(iter(inspect.signature(function).parameters), "") == "workspace"
            ):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", function


def test_cases_are_asked_of_the_store_by_the_doors_alone() -> None:
    asking = set()
    for path in SERVICES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ASKS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in OF_CASES
            ):
                asking.add(path.stem)
    assert asking <= DOORS.keys()


def test_a_case_is_made_in_one_place() -> None:
    made = [
        path.stem
        for path in SERVICES.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "LoadedCase"
    ]
    assert made == ["loading"]


@pytest.fixture
def outsider(office: Office) -> Office:
    """The head teacher has an account and a role that runs cases, and is a witness of one that gave a warning."""
    warn(office.as_(ME), office.reference, ("first_written_warning", date(2025, 3, 2), date(2026, 3, 1)))
    assign(office, "Helen Marsh", "witness")
    return office


def plain(value: Any) -> str:
    """Everything that is in an answer, as text."""
    if isinstance(value, GeneratorType):
        value = list(value)
    return repr(value)


def test_no_list_count_or_search_tells_a_party_of_its_case(outsider: Office) -> None:
    hers, school = outsider.as_("Helen Marsh"), outsider.school()
    stream, tried = outsider.case(ME).stream, []
    for name, function in functions():
        parameters = inspect.signature(function).parameters
        needed = [p for p, item in parameters.items() if item.default is item.empty]
        if needed not in (["workspace"], ["workspace", "school"]) or name in INTERNAL:
            continue
        hers.rehearsal = True
        try:
            answer = plain(function(*([hers, school][: len(needed)])))
        except CaseworkError as problem:
            answer = f"{problem.message} {problem.remedy}"
        finally:
            hers.rehearsal = False
        assert outsider.reference not in answer, name
        assert stream not in answer, name
        tried.append(name)
    assert {"listing.list_cases", "retention_list.retention_list", "audit_tools.population"} <= set(tried)


def test_no_function_that_takes_a_case_gives_words_or_records_for_somebody_kept_out(outsider: Office) -> None:
    """The case is handed in as if somebody had got past the door: then keys and the guard behind it hold."""
    hers, school = outsider.as_("Helen Marsh"), outsider.school()
    before, refused, answered = outsider.case(ME).n, [], []
    for name, function in functions():
        parameters = inspect.signature(function, eval_str=False).parameters
        if "loaded" not in parameters:
            continue
        loaded = hers.cases.called_with_recovery_key(school.id, outsider.reference)
        given = {
            item.name: invented(item.annotation, item.name)
            for item in parameters.values()
            if item.default is item.empty and item.name not in ("workspace", "school", "loaded")
        }
        given |= {"workspace": hers, "loaded": loaded}
        given |= {"school": school} if "school" in parameters else {}
        try:
            answer = plain(function(**given))
        except NotPermitted as problem:
            refused.append(name)
            answer = f"{problem.message} {problem.remedy}"
        except (CaseworkError, LookupError, TypeError, ValueError, AttributeError, OSError) as problem:
            answer = str(problem)
        answered.append(name)
        assert not any(words in answer for words in WORDS), name
        assert outsider.case(ME).n == before, name
    assert (len(refused), len(answered)) > (45, 100)
    assert {
        *("cases.add_note", "cases.assign", "letters.issue", "evidence.add_evidence", "packs.build_pack"),
        *("history.export", "bundle.export_bundle", "readers.let_somebody_in", "access_log.readings_of"),
        *("loading.people_of", "papers.listing", "steps.take_step"),
    } <= set(refused)


def invented(annotation: str, name: str) -> Any:
    """Something of that type."""
    now = date(2026, 3, 2)
    known: dict[str, Any] = {
        "str": "note" if name == "type_" else "hearing",
        "int": 1,
        "bool": False,
        "date": now,
        "datetime": datetime(2026, 3, 2, tzinfo=UTC),
        "Occurred": Occurred(now, None, "day"),
        "str | int": "allegation-received",
    }
    if annotation in known:
        return known[annotation]
    if annotation.startswith(("Mapping", "dict")):
        return dict[str, Any]()
    if annotation.startswith(("Sequence", "Iterable", "Collection", "tuple", "list")):
        return ()
    if annotation == "BinaryIO":
        return io.BytesIO()
    return "allegation-received" if annotation.startswith("str") else None


def test_the_refusals_have_the_exit_code_of_what_is_not_permitted() -> None:
    assert {kind.exit_code for kind in (NotPermitted, NotYours, ShutOut)} == {6}
