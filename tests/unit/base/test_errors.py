"""Errors: one class per exit code, one JSON shape that always serialises."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime, time
from enum import Enum

import pytest

from casework.base import errors
from casework.base.errors import BadInput, CaseworkError, Findings, Refused


class Method(Enum):
    """An invented enum."""

    HAND = "hand"


@pytest.mark.parametrize(
    ("name", "exit_code", "code"),
    [
        ("Findings", 1, "findings"),
        ("BadInput", 2, "bad-input"),
        ("Refused", 3, "refused"),
        ("Conflict", 4, "conflict"),
        ("Unavailable", 5, "unavailable"),
        ("NotPermitted", 6, "not-permitted"),
    ],
)
def test_each_class_has_its_exit_code_and_code(name: str, exit_code: int, code: str) -> None:
    error = getattr(errors, name)("It went wrong.")
    assert isinstance(error, CaseworkError)
    assert (error.exit_code, error.code) == (exit_code, code)
    assert str(error) == "It went wrong."


def test_the_json_shape_has_a_remedy_only_if_there_is_one() -> None:
    assert BadInput("No.").as_json() == {"ok": False, "code": "bad-input", "message": "No."}
    assert BadInput("No.", remedy="Yes.", at=3).as_json() == {
        "ok": False,
        "code": "bad-input",
        "message": "No.",
        "remedy": "Yes.",
        "at": 3,
    }


def test_every_detail_becomes_something_json_can_say() -> None:
    error = Refused(
        "No.",
        earliest=date(2026, 4, 17),
        at=datetime(2026, 4, 17, 10, tzinfo=UTC),
        time=time(10, 0),
        how=Method.HAND,
        unmet=(BadInput("x", day=date(2026, 4, 17)), {"n": None}),
        roles={"clerk", "chair"},
        root=b"\x00\xff",
        other=Ellipsis,
        ok=True,
        ratio=0.5,
    )
    assert json.loads(json.dumps(error.as_json())) == {
        "ok": False,
        "code": "refused",
        "message": "No.",
        "earliest": "2026-04-17",
        "at": "2026-04-17T10:00:00+00:00",
        "time": "10:00:00",
        "how": "hand",
        "unmet": [
            {"ok": False, "code": "bad-input", "message": "x", "day": "2026-04-17"},
            {"n": None},
        ],
        "roles": ["chair", "clerk"],
        "root": "00ff",
        "other": "Ellipsis",
        "ratio": 0.5,
    }


def test_a_detail_cannot_pose_as_success_or_as_another_code() -> None:
    assert Findings("No.", ok=True, code="fine").as_json() == {
        "ok": False,
        "code": "findings",
        "message": "No.",
    }


def test_an_error_survives_a_worker_process() -> None:
    again = pickle.loads(pickle.dumps(Refused("No.", remedy="Wait.", pos=4)))
    assert (again.message, again.remedy, again.details) == ("No.", "Wait.", {"pos": 4})
