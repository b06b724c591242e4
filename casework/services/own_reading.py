"""Reading one's own page by link: no account, no key of the school, and nothing but what the link's key opens.

A link that was never made, that is over, that was revoked, and a wrong code are refused in the same words, after the
same work. After three wrong codes each further try has to wait, longer every time, and is refused unread.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.errors import NotPermitted
from casework.base.ids import Dice, SystemDice, new_id
from casework.base.time import Clock, format_instant, local_date, parse_instant
from casework.keyring.link import digest_of, link_key, open_by_link, public_half
from casework.services.files import open_bytes
from casework.services.sign_in import wait_after
from casework.store.backend import EVERY
from casework.store.rows import LinkReading, OwnLink

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from casework.keyring.container import Cost
    from casework.store.connect import Reader, Store


class LinkNotOpened(NotPermitted):
    """A link and a code that open nothing; why is not told."""

    code = "link-not-opened"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something that they are invited to: what the letter is called, the local date and time, and where it is."""

    title: str
    at: str
    where: str


@dataclass(frozen=True, slots=True)
class OwnDeadline:
    """Something that they can do until a local day, that day included."""

    title: str
    due: date


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter that was served on them: its number on the page, its title, and the local day of its issue."""

    number: int
    title: str
    issued: date


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What somebody is shown today; what is past is among the letters only."""

    school: str
    reference: str
    holder: str
    name: str
    until: date
    meetings: tuple[Meeting, ...]
    deadlines: tuple[OwnDeadline, ...]
    letters: tuple[OwnLetter, ...]


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that was opened with its code: it is held in memory, and never written down."""

    digest: str
    key: X25519PrivateKey = field(repr=False)


def open_link(store: Store, clock: Clock, secret: str, code: str, *, cost: Cost | None = None) -> OpenedLink:
    """Open a link with its code, and note that it was read.

    Raises:
        LinkNotOpened: they open nothing, or not now. StoreReadOnly: the reading cannot be noted.
    """
    digest = digest_of(secret)
    with store.read(*EVERY) as reader:
        row = _standing(reader, clock, digest)
    if row is not None and _must_wait(row, clock):
        row = None
    key = link_key(secret, code, *([cost] if cost is not None else []))
    if row is None or not hmac.compare_digest(public_half(key), row.public_key):
        _note_failure(store, clock, row)
        raise _not_opened()
    opened = OpenedLink(digest, key)
    shown = _shown(row, opened)
    with store.transaction(row.organisation) as transaction:
        transaction.tried_own_link(row.link, 0, "")
        transaction.add_link_reading(_reading(row, clock, shown, "own page"))
    return opened


def own_page(store: Store, clock: Clock, opened: OpenedLink) -> OwnPage:
    """Return what a link shows today.

    Raises:
        LinkNotOpened: it is over or was revoked meanwhile.
    """
    row, shown = _current(store, clock, opened)
    now, today = clock.now(), local_date(clock.now())
    return OwnPage(
        school=shown["school"],
        reference=shown["reference"],
        holder=shown["holder"],
        name=shown["name"],
        until=date.fromisoformat(row.until),
        meetings=tuple(
            Meeting(item["title"], item["at"], item["where"])
            for item in sorted(shown["meetings"], key=lambda item: str(item["at"]))
            if item["at"][:10] >= today.isoformat() and _arrived(item, today)
        ),
        deadlines=tuple(
            OwnDeadline(item["title"], date.fromisoformat(item["due"]))
            for item in sorted(shown["deadlines"], key=lambda item: str(item["due"]))
            if item["due"] >= local_date(now).isoformat()
        ),
        letters=tuple(
            OwnLetter(number, item["title"], date.fromisoformat(item["issued"]))
            for number, item in enumerate(_letters(shown, today), start=1)
        ),
    )


def own_letter(store: Store, clock: Clock, opened: OpenedLink, number: int) -> tuple[str, bytes]:
    """Return a letter exactly as it was issued, by its number on the page: file name and bytes; the reading is noted.

    Raises:
        LinkNotOpened: there is none of that number, or the link opens nothing any more. NotOpened: it was altered.
    """
    row, shown = _current(store, clock, opened)
    letters = _letters(shown, local_date(clock.now()))
    if not 1 <= number <= len(letters):
        raise _not_opened()
    chosen = letters[number - 1]
    with store.transaction(row.organisation) as transaction:
        transaction.add_link_reading(_reading(row, clock, shown, "letter"))
    with store.read(row.organisation) as reader:
        return str(chosen["name"]), open_bytes(reader, chosen["file"], chosen["key"])


def _standing(reader: Reader, clock: Clock, digest: str) -> OwnLink | None:
    """The link, if it opens today."""
    row = reader.own_link_called(digest)
    return row if row is not None and local_date(clock.now()).isoformat() <= row.until else None


def _must_wait(row: OwnLink, clock: Clock) -> bool:
    if not row.last_failed:
        return False
    return clock.now() < parse_instant(row.last_failed) + wait_after(row.failures)


def _note_failure(store: Store, clock: Clock, row: OwnLink | None) -> None:
    if row is None:
        return
    with store.transaction(row.organisation) as transaction:
        again = transaction.own_link_called(row.digest)
        if again is not None:
            transaction.tried_own_link(row.link, again.failures + 1, format_instant(clock.now()))


def _current(store: Store, clock: Clock, opened: OpenedLink) -> tuple[OwnLink, dict[str, Any]]:
    with store.read(*EVERY) as reader:
        row = _standing(reader, clock, opened.digest)
    if row is None:
        raise _not_opened()
    return row, _shown(row, opened)


def _shown(row: OwnLink, opened: OpenedLink) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(open_by_link(opened.key, row.sealed, link=row.link, stream=row.stream))
    return shown


def _letters(shown: dict[str, Any], today: date) -> list[dict[str, Any]]:
    return [item for item in shown["letters"] if _arrived(item, today)]


def _arrived(item: dict[str, Any], today: date) -> bool:
    """Whether what a letter says counts as received: before that, nobody learns it here."""
    return str(item["from"]) <= today.isoformat()


def _reading(
    row: OwnLink, clock: Clock, shown: dict[str, Any], what: str, dice: Dice | None = None
) -> LinkReading:
    return LinkReading(
        new_id(dice or SystemDice()),
        row.organisation,
        row.stream,
        row.link,
        str(shown["holder"]),
        what,
        format_instant(clock.now()),
    )


def _not_opened() -> LinkNotOpened:
    return LinkNotOpened(
        "This link and this code do not open anything now.",
        remedy="Look at both again and try once more, after a quarter of an hour if you have tried several times. "
        "Otherwise ask whoever sent you the link.",
    )
