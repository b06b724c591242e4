"""A small, complete policy for tests, and ways to break it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casework.procedure.check import KnownLetter, check
from casework.procedure.errors import PolicyInvalid
from casework.procedure.load import extended_by, load_catalogue, load_policy, read_policy, shipped_policies
from casework.procedure.model import Policy
from casework.procedure.weakening import weakened

HERE = Path(__file__).parent


def copy_small(to: Path) -> Path:
    """Copy the small policy, its rules and its catalogue into `to`; return the folder of all three."""
    return Path(shutil.copytree(HERE / "small", to / "small"))


def copy_in_parts(to: Path) -> Path:
    """Copy the small policy as `copy_small`, but with its main strand in parts and with a `shared.yaml`."""
    folder = copy_small(to)
    shutil.rmtree(folder / "policy" / "strands")
    shutil.copytree(HERE / "in_parts", folder / "policy", dirs_exist_ok=True)
    return folder


def copy_overlay(to: Path) -> Path:
    """Copy the small policy in parts, and beside it `ours`, a policy that extends it; return the folder of both."""
    folder = copy_in_parts(to)
    shutil.copytree(HERE / "overlay", folder / "ours")
    return folder


def edit(folder: Path, edits: list[dict[str, Any]]) -> None:
    """Apply edits: `find` stands exactly once in `file` and is replaced by `put`; or the whole `text`; or `delete`."""
    for change in edits:
        path = folder / change["file"]
        if change.get("delete"):
            path.unlink()
        elif "text" in change:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(change["text"], encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            assert text.count(change["find"]) == 1, change
            path.write_text(text.replace(change["find"], change["put"]), encoding="utf-8")


def edits_of(case: Path) -> list[dict[str, Any]]:
    """The edits of a broken policy."""
    edits: list[dict[str, Any]] = yaml.safe_load((case / "edit.yaml").read_text(encoding="utf-8"))
    return edits


def findings(folder: Path, name: str = "policy") -> list[str]:
    """Everything that the loader or, where it is content, the check says; one line each."""
    try:
        (policy, places), catalogue = read_policy(folder / name), load_catalogue(folder / "conduct")
    except PolicyInvalid as problem:
        return [str(error) for error in problem.errors]
    letters = known_letters(folder)
    above = extended_by(folder / name)
    weaker = weakened(policy, load_policy(above)) if above is not None else []
    found = check(policy, [catalogue], letters, letters=letters)
    return [f"{problem.code}: {problem}" for problem in places.located([*found, *weaker])]


def known_letters(folder: Path) -> dict[str, KnownLetter]:
    """What is known of the letters that belong to the small policy."""
    written = yaml.safe_load((folder / "letters.yaml").read_text(encoding="utf-8"))
    return {
        name: KnownLetter(
            name,
            tuple(about["tells_of"]),
            tuple(about["sent_by"]),
            tuple(about.get("covers", ())),
            tuple((label, tuple(sources)) for label, sources in about.get("looks_for", {}).items()),
            tuple(about.get("faults", ())),
        )
        for name, about in written.items()
    }


@cache
def load_small() -> Policy:
    """The small policy as it stands."""
    return load_policy(HERE / "small" / "policy")


@cache
def load_shipped() -> Policy:
    """The policy for maintained schools in England as it is shipped."""
    return load_policy(shipped_policies()["england-maintained"])
