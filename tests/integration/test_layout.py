"""The layout cannot rot: floors, sizes, words, docstrings and dependencies are tests like any other."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "casework").rglob("*.py"))
LONGEST = 400
LONGER_BECAUSE = f"Longer than {LONGEST} lines because"

# Where words are read by users: code (its help and messages), policies, letters and documents.
WORDED = [
    path
    for place in ("casework", "workflows", "letters", "docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md")
    for path in sorted([ROOT / place] if (ROOT / place).is_file() else (ROOT / place).rglob("*"))
    if path.suffix in {".py", ".md", ".yaml", ".json", ".j2", ".html", ".css"} and "fonts" not in path.parts
]
FORBIDDEN = {
    # Nothing is; what the ledger does is make tampering evident.
    r"(?i)tamper[- ]?proof": "say tamper-evident",
    # No program makes an employer's conduct lawful.
    r"(?i)\bcompliant\b": "say built from the Acas Code",
    r"\b(TODO|FIXME)\b": "do it, or open an issue",
}

# Imported under another name than they are installed; by hand, because it must hold before installing too.
INSTALLED_AS = {"argon2": "argon2-cffi", "docx": "python-docx", "yaml": "pyyaml", "PIL": "pillow"}
# No module imports them: the zone database that `zoneinfo` reads where the system has none, and what Starlette reads
# forms with.
DATA_ONLY = {"tzdata", "python-multipart"}


def names_in(requirements: Iterable[str]) -> set[str]:
    """Normalised names of the packages in lines such as `PyYAML>=6,<7`."""
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in requirements}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What is installed only where it is wanted; imported where it is used, and nowhere at the head of a module.
OPTIONAL = names_in(
    chain(
        *(
            names
            for extra, names in PROJECT["optional-dependencies"].items()
            if extra not in ("dev", "benchmarks", "postgresql")
        )
    )
)
EVERY_DEPENDENCY = names_in(chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()))


def name_of(path: Path) -> str:
    """A path as it is shown when its test fails."""
    return path.relative_to(ROOT).as_posix()


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the development tools over this checkout."""
    return subprocess.run(
        [Path(sys.executable).with_name(name), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def imported_at_once(path: Path) -> set[str]:
    """Full names of the modules that a file imports as soon as it is imported itself."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = {alias.name for node in body if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module for node in body if isinstance(node, ast.ImportFrom) and node.module}


def imported_by(path: Path) -> set[str]:
    """Full names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            # A package without types of its own is imported by name, so that the strict checks stay on around it.
            found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found


def test_floors_hold() -> None:
    done = tool("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout


def test_every_public_thing_has_a_docstring() -> None:
    done = tool("interrogate", "-vv", "casework")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_short_or_say_why_not(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    length = len(text.splitlines())
    if length > LONGEST:
        docstring = ast.get_docstring(ast.parse(text)) or ""
        assert LONGER_BECAUSE in " ".join(docstring.split()), (
            f"{name_of(path)} has {length} lines. Divide it, or say in its docstring: {LONGER_BECAUSE} ..."
        )


@pytest.mark.parametrize(("words", "instead"), FORBIDDEN.items())
def test_words_that_we_do_not_use(words: str, instead: str) -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in WORDED
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line)
    ]
    assert not found, "\n".join([f"{instead}:", *found])


def test_dependencies_are_declared_and_used() -> None:
    declared = names_in([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgresql"]])
    imported = {name.partition(".")[0] for path in MODULES for name in imported_by(path)}
    third_party = imported - sys.stdlib_module_names - {"casework"}
    used = {INSTALLED_AS.get(name, name.lower()) for name in third_party}
    assert used - declared - OPTIONAL == set(), "imported, but not declared in pyproject.toml"
    at_once = {name.partition(".")[0] for path in MODULES for name in imported_at_once(path)}
    assert {INSTALLED_AS.get(name, name) for name in at_once} & OPTIONAL == set(), (
        "import it where it is used"
    )
    assert declared - used - DATA_ONLY == set(), "declared in pyproject.toml, but not imported"


@pytest.mark.parametrize("name", sorted(EVERY_DEPENDENCY))
def test_every_dependency_has_a_reason_and_a_fixed_version(name: str) -> None:
    reasons = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    fixed = (ROOT / "scripts" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert f"\n| {name} |" in reasons.lower(), "say why in docs/decisions/0001-dependencies.md"
    assert name in names_in(line for line in fixed if "==" in line), "run make upgrade"


def test_the_state_machine_library_stays_in_one_module() -> None:
    users = [name_of(path) for path in MODULES if any(n.startswith("transitions") for n in imported_by(path))]
    assert len(users) == 1, users


def test_the_orm_stays_out() -> None:
    users = [
        name_of(path) for path in MODULES if any(n.startswith("sqlalchemy.orm") for n in imported_by(path))
    ]
    assert users == []


def test_decisions_are_numbered_and_complete() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(len(records)))
    for path in records:
        text = path.read_text(encoding="utf-8")
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{name_of(path)} lacks {heading}; start from 0000-template.md"


@pytest.mark.parametrize("script", [".ci/run", "scripts/setup.sh"])
def test_scripts_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
