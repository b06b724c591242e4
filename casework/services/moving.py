"""Moving a case to another policy that the school has adopted: rehearsed, approved, then recorded with its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.cases.moving import move_policy
from casework.cases.rehearsal import Rehearsal, rehearse
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.kept_policies import called
from casework.services.loading import LoadedCase, calendars_of, context_of
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace
    from casework.store.rows import Document

NOW = "adopted"
"""What stands for the policy that the school has now."""


class NotAdopted(BadInput):
    """The school has adopted no such policy, or several that are called so."""

    code = "not-adopted"


@dataclass(frozen=True, slots=True)
class Target:
    """The policy to move to, and its digest."""

    digest: str
    policy: Policy


def find_adopted(workspace: Workspace, school: School, named: str) -> Target:
    """Return a policy that the school has adopted at some time.

    Args:
        named: its label, the beginning of its digest (eight digits or more), or `adopted` for the one it has now.

    Raises:
        NotAdopted: none fits, or several do. NoAccess, StoreDamaged: it is not there, or not what its digest says.
    """
    if named == NOW:
        return Target(school.policy, workspace.policy(school.policy))
    known = _adopted(workspace, school)
    found = called(known, named)
    if len(found) == 1:
        return Target(found[0].digest, workspace.policy(found[0].digest))
    if found:
        which = ", ".join(f"{item.digest:.12}" for item in found)
        raise NotAdopted(
            f"The school has adopted {len(found)} policies called {named}: {which}, oldest first.",
            remedy="Give the beginning of one digest, or `adopted` for the one that the school has now.",
        )
    shown = ", ".join(f"{item.label} ({item.digest:.12})" for item in known)
    raise NotAdopted(
        f"The school has adopted no policy {named!r}.",
        remedy=f"It has adopted: {shown}. Adopt another with `casework policy adopt`.",
    )


def rehearse_move(workspace: Workspace, school: School, loaded: LoadedCase, target: Target) -> Rehearsal:
    """Return what moving a case would change; nothing is recorded, and no words are opened.

    Raises:
        NoAccess, StoreDamaged: a policy that it followed is not there, or not what its digest says.
    """
    return rehearse(
        loaded.history,
        loaded.policies,
        target.policy,
        calendars_of(workspace, loaded),
        context_of(workspace, school),
    )


def move(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    target: Target,
    *,
    approved_by: str,
    reason: str,
    command: str = "",
) -> Receipt:
    """Move a case to another policy.

    Args:
        approved_by: the name of whoever approved it; they have a part in the case.

    Raises:
        CannotMove, FieldInvalid, UnknownPerson, CaseMoved.
    """
    decision = move_policy(
        loaded.case,
        loaded.policy,
        target.policy,
        to=target.digest,
        approved_by=party_named(workspace, loaded, approved_by),
        reason=reason,
        recorder=recorder_of(workspace, school, loaded),
        context=context_of(workspace, school),
    )
    return record_in_case(workspace, loaded, [decision], command)


def _adopted(workspace: Workspace, school: School) -> list[Document]:
    """The policies that the school has adopted, oldest first."""
    with workspace.store.read() as reader:
        facts = [json.loads(event.facts or b"{}") for event in reader.events_of(school.stream)]
        digests = dict.fromkeys(item["policy"] for item in facts if item.get("kind") == "policy_adopted")
        kept = [reader.policy(digest) for digest in digests]
    return [item for item in kept if item is not None]
