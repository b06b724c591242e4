"""Every refusal says what to do: whoever is refused is in a hurry, and somebody waits for them."""

from __future__ import annotations

import ast
from pathlib import Path

import casework
from casework.base.errors import Refused
from casework.cases import acts, amend, deadline_acts, letter_acts, moving, triage
from casework.registers import entries, model

SAID = {
    kind.__name__
    for module in (acts, amend, deadline_acts, letter_acts, moving, triage, entries, model)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and (issubclass(kind, Refused) or kind in (acts.UnknownItem, model.UnknownEntry))
}
"""Errors that say that something is not allowed, or not there, in a case or a register."""


def silent(source: str) -> list[str]:
    """The places that make such an error without a remedy."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAID
        and "remedy" not in {keyword.arg for keyword in node.keywords}
    ]


def test_every_refusal_says_what_to_do() -> None:
    assert {"CannotAmend", "LetterNotReady", "DeadlineStands", "UnknownItem"} <= SAID
    package = Path(casework.__file__).parent
    files = [path for part in ("cases", "registers", "services") for path in (package / part).rglob("*.py")]
    found = {path.name: silent(path.read_text(encoding="utf-8")) for path in files}
    assert {name: places for name, places in found.items() if places} == {}
    assert silent("raise CannotAmend('No.')")
