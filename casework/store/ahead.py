"""What is often asked together, so that it can be asked at once when a snapshot or a transaction begins.

On a server each question asked by itself costs a journey there and back; the answers are kept for the method of the
reader that asks the same.
"""

from __future__ import annotations

from casework.store.accounts import ACCOUNT, MEMBERSHIPS_OF
from casework.store.append import to_place as to_place
from casework.store.directory import ORGANISATION
from casework.store.logs import NEWEST_N
from casework.store.statement import Asked
from casework.store.views import CASE_FOR


def who(account: str) -> tuple[Asked, ...]:
    """Return what answers `account` and `memberships_of`."""
    return (ACCOUNT, (account,)), (MEMBERSHIPS_OF, (account,))


def case_for(organisation: str, reference: str, account: str) -> Asked:
    """Return what answers `case_for`."""
    return CASE_FOR, (organisation, reference, account)


def newest_n(stream: str) -> Asked:
    """Return what answers `newest_n` of a reader."""
    return NEWEST_N, (stream,)


def organisation(organisation: str) -> Asked:
    """Return what answers `organisation`."""
    return ORGANISATION, (organisation,)
