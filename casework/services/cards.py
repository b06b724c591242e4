"""The card for the first ten minutes, with the telephone numbers of the school's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.time import format_instant
from casework.records.card import CardInput
from casework.services.schools import School, details

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def card_of(workspace: Workspace, school: School) -> CardInput:
    """Return the card of the school's policy with the school's own numbers.

    Raises:
        BadInput: the policy has no card. NoAccess: this account has no key to the school's details.
    """
    policy = workspace.policy(school.policy)
    if policy.card is None:
        raise BadInput(f"The policy {policy.label} has no card.")
    known = details(workspace, school)
    return CardInput(
        policy.card, school.name, dict(known.get("contacts", {})), format_instant(workspace.clock.now())
    )
