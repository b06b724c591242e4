"""The cases that somebody is part of; who a part is, stands in sealed words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.cases.replay import FactsMissing
from casework.services import guard
from casework.services.directory import Person
from casework.services.loading import LoadedCase, people_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def cases_of(workspace: Workspace, school: School, person: Person) -> Iterator[LoadedCase]:
    """Yield every case that a person is part of, whose words are there and for whoever is signed in."""
    for row in guard.cases_of(workspace, school.id):
        try:
            loaded = workspace.cases.load(row.stream)
        except FactsMissing:
            continue
        if loaded.forgotten:
            continue
        if any(words.get("person") == person.id for words in people_of(workspace, loaded).values()):
            yield loaded


def is_employee(workspace: Workspace, loaded: LoadedCase, person: Person) -> bool:
    """Say whether a case is about a person."""
    employee = loaded.case.employee
    return employee is not None and people_of(workspace, loaded)[employee.id].get("person") == person.id
