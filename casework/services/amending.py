"""Mending mistakes in a case: corrections and annulments. Old and new both stand, with who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases import amend
from casework.services.cases import record_in_case, recorder_of
from casework.services.loading import LoadedCase, context_then, with_cases
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def correct(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    event: int,
    values: Mapping[str, Any],
    occurred: Occurred | None,
    reason: str,
    command: str = "",
) -> Receipt:
    """Correct an event; old and new both stand.

    Raises:
        UnknownItem, FieldInvalid, CannotAmend.
    """
    step = str(loaded.history[event - 1].facts.get("step", "")) if 1 <= event <= loaded.n else ""
    decision = amend.correct(
        loaded.history,
        event=event,
        values=with_cases(workspace, school, loaded, step, values),
        occurred=occurred,
        reason=reason,
        policies=loaded.policies,
        recorder=recorder_of(workspace, school, loaded),
        context=context_then(workspace, school, loaded, event),
    )
    return record_in_case(workspace, loaded, [decision], command)


def annul(
    workspace: Workspace, school: School, loaded: LoadedCase, *, event: int, reason: str, command: str = ""
) -> Receipt:
    """Annul an event that should never have been recorded; it stays visible and counts no more.

    Raises:
        UnknownItem, FieldInvalid, CannotAmend.
    """
    decision = amend.annul(
        loaded.history,
        event=event,
        reason=reason,
        recorder=recorder_of(workspace, school, loaded),
        policies=loaded.policies,
        context=context_then(workspace, school, loaded, event),
    )
    return record_in_case(workspace, loaded, [decision], command)
