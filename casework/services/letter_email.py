"""An issued letter as an e-mail that is ready to send: a person looks at it, sends it, and records when.

Nothing is sent from here. The message has no sender and no date: whoever opens it in their mail program gives both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import describe_date
from casework.cases.acts import UnknownItem
from casework.cases.letter_acts import LetterNotReady
from casework.services.access import note_access
from casework.services.guard import require
from casework.services.letter_delivery import file_of
from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of, people_of

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace

_ADDRESS: Final = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that is ready to send: its bytes (`.eml`), to whom, its subject, and what to look at before sending."""

    data: bytes
    to: str
    subject: str
    look_at: tuple[str, ...]


def mail(workspace: Workspace, school: School, loaded: LoadedCase, number: int, *, to: str = "") -> Mail:
    """Return an issued letter as a message with the PDF attached; the export is put on the access log.

    Args:
        to: the address; the one that the case has of the recipient if empty.

    Raises:
        UnknownItem: no such letter. LetterNotReady: it was not issued, or does not stand. BadInput: no address, or none
            that can be one.
    """
    letter = letter_number(loaded, number)
    if letter.issued is None or letter.issued_on is None:
        raise LetterNotReady(f"Letter {number} has not been issued.", remedy="Issue it first.")
    if not letter.stands:
        raise LetterNotReady(
            f"Letter {number} does not stand any more, so it is not sent.",
            remedy="`casework letter list` shows what took its place.",
        )
    said = body_of(workspace, loaded, letter.version).get("input")
    if not said:
        raise UnknownItem(
            "What the letter says is not there any more.",
            remedy="It was forgotten; the record shows when and why.",
        )
    if not said.get("recipient"):
        raise LetterNotReady("A note for the file is sent to nobody.", remedy="Issuing it is enough.")
    address = to.strip() or str(people_of(workspace, loaded)[letter.recipient].get("email", ""))
    if not _ADDRESS.fullmatch(address):
        reason = (
            f"{address!a} is not an e-mail address." if address else "No e-mail address is known for them."
        )
        raise BadInput(reason, remedy="Give the address that they agreed to with --to.")
    require(workspace, loaded, "letter")
    note_access(workspace, school, "letter", loaded.stream, exported=True, purpose="E-mail")
    name, pdf = file_of(workspace, loaded, letter.issued)
    subject = f"Confidential letter from {said['school']['name']} (our reference {loaded.case.reference})"
    message = _message(said, subject, describe_date(letter.issued_on))
    message["To"] = address
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    message.set_boundary(f"letter-{loaded.case.reference}-{number}")
    return Mail(message.as_bytes(), address, subject, _look_at(said, address))


def _message(said: dict[str, Any], subject: str, day: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # opened as a draft by mail programs that know it
    message["Subject"] = subject
    message.set_content(
        f"Dear {said['recipient']['salutation']}\n\n"
        f"Our letter of {day} is attached. It is confidential and meant for you alone.\n\n"
        "If you cannot open it, or would like it on paper or in another form, please ring us on"
        f" {said['school']['phone']}. If it is not for you, please tell us and delete it.\n\n"
        f"Yours sincerely\n\n{said['sender']['name']}\n{said['sender']['title']}\n{said['school']['name']}\n",
        cte="quoted-printable",
    )
    return message


def _look_at(said: dict[str, Any], address: str) -> tuple[str, ...]:
    """What to be sure of before it is sent (LX-10, LX-15)."""
    found = ["Send it only if they agreed to get letters by e-mail, at this address."]
    if address.rpartition("@")[2].casefold() == said["school"].get("email", "").rpartition("@")[2].casefold():
        found.append(
            "This is an address of the school. Somebody who is suspended may not be able to read it."
        )
    return tuple(found)
