"""Answers of a step that the school's registers give: whether an entry of the case stands in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.cases.fields import applies, read_fields
from casework.cases.model import Case
from casework.registers.model import Entry
from casework.services.loading import LoadedCase, people_of
from casework.services.registers import LoadedRegister, registers_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def with_entries(
    workspace: Workspace,
    school: School,
    case: Case,
    loaded: LoadedCase,
    step: str,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the values of a step with what the registers say in the place of what somebody says of them.

    Raises:
        FieldInvalid: a value of the wrong form. RegisterUnreadable.
    """
    found = dict(values)
    known = loaded.policy.steps[step][1] if step in loaded.policy.steps else None
    asked = {name: item for name, item in known.fields.items() if item.entered_in} if known else {}
    if known is None or not asked:
        return found
    read = read_fields(known, found, case, loaded.policy).values
    registers, employee = registers_of(workspace, school), case.employee
    person = str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""
    for name, item in asked.items():
        if applies(item.when, read, case, loaded.policy):
            register = registers.get(item.entered_in or "")
            entries = register.book.standing if register else ()
            found[name] = any(_belongs(entry, register, loaded.stream, person) for entry in entries)
    return found


def _belongs(entry: Entry, register: LoadedRegister | None, stream: str, person: str) -> bool:
    """Whether an entry is of the case; one that names no case may be about its employee."""
    about = register.register.about if register else None
    return entry.case == stream or bool(
        not entry.case and about and person and entry.values.get(about) == person
    )
