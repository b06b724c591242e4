"""What somebody has begun to fill in and not sent: no record, replaced as it grows, and dropped."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

from sqlalchemy import bindparam, delete

from casework.store.rows import Draft
from casework.store.schema import drafts
from casework.store.session import Session
from casework.store.statement import Statement, delete_where, insert_into, select_where

_DRAFT: Final = select_where(drafts, "draft")
_ADD: Final = insert_into(drafts)
_DROP: Final = delete_where(drafts, "draft")
_DROP_ABOUT: Final = delete_where(drafts, "stream")
_DROP_OLD: Final = Statement(
    lambda: delete(drafts).where(
        drafts.c.organisation == bindparam("organisation"), drafts.c.changed < bindparam("before")
    ),
    *("organisation", "before"),
)


class DraftReading(Session):
    """Queries on drafts."""

    def draft(self, draft: str) -> Draft | None:
        """Return a draft, or None."""
        row = self._row(_DRAFT, draft)
        return Draft(*row) if row else None


class DraftWriting(DraftReading):
    """Keeping drafts and dropping them."""

    def put_draft(self, draft: Draft) -> None:
        """Keep a draft in the place of an earlier one."""
        self._run(_DROP, (draft.draft,))
        self._run(_ADD, astuple(draft))

    def drop_draft(self, draft: str) -> None:
        """Drop a draft, if there is one."""
        self._run(_DROP, (draft,))

    def drop_drafts_about(self, stream: str) -> None:
        """Drop every draft about a stream."""
        self._run(_DROP_ABOUT, (stream,))

    def drop_drafts_before(self, organisation: str, before: str) -> None:
        """Drop an organisation's drafts that were last changed before a UTC instant."""
        self._run(_DROP_OLD, (organisation, before))
