"""Policies, breach catalogues and calendars, each kept under its digest for as long as a case cites it."""

from __future__ import annotations

from typing import Final

from casework.store.errors import Overtaken
from casework.store.rows import Document
from casework.store.schema import calendars, catalogues, policies
from casework.store.session import Session
from casework.store.statement import Statement, insert_into, select_where

_POLICY: Final = select_where(policies, "digest")
_POLICIES: Final = select_where(policies, order=("label", "digest"))
_CATALOGUE: Final = select_where(catalogues, "digest")
_CATALOGUES: Final = select_where(catalogues, order=("label", "digest"))
_CALENDAR: Final = select_where(calendars, "digest")
_CALENDARS: Final = select_where(calendars, order=("digest",))
_ADD_POLICY: Final = insert_into(policies)
_ADD_CATALOGUE: Final = insert_into(catalogues)
_ADD_CALENDAR: Final = insert_into(calendars)


class DocumentReading(Session):
    """Queries on policies, catalogues and calendars."""

    def policy(self, digest: str) -> Document | None:
        """Return the policy of a digest, or None."""
        row = self._row(_POLICY, digest)
        return Document(*row) if row else None

    def policies(self) -> list[Document]:
        """Return every adopted policy, ordered by label."""
        return [Document(*row) for row in self._rows(_POLICIES)]

    def catalogue(self, digest: str) -> Document | None:
        """Return the breach catalogue of a digest, or None."""
        row = self._row(_CATALOGUE, digest)
        return Document(*row) if row else None

    def catalogues(self) -> list[Document]:
        """Return every adopted breach catalogue, ordered by label."""
        return [Document(*row) for row in self._rows(_CATALOGUES)]

    def calendar(self, digest: str) -> bytes | None:
        """Return the calendar of a digest as it was stored, or None."""
        row = self._row(_CALENDAR, digest)
        return row[1] if row else None

    def calendars(self) -> list[tuple[str, bytes]]:
        """Return every calendar that is kept, each under its digest."""
        return [(row[0], row[1]) for row in self._rows(_CALENDARS)]


class DocumentWriting(DocumentReading):
    """Keeping policies, catalogues and calendars; keeping one again changes nothing."""

    def put_policy(self, policy: Document) -> None:
        """Keep a policy.

        Raises:
            Overtaken: its digest already stands for something else.
        """
        self._keep(
            _ADD_POLICY, (policy.digest, policy.label, policy.resolved), self._row(_POLICY, policy.digest)
        )

    def put_catalogue(self, catalogue: Document) -> None:
        """Keep a breach catalogue.

        Raises:
            Overtaken: its digest already stands for something else.
        """
        row = (catalogue.digest, catalogue.label, catalogue.resolved)
        self._keep(_ADD_CATALOGUE, row, self._row(_CATALOGUE, catalogue.digest))

    def put_calendar(self, digest: str, data: bytes) -> None:
        """Keep a calendar.

        Raises:
            Overtaken: its digest already stands for something else.
        """
        self._keep(_ADD_CALENDAR, (digest, data), self._row(_CALENDAR, digest))

    def _keep(
        self, add: Statement, row: tuple[str | bytes, ...], stored: tuple[str | bytes, ...] | None
    ) -> None:
        if stored is None:
            self._run(add, row)
        elif stored[-1] != row[-1]:  # a label may change, what a digest stands for may not
            raise Overtaken(f"The digest {row[0]!s} already stands for something else.", digest=row[0])
