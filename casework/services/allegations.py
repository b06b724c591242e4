"""What is alleged in a case: added, amended, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from casework.cases import acts
from casework.services.cases import allegation_id, record_in_case, recorder_of
from casework.services.loading import LoadedCase, context_of
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def allege(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    text: str,
    clauses: Iterable[str],
    band: str,
    period: tuple[date, date] | None,
    gross_misconduct: bool = False,
    amends: int | None = None,
    command: str = "",
) -> Receipt:
    """Add an allegation, or amend allegation number `amends`.

    Raises:
        FieldInvalid, UnknownItem.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return repeated
    decision = acts.allege(
        loaded.case,
        allegation=workspace.new_id() if amends is None else allegation_id(loaded, amends),
        text=text,
        clauses=clauses,
        band=band,
        period=period,
        gross_misconduct=gross_misconduct,
        catalogues=loaded.catalogues,
        recorder=recorder_of(workspace, school, loaded),
        context=context_of(workspace, school),
    )
    return record_in_case(workspace, loaded, [decision], command)


def withdraw_allegation(
    workspace: Workspace, school: School, loaded: LoadedCase, *, number: int, reason: str, command: str = ""
) -> Receipt:
    """Withdraw an allegation, with a reason.

    Raises:
        UnknownItem, FieldInvalid.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return repeated
    decision = acts.withdraw_allegation(
        loaded.case,
        allegation=allegation_id(loaded, number),
        reason=reason,
        recorder=recorder_of(workspace, school, loaded),
    )
    return record_in_case(workspace, loaded, [decision], command)
