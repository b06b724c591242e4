"""Organisations, the people they know, and the accounts that sign in; names are sealed."""

from __future__ import annotations

from typing import Final

from casework.store.rows import Account, Organisation, Person
from casework.store.schema import accounts, organisations, people
from casework.store.session import Session
from casework.store.statement import Statement, insert_into, select_where, update_where

_ORGANISATION: Final = select_where(organisations, "organisation")
_ORGANISATIONS: Final = select_where(organisations, order=("organisation",))
_PERSON: Final = select_where(people, "person")
_PEOPLE: Final = select_where(people, "organisation", order=("person",))
_ACCOUNT: Final = select_where(accounts, "account")
_ACCOUNTS: Final = select_where(accounts, "organisation", order=("account",))
_ADD_ORGANISATION: Final = insert_into(organisations, "settings", "sealed", "organisation")
_SET_ORGANISATION: Final = update_where(organisations, ("settings", "sealed"), ("organisation",))
_ADD_PERSON: Final = insert_into(people, "sealed", "person", "organisation")
_SET_PERSON: Final = update_where(people, ("sealed",), ("person", "organisation"))
_ADD_ACCOUNT: Final = insert_into(accounts, "public_key", "sealed", "account", "organisation")
_SET_ACCOUNT: Final = update_where(accounts, ("public_key", "sealed"), ("account", "organisation"))


class DirectoryReading(Session):
    """Queries on organisations, people and accounts."""

    def organisation(self, organisation: str) -> Organisation | None:
        """Return an organisation, or None."""
        row = self._row(_ORGANISATION, organisation)
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

    def account(self, account: str) -> Account | None:
        """Return an account, or None."""
        row = self._row(_ACCOUNT, account)
        return Account(*row) if row else None

    def accounts(self, organisation: str) -> list[Account]:
        """Return the accounts of an organisation."""
        return [Account(*row) for row in self._rows(_ACCOUNTS, organisation)]


class DirectoryWriting(DirectoryReading):
    """Entering organisations, people and accounts, or replacing what is entered."""

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

    def put_account(self, account: Account) -> None:
        """Enter an account, or replace it.

        Raises:
            Overtaken: the id belongs to another organisation.
        """
        row = (account.public_key, account.sealed, account.account, account.organisation)
        self._enter(_SET_ACCOUNT, _ADD_ACCOUNT, row)

    def _enter(self, change: Statement, add: Statement, row: tuple[str | bytes, ...]) -> None:
        if self._run(change, row).rowcount == 0:
            self._run(add, row)
