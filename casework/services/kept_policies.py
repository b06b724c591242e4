"""Policies that a data folder keeps: each that a school ever adopted, found by its label or its digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput
from casework.procedure.model import Policy

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.rows import Document

_SHORTEST: Final = 8
"""The fewest characters of a digest that name a policy."""


def kept_policy(workspace: Workspace, named: str) -> Policy | None:
    """Return the policy of this label (`england-maintained@2026.1`) or digest, of which the first eight characters do.

    Raises:
        BadInput: it could be more than one.
    """
    with workspace.store.read() as reader:
        kept = reader.policies()
    found = called(kept, named)
    if len(found) > 1:
        each = ", ".join(one.digest[:12] for one in found)
        raise BadInput(
            f"Several policies here are called {named}.", remedy=f"Name one by its digest: {each}."
        )
    return workspace.policy(found[0].digest) if found else None


def called(kept: Iterable[Document], named: str) -> list[Document]:
    """Return those of the `kept` policies that are named by their label, or by the beginning of their digest."""
    return [
        one
        for one in kept
        if named == one.label or (len(named) >= _SHORTEST and one.digest.startswith(named))
    ]
