"""Moving a deadline of a case: more time, standing still, running on. The act decides who may, and until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from casework.base.time import Occurred
from casework.cases import deadline_acts
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.loading import LoadedCase, context_of
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def move(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    change: deadline_acts.Change,
    *,
    clock: str,
    to: date | None = None,
    reason: str,
    occurred: Occurred | None = None,
    taken_by: str = "",
    command: str = "",
) -> Receipt:
    """Extend a deadline, let it stand still, or let it run on.

    Args:
        change: which of the three.
        clock: the deadline's name in the policy, such as `investigation`.
        to: the new due date, or the day on which it is looked at again; of no use to `resumed`.
        occurred: when that was decided; today if None.
        taken_by: the name of whoever decided it; the signed-in person if empty.

    Raises:
        DeadlineStands, UnknownItem, FieldInvalid, UnknownPerson, CaseMoved.
    """
    context, recorder = context_of(workspace, school), recorder_of(workspace, school, loaded)
    party = party_named(workspace, loaded, taken_by) if taken_by else recorder["party"]
    on = occurred or Occurred(context.today, None, "day")
    asked = deadline_acts.Move(clock, reason, on, party, recorder, context)
    if change == "extended":
        decision = deadline_acts.extend_deadline(loaded.case, loaded.policy, asked, until=to or context.today)
    elif change == "paused":
        decision = deadline_acts.pause_deadline(
            loaded.case, loaded.policy, asked, look_again=to or context.today
        )
    else:
        decision = deadline_acts.resume_deadline(loaded.case, loaded.policy, asked)
    return record_in_case(workspace, loaded, [decision], command)
