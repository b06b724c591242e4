"""Whether a column is one of many ids, as one parameter: a statement is compiled once, however many ids there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy.sql.operators import OperatorType


class Among(ColumnElement[bool]):
    """True where `column` is one of the ids in the parameter `ids`, which `as_ids` has written.

    Args:
        column: of text.
        ids: a bound parameter.
        sought: whether rows are found by this. If not, SQLite judges by it the rows that it found otherwise.
    """

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[str], ids: ColumnElement[str], *, sought: bool = False) -> None:
        self.column = column
        self.ids = ids
        self.sought = sought

    def self_group(self, against: OperatorType | None = None) -> ColumnElement[Any]:
        """Return itself; compared with 1, as SQLAlchemy writes it for SQLite, where no index is to be used for it."""
        return self if self.sought else super().self_group(against)


def as_ids(ids: Iterable[str]) -> str:
    """Return ids, which hold no comma, as the value of the parameter."""
    return "{" + ",".join(ids) + "}"


@compiles(Among, "postgresql")
def _on_server(element: Among, compiler: Any, **options: Any) -> str:
    # As a query of its own the ids are read once, and looked up by index or hash; in an array, one by one for each row.
    column, ids = (compiler.process(part, **options) for part in (element.column, element.ids))
    return f"{column} IN (SELECT unnest(CAST({ids} AS TEXT[])))"


@compiles(Among)
def _elsewhere(element: Among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in (element.column, element.ids))
    as_json = f"'[\"' || replace(trim({ids}, '{{}}'), ',', '\",\"') || '\"]'"
    return f"{column} IN (SELECT value FROM json_each({as_json}))"  # noqa: S608  (names and placeholders only)
