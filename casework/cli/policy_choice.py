"""Which procedure or catalogue is meant: a folder, a shipped one by its id, or the school's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from casework.base.errors import BadInput
from casework.base.resources import DEFAULT_POLICY
from casework.cli.session import Session
from casework.procedure.load import load_catalogue, load_policy, shipped_catalogues, shipped_policies
from casework.procedure.model import Catalogue, Policy
from casework.store.errors import NoStore

F = TypeVar("F", bound=Callable[..., Any])

policy_option = click.option(
    "--policy",
    "named",
    metavar="POLICY",
    help="A procedure by its id, label or digest, or the folder that holds it.",
)
"""Which procedure a command is about: `named`."""


def policy_by_place(function: F) -> F:
    """Give a command that takes nothing else by its place POLICY there, and `--policy` as everywhere: `named`."""

    @click.argument("placed", metavar="[POLICY]", required=False)
    @policy_option
    @wraps(function)
    def wrapped(*args: Any, placed: str | None, named: str | None, **kwargs: Any) -> Any:
        if placed and named and placed != named:
            raise click.UsageError(f"Name one procedure: {placed} or --policy {named}.")
        return function(*args, named=named or placed, **kwargs)

    return wrapped  # type: ignore[return-value]


def chosen(session: Session, named: str | None) -> Policy | Catalogue:
    """Return the procedure or catalogue that was named; the school's own procedure, else the shipped one, if none was.

    Raises:
        BadInput: there is none of that name. PolicyInvalid: what the folder holds cannot be read.
    """
    if named is None:
        try:
            return session.workspace.policy(session.school.policy)
        except NoStore:
            return load_policy(shipped_policies()[DEFAULT_POLICY])
    for shipped, load in ((shipped_policies(), load_policy), (shipped_catalogues(), load_catalogue)):
        if named in shipped:
            return load(shipped[named])
    folder = Path(named)
    if (folder / "catalogue.yaml").is_file():
        return load_catalogue(folder)
    if (folder / "policy.yaml").is_file():
        return load_policy(folder)
    kept = _kept(session, named)
    if kept is not None:
        return kept
    for path in shipped_policies().values():
        if (policy := load_policy(path)).label == named:
            return policy
    known = ", ".join([*shipped_policies(), *shipped_catalogues()])
    raise BadInput(
        f"There is no procedure or catalogue {named!r}.",
        remedy=f"There are: {known}; or name a folder, or what is kept here by its label or digest.",
    )


def _kept(session: Session, named: str) -> Policy | None:
    """The procedure of that label or digest in the data folder; None if there is none, or no data folder yet."""
    from casework.services.kept_policies import kept_policy

    try:
        return kept_policy(session.workspace, named)
    except NoStore:
        return None


def folder_of(named: str | None) -> Path | None:
    """Return the folder of the procedure that was named; None for the school's own, which is kept without files."""
    if named is None:
        return None
    folder = shipped_policies().get(named, Path(named))
    return folder if (folder / "policy.yaml").is_file() else None


def chosen_policy(session: Session, named: str | None) -> Policy:
    """Return the procedure that was named, as `chosen` does.

    Raises:
        BadInput: what was named is a breach catalogue.
    """
    found = chosen(session, named)
    if not isinstance(found, Policy):
        raise BadInput(f"{named} is a breach catalogue, not a procedure.", remedy="Name a procedure.")
    return found
