"""Commands come at once: what each imports, seen on `sys.modules` of a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.integration.cli.desk import Desk

HEAVY = {
    "alembic",
    "cryptography",
    "fastapi",
    "holidays",
    "importlib.metadata",
    "jinja2",
    "pydantic",
    "sqlalchemy",
    "transitions",
    "weasyprint",
    "yaml",
}
# SQLAlchemy itself imports importlib.metadata.
LISTS = HEAVY - {"sqlalchemy", "importlib.metadata"}

_PROGRAM = """
import json, os, sys
from casework.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as done:
    assert not done.code, done.code
os.write(2, json.dumps(sorted(sys.modules)).encode())
"""


def imported(*words: str) -> set[str]:
    """The modules that a command line imports."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["case", "--help"], ["case", "list", "--help"]])
def test_help_and_version_import_nothing_heavy(words: list[str]) -> None:
    assert not imported(*words) & HEAVY


@pytest.mark.parametrize("words", [["case", "list"], ["due"], ["case", "list", "--json"]])
def test_lists_import_the_store_and_nothing_else_that_is_heavy(words: list[str], session_desk: Desk) -> None:
    found = imported("--data", str(session_desk.folder), *words)
    assert "sqlalchemy" in found
    assert not found & LISTS


def test_nothing_but_letters_imports_the_printer(hearing_desk: Desk) -> None:
    found = imported("--data", str(hearing_desk.folder), "case", "show", hearing_desk.reference)
    assert not found & {"weasyprint", "alembic", "fastapi", "holidays"}
