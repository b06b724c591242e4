"""Queries on the read tables: lists that need no key. Nothing is written here; see projection.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
)

from casework.store.among import Among, as_ids
from casework.store.backend import Row
from casework.store.rows import CaseRow, ClockRow, LetterRow, PartyRow, ReaderRow, StrandState, WarningRow
from casework.store.schema import (
    READ_TABLES,
    cases,
    clocks,
    letters,
    parties,
    party_roles,
    readers,
    strand_states,
    warnings,
)
from casework.store.session import Session
from casework.store.statement import Statement, select_where

_NEWEST_FIRST: Final = ("-opened", "reference")
_CASE: Final = select_where(cases, "stream")
_CASE_CALLED: Final = select_where(cases, "organisation", "reference")
CASE_FOR: Final = Statement(
    lambda: (
        select(cases, readers)
        .join(
            readers,
            and_(readers.c.stream == cases.c.stream, readers.c.account == bindparam("account")),
            isouter=True,
        )
        .where(cases.c.organisation == bindparam("organisation"), cases.c.reference == bindparam("reference"))
    ),
    *("organisation", "reference", "account"),
)
_CASES: Final = select_where(cases, "organisation", order=_NEWEST_FIRST)
_CASES_CLOSED_OR_NOT: Final = select_where(cases, "organisation", "closed", order=_NEWEST_FIRST)
_READ_BY: Final = Statement(
    lambda: (
        select(cases)
        .join(readers, readers.c.stream == cases.c.stream)
        .where(
            cases.c.organisation == bindparam("organisation"),
            readers.c.account == bindparam("account"),
            readers.c.shut_out == bindparam("shut_out"),
            or_(readers.c.since.is_(None), readers.c.since <= bindparam("on")),
            or_(readers.c.until.is_(None), readers.c.until >= bindparam("on")),
        )
        .order_by(cases.c.opened.desc(), cases.c.reference)
    ),
    *("organisation", "account", "shut_out", "on"),
)
_READER: Final = select_where(readers, "stream", "account")
_READERS: Final = select_where(readers, "account", order=("stream",))
_READINGS_AMONG: Final = Statement(
    lambda: select(readers).where(
        readers.c.account == bindparam("account"),
        Among(readers.c.stream, bindparam("streams", type_=Text()), sought=True),
    ),
    *("account", "streams"),
)
_STRANDS: Final = select_where(strand_states, "stream", order=("strand",))
_CLOCKS: Final = select_where(clocks, "stream", order=("n", "clock"))
_RUNNING: Final = Statement(
    lambda: (
        select(clocks)
        .join(cases, cases.c.stream == clocks.c.stream)
        .where(cases.c.organisation == bindparam("organisation"), clocks.c.stopped.is_(None))
        .order_by(clocks.c.due, clocks.c.stream, clocks.c.n, clocks.c.clock)
    ),
    "organisation",
)
_FROM_START: Final = ("", "", 0, "")
_NO_REFERENCE: Final = ("9999-12-31", "")


def _page_of_cases(*, open_only: bool) -> Statement:
    def build() -> Select[Any]:
        later = or_(
            cases.c.opened < bindparam("opened"),
            and_(cases.c.opened == bindparam("opened"), cases.c.reference > bindparam("reference")),
        )
        query = select(cases).where(
            Among(cases.c.organisation, bindparam("organisations", type_=Text())), later
        )
        query = query.where(cases.c.opened <= bindparam("opened"))  # where the index is entered
        query = query.where(cases.c.closed.is_(False)) if open_only else query
        query = query.order_by(cases.c.opened.desc(), cases.c.reference)
        return query.limit(bindparam("size", type_=Integer())).offset(literal_column("0"))

    return Statement(build, "organisations", "opened", "reference", "size")


def _page_of_clocks() -> Select[Any]:
    at = (clocks.c.due, clocks.c.stream, clocks.c.n, clocks.c.clock)
    after: tuple[ColumnElement[Any], ...] = tuple(map(bindparam, ("due", "stream", "n", "clock")))
    return (
        select(clocks, cases)
        .join(cases, cases.c.stream == clocks.c.stream)
        .where(
            Among(cases.c.organisation, bindparam("organisations", type_=Text())), clocks.c.stopped.is_(None)
        )
        .where(clocks.c.due >= bindparam("due"), tuple_(*at) > tuple_(*after))
        .order_by(*at)
        .limit(bindparam("size", type_=Integer()))
        .offset(literal_column("0"))
    )


_PAGES: Final = {open_only: _page_of_cases(open_only=open_only) for open_only in (False, True)}
_DUE: Final = Statement(_page_of_clocks, "organisations", "due", "stream", "n", "clock", "size")
_LETTERS: Final = select_where(letters, "stream", order=("n", "letter"))
_WARNINGS: Final = select_where(warnings, "stream", order=("n",))
_PARTIES: Final = select_where(parties, "stream", order=("n",))
_ROLES: Final = select_where(party_roles, "stream", columns=("party", "role"), order=("n", "place"))
_LISTS: Final = {
    table.name: select_where(table, "stream", order=tuple(c.name for c in table.primary_key))
    for table in READ_TABLES
}


def _streams_in(table: Table) -> Statement:
    return Statement(lambda: select(table.c.stream).distinct())


_LISTED: Final = tuple(_streams_in(table) for table in READ_TABLES)


class ViewReading(Session):
    """Lists and look-ups for every face."""

    def case(self, stream: str) -> CaseRow | None:
        """Return the case of a stream, or None."""
        row = self._row(_CASE, stream)
        return case_of_row(row) if row else None

    def case_called(self, organisation: str, reference: str) -> CaseRow | None:
        """Return an organisation's case by its reference, or None.

        References are random, so whoever opens a case asks this inside the transaction before using one.
        """
        row = self._row(_CASE_CALLED, organisation, reference)
        return case_of_row(row) if row else None

    def case_for(
        self, organisation: str, reference: str, account: str
    ) -> tuple[CaseRow | None, ReaderRow | None]:
        """Return what `case_called` does, and what `reading_of` does of that case and an account, asked at once."""
        row = self._row(CASE_FOR, organisation, reference, account)
        if row is None:
            return None, None
        width = len(cases.columns)
        return case_of_row(row[:width]), _reading(row[width:]) if row[width] is not None else None

    def cases(self, organisation: str, *, open_only: bool = False) -> list[CaseRow]:
        """Return an organisation's cases, newest first."""
        if open_only:
            return [case_of_row(row) for row in self._rows(_CASES_CLOSED_OR_NOT, organisation, False)]
        return [case_of_row(row) for row in self._rows(_CASES, organisation)]

    def cases_read_by(self, organisation: str, account: str, on: str) -> list[CaseRow]:
        """Return an organisation's cases that let an account in on a local day, newest first."""
        return [case_of_row(row) for row in self._rows(_READ_BY, organisation, account, False, on)]

    def reading_of(self, stream: str, account: str) -> ReaderRow | None:
        """Return that a case lets an account in, or shuts it out; None if it does neither."""
        row = self._row(_READER, stream, account)
        return _reading(row) if row else None

    def readings_of(self, account: str) -> list[ReaderRow]:
        """Return every case that an account is let in to, or shut out of as a party."""
        return [_reading(row) for row in self._rows(_READERS, account)]

    def readings_among(self, account: str, streams: Iterable[str]) -> list[ReaderRow]:
        """Return which of these cases an account is let in to, or shut out of as a party."""
        return [_reading(row) for row in self._rows(_READINGS_AMONG, account, as_ids(streams))]

    def strand_states(self, stream: str) -> list[StrandState]:
        """Return where each strand of a case stands, ordered by strand."""
        return [StrandState(*row) for row in self._rows(_STRANDS, stream)]

    def clocks(self, stream: str) -> list[ClockRow]:
        """Return the clocks of a case, stopped ones too, in the order in which they were started."""
        return [ClockRow(*row) for row in self._rows(_CLOCKS, stream)]

    def running_clocks(self, organisation: str) -> list[ClockRow]:
        """Return the clocks that run in an organisation's cases, earliest due first."""
        return [ClockRow(*row) for row in self._rows(_RUNNING, organisation)]

    def page_of_cases(
        self,
        organisations: Sequence[str],
        size: int,
        after: CaseRow | None = None,
        *,
        open_only: bool = False,
    ) -> list[CaseRow]:
        """Return at most `size` cases of these organisations, newest first, from behind the case `after` on."""
        opened, reference = (after.opened, after.reference) if after is not None else _NO_REFERENCE
        rows = self._rows(_PAGES[open_only], as_ids(organisations), opened, reference, size)
        return [case_of_row(row) for row in rows]

    def page_of_clocks(
        self, organisations: Sequence[str], size: int, after: ClockRow | None = None
    ) -> list[tuple[ClockRow, CaseRow]]:
        """Return at most `size` running clocks of these organisations, each with its case, earliest due first.

        They go on from behind the clock `after`.
        """
        at = (after.due, after.stream, after.n, after.clock) if after is not None else _FROM_START
        width = len(clocks.columns)
        return [
            (ClockRow(*row[:width]), case_of_row(row[width:]))
            for row in self._rows(_DUE, as_ids(organisations), *at, size)
        ]

    def letters(self, stream: str) -> list[LetterRow]:
        """Return the letters of a case, in the order in which they were proposed."""
        return [LetterRow(*row) for row in self._rows(_LETTERS, stream)]

    def warnings(self, stream: str) -> list[WarningRow]:
        """Return the warnings on a person's file, oldest first; which are live depends on the date."""
        return [WarningRow(*row) for row in self._rows(_WARNINGS, stream)]

    def parties(self, stream: str) -> list[PartyRow]:
        """Return the parties of a case, in the order in which they joined."""
        roles: dict[str, list[str]] = {}
        for party, role in self._rows(_ROLES, stream):
            roles.setdefault(party, []).append(role)
        return [
            PartyRow(stream, party, tuple(roles.get(party, ())), tuple(json.loads(flags)), n)
            for _, party, flags, n in self._rows(_PARTIES, stream)
        ]

    def lists_of(self, stream: str) -> dict[str, list[Row]]:
        """Return everything that the read tables hold of a stream: the rows by table."""
        return {name: self._rows(statement, stream) for name, statement in _LISTS.items()}

    def listed(self) -> set[str]:
        """Return the streams that the read tables hold anything of."""
        return {str(row[0]) for statement in _LISTED for row in self._rows(statement)}


def _reading(row: Row) -> ReaderRow:
    stream, account, shut_out, *rest = row
    return ReaderRow(stream, account, bool(shut_out), *rest)


def case_of_row(row: Row) -> CaseRow:
    """Return a case as it was read; a driver may return a boolean as 0 or 1."""
    values = list(row)
    values[8] = bool(values[8])
    return CaseRow(*values)
