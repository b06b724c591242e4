"""A calendar by secret link: what is due for one account, for the program in which it keeps its diary.

It holds references and what is due, and no name. Whoever has the link reads it without signing in, so it is kept as a
hash, shown once, and taken back by its owner.
"""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final

from casework.base.errors import NotPermitted
from casework.base.time import format_instant
from casework.records.deadlines import DueItem, deadlines_ics
from casework.services.access import note_access
from casework.services.due_for import acts, due_for
from casework.services.guard import my_schools
from casework.store.backend import EVERY

if TYPE_CHECKING:
    from casework.base.time import Clock
    from casework.services.workspace import Workspace
    from casework.store.connect import Store

WHERE: Final = "/calendar/"
"""Where the pages of a site give out a calendar: before what the link holds."""


class NoSuchCalendar(NotPermitted):
    """A link to a calendar that was never made, was taken back, or belongs to somebody who does not act any more."""

    code = "no-such-calendar"


def make_feed(workspace: Workspace) -> str:
    """Make the link to one's own calendar, in the place of an earlier one; return its address from the site's root.

    Raises:
        StoreReadOnly: it cannot be recorded.
    """
    secret = token_urlsafe(32)
    made = format_instant(workspace.clock.now())
    for school in my_schools(workspace):
        note_access(workspace, school, "calendar", exported=True, purpose="A calendar by link")
    with workspace.transaction(*EVERY) as transaction:
        transaction.put_feed(workspace.account, _digest(secret), made)
    return f"{WHERE}{secret}.ics"


def revoke_feed(workspace: Workspace) -> bool:
    """Take back the link to one's own calendar; False if there is none."""
    with workspace.transaction(*EVERY) as transaction:
        there = transaction.feed_made(workspace.account) is not None
        transaction.drop_feed(workspace.account)
    return there


def feed(store: Store, clock: Clock, secret: str) -> bytes:
    """Return the calendar of a link as an iCalendar file: references and titles of deadlines, and no more.

    Raises:
        NoSuchCalendar: the link opens none; why is not told.
    """
    with store.read(*EVERY) as reader:
        account = reader.account_of_feed(_digest(secret))
    if account is None or not acts(store, clock, account):
        raise NoSuchCalendar("There is no such calendar.")
    items = [
        DueItem(
            f"{item.reference}-{item.clock}-{item.n}",
            "",
            item.reference,
            item.title,
            "",
            "",
            item.due,
            item.days_left,
        )
        for item in due_for(store, clock, account)
    ]
    return deadlines_ics(items, now=clock.now())


def _digest(secret: str) -> str:
    return sha256(b"casework/calendar/v1\n" + secret.encode()).hexdigest()
