"""Organisations and the people they know; names are sealed."""

from __future__ import annotations

from typing import Final

from casework.store.rows import Organisation, Person
from casework.store.schema import organisations, people
from casework.store.session import Session
from casework.store.statement import Statement, insert_into, select_where, update_where

ORGANISATION: Final = select_where(organisations, "organisation")
_ORGANISATIONS: Final = select_where(organisations, order=("organisation",))
_PERSON: Final = select_where(people, "person")
_PEOPLE: Final = select_where(people, "organisation", order=("person",))
_ADD_ORGANISATION: Final = insert_into(organisations, "settings", "sealed", "organisation")
_SET_ORGANISATION: Final = update_where(organisations, ("settings", "sealed"), ("organisation",))
_ADD_PERSON: Final = insert_into(people, "sealed", "person", "organisation")
_SET_PERSON: Final = update_where(people, ("sealed",), ("person", "organisation"))


class DirectoryReading(Session):
    """Queries on organisations and people."""

    def organisation(self, organisation: str) -> Organisation | None:
        """Return an organisation, or None."""
        row = self._row(ORGANISATION, organisation)
        return Organisation(*row) if row else None

    def organisations(self) -> list[Organisation]:
        """Return every organisation."""
        return [Organisation(*row) for row in self._rows(_ORGANISATIONS)]

    def person(self, person: str) -> Person | None:
        """Return a person's entry, or None."""
        row = self._row(_PERSON, person)
        return Person(*row) if row else None

    def people(self, organisation: str) -> list[Person]:
        """Return the directory of an organisation."""
        return [Person(*row) for row in self._rows(_PEOPLE, organisation)]


class DirectoryWriting(DirectoryReading):
    """Entering organisations and people, or replacing what is entered."""

    def put_organisation(self, organisation: Organisation) -> None:
        """Enter an organisation, or replace its settings."""
        row = (organisation.settings, organisation.sealed, organisation.organisation)
        self._enter(_SET_ORGANISATION, _ADD_ORGANISATION, row)

    def put_person(self, person: Person) -> None:
        """Enter a person, or replace the entry.

        Raises:
            Overtaken: the id belongs to another organisation.
        """
        self._enter(_SET_PERSON, _ADD_PERSON, (person.sealed, person.person, person.organisation))

    def _enter(self, change: Statement, add: Statement, row: tuple[str | bytes, ...]) -> None:
        if self._run(change, row).rowcount == 0:
            self._run(add, row)
