"""The access matrix as rows of text: role × relation to the case × action, on a day on which everything is valid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from casework.access.model import ACTIONS, COMPARTMENTS, RELATIONS, Action, Relation, Standing
from casework.access.rules import ADMINISTRATOR, AUDITOR, LET_IN, SHUT_OUT, compartments_for, may

OTHER: Final = "named_contact"
"""Stands for every role that the rules do not name."""

ROLES: Final = (*LET_IN, OTHER)

ON: Final = date(2026, 11, 20)
"""The day for which the matrix is written; any other would do."""

_PART: Final[dict[Relation, str]] = {relation: part for part, relation in reversed(list(SHUT_OUT.items()))}


def standing(role: str, relation: Relation) -> Standing:
    """Return how somebody of that role in the organisation stands to a case who has that relation to it."""
    if relation == "none":
        return Standing()
    if relation == "granted":
        return Standing(let_in="grant", until=ON + timedelta(days=7))
    if relation == "named":
        return Standing(let_in="named", compartments=frozenset(compartments_for([role])))
    if relation == "assigned":
        return Standing(frozenset((role,)), "part", frozenset(compartments_for([role])))
    return Standing(frozenset((_PART[relation],)), "named", frozenset(COMPARTMENTS))


def can_be(role: str, relation: Relation) -> bool:
    """Say whether somebody of a role can come to have a relation to a case at all."""
    if relation == "granted":
        return role == AUDITOR
    if relation in ("named", "assigned") and role in (ADMINISTRATOR, AUDITOR):
        return False
    return relation != "assigned" or role != OTHER


def verdict(role: str, relation: Relation, action: Action) -> str:
    """Return one cell: `yes`, or why not."""
    found = may(action, [role], standing(role, relation), ON)
    return "yes" if found.allowed else found.reason


def rows() -> Iterator[list[str]]:
    """Yield the matrix: its head, then one row for each role and relation."""
    yield ["role", "relation", *ACTIONS]
    for role in ROLES:
        for relation in filter(partial(can_be, role), RELATIONS):
            yield [role, relation, *(verdict(role, relation, action) for action in ACTIONS)]


def as_csv() -> str:
    """Return the matrix as CSV with line feeds."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows())
    return out.getvalue()
