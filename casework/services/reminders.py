"""A daily digest by e-mail for each account that acts: references and dates, and nothing else of a case.

No key is needed: what is due stands in facts. Before a digest is sent, the database notes that it is being sent; after
it was taken, that it was. So nobody gets two on a day, whoever runs the command and how often. Where the connection
breaks in between, it may have been taken or not: it is not sent again that day, and said.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import Unavailable
from casework.base.time import describe_date, local_date
from casework.services.due_for import acts, due_for, within
from casework.services.members import login_hash
from casework.store.backend import EVERY

if TYPE_CHECKING:
    from datetime import date

    from casework.base.time import Clock
    from casework.services.listing import Due
    from casework.services.reminder_settings import ReminderSettings
    from casework.store.connect import Store

_SECONDS: Final = 30
_NOT_TAKEN: Final = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)
"""What a server answers if it has not taken a message."""


@dataclass
class Reminded:
    """What became of the reminders of a day, by sign-in name.

    `sent` got one; `before` had one today already; `nothing` is due for `idle`; `unclear` may have got one, or not;
    `failed` did not, each with why; `unknown` names nobody who acts; `without` accounts act and have no address.
    """

    sent: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    without: int = 0

    @property
    def complete(self) -> bool:
        """True if everybody for whom something is due got their reminder."""
        return not self.failed and not self.unclear


@dataclass(frozen=True, slots=True)
class _Digest:
    login: str
    account: str
    items: Sequence[Due]


def remind(store: Store, clock: Clock, settings: ReminderSettings, *, dry_run: bool = False) -> Reminded:
    """Send each account that acts what is due for it today, once.

    Args:
        dry_run: say who would get one, and send and note nothing.

    Raises:
        StoreReadOnly: it cannot be noted, and then nothing is sent.
    """
    today, done = local_date(clock.now()), Reminded()
    waiting = _digests(store, clock, settings, today, done)
    if dry_run:
        done.sent = [item.login for item in waiting]
        return done
    if not waiting:
        return done
    try:
        with _connected(settings) as server:
            for item in waiting:
                _send(store, clock, settings, item, server, done)
    except (OSError, smtplib.SMTPException) as problem:
        for item in waiting:
            if item.login not in {*done.sent, *done.before, *done.unclear}:
                done.failed.setdefault(item.login, _why(problem))
    return done


def _digests(
    store: Store, clock: Clock, settings: ReminderSettings, today: date, done: Reminded
) -> list[_Digest]:
    """Those for whom something is due and who had no digest today."""
    with store.read(*EVERY) as reader:
        known = {login: reader.account_called(login_hash(login)) for login in settings.to}
        everybody = {account.account for account in reader.accounts()}
    waiting, named = [], set()
    for login, account in known.items():
        if account is None or not acts(store, clock, account.account):
            done.unknown.append(login)
            continue
        named.add(account.account)
        items = within(due_for(store, clock, account.account), today, settings.days)
        with store.read(*EVERY) as reader:
            day, state = reader.reminder(account.account) or ("", "")
        if day == today.isoformat():
            (done.before if state == "sent" else done.unclear).append(login)
        elif items:
            waiting.append(_Digest(login, account.account, items))
        else:
            done.idle.append(login)
    done.without = sum(acts(store, clock, account) for account in everybody - named)
    return waiting


def _send(
    store: Store, clock: Clock, settings: ReminderSettings, item: _Digest, server: Any, done: Reminded
) -> None:
    """Send one digest, noted before and after.

    Raises:
        SMTPException, OSError: the connection broke; whether it was taken is not known.
    """
    today = local_date(clock.now()).isoformat()
    with store.transaction(*EVERY) as transaction:
        day, state = transaction.reminder(item.account) or ("", "")
        if day == today:  # somebody else was faster
            (done.before if state == "sent" else done.unclear).append(item.login)
            return
        transaction.put_reminder(item.account, today, "sending")
    message = digest(item.items, settings, settings.to[item.login], clock)
    try:
        server.send_message(message)
    except _NOT_TAKEN as problem:
        with store.transaction(*EVERY) as transaction:
            transaction.drop_reminder(item.account)
        done.failed[item.login] = _why(problem)
        return
    except (OSError, smtplib.SMTPException):
        done.unclear.append(item.login)
        raise
    with store.transaction(*EVERY) as transaction:
        transaction.put_reminder(item.account, today, "sent")
    done.sent.append(item.login)


def digest(items: Sequence[Due], settings: ReminderSettings, to: str, clock: Clock) -> EmailMessage:
    """Return a digest as a message: references and dates, the latest first."""
    today = local_date(clock.now())
    late = sum(item.overdue for item in items)
    width = max((len(item.reference) for item in items), default=0) + 2
    lines = [f"{item.reference:<{width}}{describe_date(item.due)}{_how_late(item)}" for item in items]
    where = f"See what it is, and what to do: {settings.address or 'casework due'}"
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"] = settings.sender, to
    number = f"{len(items)} date{'s' if len(items) > 1 else ''}"
    message["Subject"] = f"casework, {describe_date(today)}: {number}{f', {late} late' if late else ''}"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    kept = "This message names no person, and nothing of what a case is about. Do not answer it."
    message.set_content("\n".join([*lines, "", where, "", kept, ""]))
    return message


def _how_late(item: Due) -> str:
    if not item.overdue:
        return ""
    days = max(-item.days_left, 0)
    return f"  {days} day{'s' if days != 1 else ''} late" if days else "  late"


@contextmanager
def _connected(settings: ReminderSettings) -> Iterator[smtplib.SMTP]:
    """A connection under TLS to a server that has proved who it is, signed in if the settings say as whom."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError):
        raise Unavailable(f"The certificates in {settings.ca_file} cannot be read.") from None
    connect: Callable[[], smtplib.SMTP]
    if settings.security == "tls":
        connect = lambda: smtplib.SMTP_SSL(settings.host, settings.port, timeout=_SECONDS, context=context)  # noqa: E731
    else:
        connect = lambda: smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS)  # noqa: E731
    with connect() as server:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
        yield server


def _why(problem: Exception) -> str:
    """Why it was not sent, without what the server said of addresses."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "the server does not take mail for this address"
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return "the server did not take the user and the password"
    if isinstance(problem, ssl.SSLError):
        return "the server could not prove who it is"
    if isinstance(problem, smtplib.SMTPException):
        return "the server did not take it"
    return "the server cannot be reached"
