"""The changes that events make to read tables, as data; which event makes which is said in projection.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, update

from casework.store.schema import (
    cases,
    clocks,
    letters,
    parties,
    party_roles,
    readers,
    strand_states,
    warnings,
)
from casework.store.statement import Statement, Values, delete_where, insert_into, update_where


class Change(NamedTuple):
    """Run `statement`; if it touched no row and there is an `otherwise`, run that with the same values."""

    statement: Statement
    values: Values
    otherwise: Statement | None = None


class Redo(NamedTuple):
    """The stream is to be projected anew, up to and including event `until`."""

    stream: str
    until: int


def _latest() -> ColumnElement[str]:
    """The later of the date that stands and `on`; no date is an empty text, before all others."""
    stands = func.coalesce(cases.c.last_occurred, literal_column("''"))
    return case((stands < bindparam("on"), bindparam("on")), else_=cases.c.last_occurred)


def _case_update(**more: ColumnElement[Any]) -> Callable[[], Any]:
    return lambda: (
        update(cases)
        .where(cases.c.stream == bindparam("stream"))
        .values(
            events=bindparam("events"),
            last_recorded=bindparam("last_recorded"),
            last_occurred=_latest(),
            **more,
        )
    )


def _from(status: str, to: str) -> ColumnElement[str]:
    """A letter's next status; one that was superseded or withdrawn stays so."""
    stands = letters.c.status == literal_column(f"'{status}'")
    return case((stands, literal_column(f"'{to}'")), else_=letters.c.status)


_COUNTED: Final = ("events", "last_recorded", "on", "stream")
SEEN: Final = Statement(_case_update(), *_COUNTED)
MOVED: Final = Statement(
    _case_update(
        state=bindparam("state"),
        stage=func.coalesce(bindparam("new_stage"), cases.c.stage),
        closed=bindparam("closed"),
    ),
    *("state", "new_stage", "closed"),
    *_COUNTED,
)
FOLLOW: Final = Statement(
    _case_update(
        policy=bindparam("new_policy"),
        stage=func.coalesce(bindparam("new_stage"), cases.c.stage),
        closed=bindparam("closed"),
    ),
    *("new_policy", "new_stage", "closed"),
    *_COUNTED,
)
OPEN: Final = insert_into(cases)
SET_STATE: Final = update_where(strand_states, ("state", "since", "n"), ("stream", "strand"))
ADD_STATE: Final = insert_into(strand_states, "state", "since", "n", "stream", "strand")
START: Final = insert_into(clocks)
STOP: Final = Statement(
    lambda: (
        update(clocks)
        .where(
            clocks.c.stream == bindparam("stream"),
            clocks.c.clock == bindparam("clock"),
            clocks.c.stopped.is_(None),
        )
        .values(stopped=bindparam("by"), stopped_on=bindparam("on"))
    ),
    *("by", "on", "stream", "clock"),
)
PROPOSE: Final = insert_into(letters)
ISSUE: Final = Statement(
    lambda: (
        update(letters)
        .where(letters.c.stream == bindparam("stream"), letters.c.letter == bindparam("letter"))
        .values(status=_from("proposed", "issued"), issued=bindparam("on"))
    ),
    *("on", "stream", "letter"),
)
END_LETTER: Final = update_where(letters, ("status",), ("stream", "letter"))
SERVE: Final = Statement(
    lambda: (
        update(letters)
        .where(letters.c.stream == bindparam("stream"), letters.c.letter == bindparam("letter"))
        .values(
            status=_from("issued", "served"),
            # Of several services the earliest effective one counts (LX-15).
            served_effective=case(
                (letters.c.served_effective < bindparam("effective"), letters.c.served_effective),
                else_=bindparam("effective"),
            ),
        )
    ),
    *("effective", "stream", "letter"),
)
SERVED_ANEW: Final = update_where(letters, ("served_effective",), ("stream", "letter"))
UNSERVE: Final = Statement(
    lambda: (
        update(letters)
        .where(letters.c.stream == bindparam("stream"), letters.c.letter == bindparam("letter"))
        .values(status=_from("served", "issued"), served_effective=literal_column("NULL"))
    ),
    *("stream", "letter"),
)
WARN: Final = insert_into(warnings)
END_WARNING: Final = delete_where(warnings, "stream", "n")
SET_PARTY: Final = update_where(parties, ("flags", "n"), ("stream", "party"))
ADD_PARTY: Final = insert_into(parties, "flags", "n", "stream", "party")
SET_FLAGS: Final = update_where(parties, ("flags",), ("stream", "party"))
ADD_ROLE: Final = insert_into(party_roles)
KEEP_ROLE: Final = Statement(
    lambda: (
        update(party_roles)
        .where(
            party_roles.c.stream == bindparam("stream"),
            party_roles.c.party == bindparam("party"),
            party_roles.c.role == bindparam("role"),
        )
        .values(role=party_roles.c.role)
    ),
    *("stream", "party", "role", "n", "place"),
)
FORGET_ROLES: Final = delete_where(party_roles, "stream", "party")
SET_READER: Final = update_where(readers, ("shut_out", "since", "until", "n"), ("stream", "account"))
ADD_READER: Final = insert_into(readers, "shut_out", "since", "until", "n", "stream", "account")
FORGET_READER: Final = delete_where(readers, "stream", "account")
