"""Cases chosen by where they stand, what runs in them and what they are called: a page at a time, from read tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, Select, Text, and_, bindparam, literal_column, not_, or_, select

from casework.store.among import Among, as_ids
from casework.store.rows import CaseRow, ClockRow, StrandState
from casework.store.schema import cases, clocks, strand_states
from casework.store.session import Session
from casework.store.statement import Statement
from casework.store.views import case_of_row

NEWEST: Final = ("9999-12-31", "")
"""Where a list of cases begins, as `opened` and `reference`: before the newest."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Which running clocks a chosen case has to have one of, by the names of their deadlines.

    Args:
        named: the deadlines that count.
        beside: those of them that go on when the case is closed.
        lapsing: those of them that are over when their day has passed.
        late: whether only those count whose day has passed.
    """

    named: frozenset[str]
    beside: frozenset[str]
    lapsing: frozenset[str]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What chosen cases have in common; what is empty chooses nothing.

    `closed` is None for both. `called` is a part of the reference. `strand` is in one of `states`. `policies` are
    digests. `clocks` is judged for `today`, a local date.
    """

    stage: str = ""
    closed: bool | None = None
    called: str = ""
    policies: frozenset[str] = frozenset()
    strand: str = ""
    states: frozenset[str] = frozenset()
    clocks: Clocks | None = None
    today: str = ""


def _among(column: Any, name: str, *, sought: bool = False) -> Among:
    return Among(column, bindparam(name, type_=Text()), sought=sought)


def _with_clock() -> Any:
    running = select(clocks.c.stream).where(
        clocks.c.stream == cases.c.stream,
        clocks.c.stopped.is_(None),
        _among(clocks.c.clock, "named"),
        or_(cases.c.closed.is_(False), _among(clocks.c.clock, "beside")),
        or_(clocks.c.due >= bindparam("today"), not_(_among(clocks.c.clock, "lapsing"))),
        clocks.c.due < bindparam("before"),
    )
    return running.exists()


def _in_state() -> Any:
    standing = select(strand_states.c.stream).where(
        strand_states.c.stream == cases.c.stream,
        strand_states.c.strand == bindparam("strand"),
        _among(strand_states.c.state, "states"),
    )
    return standing.exists()


_CONDITIONS: Final = {
    "stage": lambda: cases.c.stage == bindparam("stage"),
    "closed": lambda: cases.c.closed == bindparam("closed"),
    "called": lambda: cases.c.reference.like(bindparam("called"), escape="\\"),
    "policies": lambda: _among(cases.c.policy, "policies"),
    "strand": _in_state,
    "clocks": _with_clock,
}
"""What a case can be chosen by; each is a condition of its own, so that what is not asked costs nothing."""

_NAMES: Final = (
    *("organisations", "opened", "reference", "size", "stage", "closed", "called", "policies"),
    *("strand", "states", "named", "beside", "lapsing", "today", "before"),
)


def _chosen(asked: frozenset[str]) -> Statement:
    def build() -> Select[Any]:
        later = or_(
            cases.c.opened < bindparam("opened"),
            and_(cases.c.opened == bindparam("opened"), cases.c.reference > bindparam("reference")),
        )
        query = select(cases).where(_among(cases.c.organisation, "organisations"), later)
        query = query.where(cases.c.opened <= bindparam("opened"))  # where the index is entered
        query = query.where(*(made() for name, made in _CONDITIONS.items() if name in asked))
        query = query.order_by(cases.c.opened.desc(), cases.c.reference)
        return query.limit(bindparam("size", type_=Integer())).offset(literal_column("0"))

    return Statement(build, *_NAMES)


_PAGES: Final[dict[frozenset[str], Statement]] = {}
"""Statements by what they ask, each written when it is first asked."""

_CLOCKS_AMONG: Final = Statement(
    lambda: (
        select(clocks)
        .where(_among(clocks.c.stream, "streams", sought=True), clocks.c.stopped.is_(None))
        .order_by(clocks.c.due, clocks.c.clock, clocks.c.n)
    ),
    "streams",
)
_STATES_AMONG: Final = Statement(
    lambda: (
        select(strand_states)
        .where(_among(strand_states.c.stream, "streams", sought=True))
        .order_by(strand_states.c.stream, strand_states.c.strand)
    ),
    "streams",
)


class ChoosingReading(Session):
    """Cases by what they have in common, and what lists show of many of them at once."""

    def chosen_cases(
        self,
        organisations: Sequence[str],
        wanted: Wanted,
        size: int,
        after: tuple[str, str] = NEWEST,
    ) -> list[CaseRow]:
        """Return at most `size` of the cases of these organisations that are as wanted, newest first.

        Args:
            after: the day of opening and the reference of the case from behind which they go on.
        """
        asked = frozenset(
            name for name in _CONDITIONS if getattr(wanted, name) not in ("", None, frozenset())
        )
        if asked not in _PAGES:
            _PAGES[asked] = _chosen(asked)
        given = wanted.clocks or Clocks(frozenset(), frozenset(), frozenset())
        rows = self._rows(
            _PAGES[asked],
            *(as_ids(organisations), *after, size),
            *(wanted.stage, bool(wanted.closed), _like(wanted.called), as_ids(wanted.policies)),
            *(wanted.strand, as_ids(wanted.states)),
            *(as_ids(given.named), as_ids(given.beside), as_ids(given.lapsing)),
            *(wanted.today, wanted.today if given.late else "9999-12-31"),
        )
        return [case_of_row(row) for row in rows]

    def clocks_among(self, streams: Iterable[str]) -> list[ClockRow]:
        """Return the running clocks of these cases, earliest due first."""
        return [ClockRow(*row) for row in self._rows(_CLOCKS_AMONG, as_ids(streams))]

    def strand_states_among(self, streams: Iterable[str]) -> list[StrandState]:
        """Return where each strand of these cases stands."""
        return [StrandState(*row) for row in self._rows(_STATES_AMONG, as_ids(streams))]


def _like(part: str) -> str:
    """A pattern that finds a part of a reference, whatever stands in it."""
    escaped = part.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
