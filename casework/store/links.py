"""Links for those who sign in with nothing else, to an own page or a calendar, and whom reminders went to.

Only hashes of what the links hold are kept. None of it is a record: who gave a link to whom stands in the case.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

from sqlalchemy import bindparam, delete

from casework.store.rows import LinkReading, OwnLink
from casework.store.schema import calendar_feeds, link_readings, own_links, reminders
from casework.store.session import Session
from casework.store.statement import Statement, delete_where, insert_into, select_where, update_where

_LINK_CALLED: Final = select_where(own_links, "digest")
_LINKS_ABOUT: Final = select_where(own_links, "stream", order=("link",))
_ADD_LINK: Final = insert_into(own_links)
_SEAL_LINK: Final = update_where(own_links, ("sealed",), ("link", "stream"))
_TRIED: Final = update_where(own_links, ("failures", "last_failed"), ("link",))
_DROP_LINK: Final = delete_where(own_links, "link")
_DROP_LINKS_ABOUT: Final = delete_where(own_links, "stream")
_DROP_EVERY_LINK: Final = delete_where(own_links)
_DROP_OVER: Final = Statement(
    lambda: delete(own_links).where(
        own_links.c.organisation == bindparam("organisation"), own_links.c.until < bindparam("before")
    ),
    *("organisation", "before"),
)
_READINGS: Final = select_where(link_readings, "organisation", order=("at", "reading"))
_ADD_READING: Final = insert_into(link_readings)
_DROP_READING: Final = delete_where(link_readings, "reading")
_DROP_READINGS_ABOUT: Final = delete_where(link_readings, "stream")
_FEED_CALLED: Final = select_where(calendar_feeds, "digest", columns=("account",))
_FEED_OF: Final = select_where(calendar_feeds, "account", columns=("made",))
_ADD_FEED: Final = insert_into(calendar_feeds)
_DROP_FEED: Final = delete_where(calendar_feeds, "account")
_REMINDER: Final = select_where(reminders, "account", columns=("day", "state"))
_ADD_REMINDER: Final = insert_into(reminders)
_DROP_REMINDER: Final = delete_where(reminders, "account")
_DROP_EVERY_FEED: Final = delete_where(calendar_feeds)


class LinkReader(Session):
    """Queries on links."""

    def own_link_called(self, digest: str) -> OwnLink | None:
        """Return the link to an own page whose secret has this hash, or None."""
        row = self._row(_LINK_CALLED, digest)
        return OwnLink(*row) if row else None

    def own_links_about(self, stream: str) -> list[OwnLink]:
        """Return the links to own pages of a case that still open."""
        return [OwnLink(*row) for row in self._rows(_LINKS_ABOUT, stream)]

    def link_readings(self, organisation: str) -> list[LinkReading]:
        """Return what was read by link in an organisation and is not on its access log yet, oldest first."""
        return [LinkReading(*row) for row in self._rows(_READINGS, organisation)]

    def account_of_feed(self, digest: str) -> str | None:
        """Return whose calendar the link is whose secret has this hash, or None."""
        row = self._row(_FEED_CALLED, digest)
        return str(row[0]) if row else None

    def reminder(self, account: str) -> tuple[str, str] | None:
        """Return the local day of an account's newest reminder and how far it got, or None."""
        row = self._row(_REMINDER, account)
        return (str(row[0]), str(row[1])) if row else None

    def feed_made(self, account: str) -> str | None:
        """Return the UTC instant at which an account's link to its calendar was made, or None."""
        row = self._row(_FEED_OF, account)
        return str(row[0]) if row else None


class LinkWriter(LinkReader):
    """Making links, and taking them away."""

    def add_own_link(self, link: OwnLink) -> None:
        """Enter a link to somebody's own page."""
        self._run(_ADD_LINK, astuple(link))

    def seal_own_link(self, link: str, stream: str, sealed: bytes) -> None:
        """Replace what a link shows; nothing happens if it opens no more."""
        self._run(_SEAL_LINK, (sealed, link, stream))

    def tried_own_link(self, link: str, failures: int, at: str) -> None:
        """Note how many wrong codes were tried in a row, the last at a UTC instant."""
        self._run(_TRIED, (failures, at, link))

    def drop_own_link(self, link: str) -> None:
        """See that a link opens nothing any more."""
        self._run(_DROP_LINK, (link,))

    def drop_own_links_before(self, organisation: str, before: str) -> None:
        """Drop an organisation's links whose last day was before a local date."""
        self._run(_DROP_OVER, (organisation, before))

    def drop_links_about(self, stream: str) -> None:
        """Drop every link to an own page of a case, and what is known of its readings."""
        self._run(_DROP_LINKS_ABOUT, (stream,))
        self._run(_DROP_READINGS_ABOUT, (stream,))

    def drop_every_link(self) -> None:
        """Drop all links: after a backup was restored, those revoked since would open again."""
        self._run(_DROP_EVERY_LINK)
        self._run(_DROP_EVERY_FEED)

    def add_link_reading(self, reading: LinkReading) -> None:
        """Note that something was read by link."""
        self._run(_ADD_READING, astuple(reading))

    def drop_link_reading(self, reading: str) -> None:
        """Forget a reading that is on the access log now."""
        self._run(_DROP_READING, (reading,))

    def put_feed(self, account: str, digest: str, made: str) -> None:
        """Give an account a link to its calendar, in the place of an earlier one."""
        self._run(_DROP_FEED, (account,))
        self._run(_ADD_FEED, (account, digest, made))

    def put_reminder(self, account: str, day: str, state: str) -> None:
        """Note how far an account's reminder of a local day got, in the place of an earlier one."""
        self._run(_DROP_REMINDER, (account,))
        self._run(_ADD_REMINDER, (account, day, state))

    def drop_reminder(self, account: str) -> None:
        """Forget that a reminder was begun, because it was not sent."""
        self._run(_DROP_REMINDER, (account,))

    def drop_feed(self, account: str) -> None:
        """Take away an account's link to its calendar."""
        self._run(_DROP_FEED, (account,))
