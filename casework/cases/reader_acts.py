"""Letting somebody in to a case, or out of it: what is recorded, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.cases.fields import FieldInvalid, clean
from casework.cases.readers import Reader
from casework.cases.request import Decision

Facts = Mapping[str, Any]


def let_in(reader: Reader, *, name: str, reason: str, recorder: Facts, **more: Any) -> Decision:
    """Let an account in; `more` are facts such as who proposed it and who confirmed it.

    Raises: FieldInvalid without a reason.
    """
    facts = {"kind": "let_in", **reader.to_facts(), **more, "recorded_by": dict(recorder)}
    return Decision(facts, {"name": name, "reason": _said(reason)})


def let_out(account: str, basis: str, *, name: str, reason: str, recorder: Facts) -> Decision:
    """Let an account out: by name, because its time or its part is over, or because its person became a party.

    Raises: FieldInvalid without a reason.
    """
    facts = {"kind": "let_out", "account": account, "basis": basis, "recorded_by": dict(recorder)}
    return Decision(facts, {"name": name, "reason": _said(reason)})


def _said(reason: str) -> str:
    said = clean("The reason", reason)
    if not said:
        raise FieldInvalid("Letting somebody in or out needs a reason.")
    return said
