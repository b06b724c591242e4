"""The facts of a letter: the one shape in which a caller hands them in.

`LetterData` is plain data (texts, dates, numbers, truth values, lists, mappings), so that the very input
of a letter can be kept and shown later. Dates are `date` or `2026-04-17`; times are local, `datetime` or
`2026-04-17T10:00`. Whatever is here was resolved by the caller: correspondence looks nothing up.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Mapping
from datetime import date as Date
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

Text = Annotated[str, Field(min_length=1)]
"""A text that says something."""

OwnWords = Annotated[str, Field(min_length=1, max_length=2_000)]
"""A paragraph that the sender adds to a letter."""

_LARGEST_LOGO: Final = 300_000
_WIDEST_LOGO: Final = 3_000
_OUR_CODES: Final = re.compile(
    r"\b(?:SMP|ACAS|KCSIE|SSR|PAN|LX|RET|CASE|EqA|ERelA|ERA96|UKGDPR)-\d", re.IGNORECASE
)


class Facts(BaseModel):
    """Base of the facts: frozen, and what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Facts):
    """Somebody named in the letter."""

    name: Text = Field(description="the name")
    title: Text | None = Field(None, description="the post or part in the case, as the reader knows it")
    phone: Text | None = Field(None, description="the telephone number")
    email: Text | None = Field(None, description="the e-mail address")


class Replaced(Facts):
    """The letter that this one replaces (LX-16)."""

    date: Date = Field(description="the date of the letter that is replaced")
    reason: Text = Field(description="why it is replaced")


class ThisLetter(Facts):
    """The letter itself."""

    id: Text = Field(description="the id of the letter")
    date: Date = Field(description="the date of the letter")
    our_reference: Text = Field(description="our reference")
    checkpoint: Text | None = Field(None, max_length=80, description="the fingerprint for the footer")
    replaces: Replaced | None = Field(None, description="the letter that this one replaces")


class Logo(Facts):
    """The school's logo: a PNG picture as base64 text, and what it shows in words."""

    png: Text = Field(description="the picture")
    words: Text = Field(description="what the picture shows")

    @field_validator("png")
    @classmethod
    def _small_png(cls, value: str) -> str:
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) < 24:
            raise ValueError("the logo is not a PNG picture as base64 text")
        if len(data) > _LARGEST_LOGO or max(struct.unpack(">II", data[16:24])) > _WIDEST_LOGO:
            raise ValueError("the logo is larger than 300 kB or 3000 pixels")
        return value


class School(Facts):
    """Who the letter comes from: the letterhead."""

    name: Text = Field(max_length=90, description="the name of the school")
    address_lines: tuple[Text, ...] = Field(
        min_length=1, max_length=6, description="the address of the school"
    )
    phone: Text = Field(description="the telephone number of the school")
    email: Text = Field(description="the e-mail address of the school")
    logo: Logo | None = Field(None, description="the logo of the school")


class Recipient(Facts):
    """Who the letter goes to. The address is that of the home, unless it is handed over at work (LX-1).

    Somebody outside the school need not have a post, and their address is that of the body for which they act.
    """

    name: Text = Field(max_length=90, description="the name of the recipient")
    salutation: Text = Field(description='how the recipient is addressed: "Ms Okafor"')
    job_title: Text | None = Field(None, description="the post of the recipient")
    address_lines: tuple[Text, ...] = Field(min_length=1, max_length=7, description="the recipient's address")


class Sender(Facts):
    """Who signs."""

    name: Text = Field(description="the name of the sender")
    title: Text = Field(description="the post of the sender")
    authority: Text | None = Field(None, description="the authority under which the sender acts")


class CaseFacts(Facts):
    """The case, the procedure that it follows, and the policy that is said to be broken."""

    reference: Text = Field(description="the reference of the case")
    procedure_name: Text = Field(description="the name of the procedure")
    procedure_dated: Date = Field(description="the date of the school's disciplinary procedure")
    policy_name: Text = Field(description="the name of the policy whose clauses are relied on")


class Allegation(Facts):
    """One allegation. `clause` is the school's own: "clauses 4.1 and 4.3 of the Social Media Policy"."""

    number: int = Field(ge=1, description="the number of the allegation")
    text: Text = Field(description="what is alleged")
    clause: Text = Field(description="the clauses of the school's policy")
    period: Text = Field(description='when it is said to have happened: "on Monday 2 March 2026"')
    gross_misconduct: bool = Field(False, description="whether it is alleged to be gross misconduct")

    @field_validator("clause")
    @classmethod
    def _own_words(cls, value: str) -> str:
        if found := _OUR_CODES.search(value):
            raise ValueError(f"{found[0]!r} is a code of ours; give the clause as staff know it")
        return value


class Rewording(Facts):
    """One change of the sender's own: of a paragraph (`was`), or what is added after one (`after`).

    Args:
        was: the words that are changed, on one line; empty if something is added.
        after: the words of the paragraph after which it is added.
        nth: how many paragraphs of the same words stand before that one.
        now: the paragraphs that stand there instead; none if it is left out.
        approved: who approved that a required passage is said otherwise, when and why; empty if nobody.
    """

    was: str = ""
    after: str = ""
    nth: int = Field(0, ge=0)
    now: tuple[Text, ...] = ()
    approved: str = ""


class LetterData(Facts):
    """Everything that a letter can be told.

    Args:
        people: persons by role or party id; a party field may name one by that key instead of giving it whole.
        copy_to: who gets a copy: "Ben Ashworth, companion".
        recipient: to whom it goes; a note for the file goes to nobody.
        delivery: how it is delivered, as printed above the address: "By hand".
        employee: the name of whom the case is about: a letter that withholds it is refused if it is in a text.
        own_words: paragraphs of the sender's own, plain text, which the letter marks as theirs.
        reworded: what the sender says in other words than the letter (`casework.correspondence.rewording`).
        fields: the letter's own fields by name; `casework.correspondence.compose.needs` lists them.
    """

    letter: ThisLetter
    school: School
    recipient: Recipient | None = Field(None, description="the recipient")
    sender: Sender
    case: CaseFacts
    allegations: tuple[Allegation, ...] = Field((), description="the allegations")
    people: Mapping[str, Person] = Field({}, description="the people")
    copy_to: tuple[Text, ...] = Field((), description="who gets a copy")
    delivery: Text | None = Field(None, description="how the letter is delivered")
    employee: Text | None = Field(None, description="the name of whom the case is about")
    own_words: tuple[OwnWords, ...] = Field((), max_length=5, description="words of the sender's own")
    reworded: tuple[Rewording, ...] = Field((), description="what the sender says in other words")
    fields: Mapping[str, Any] = Field({}, description="the letter's own fields")


PARTS: Final[Mapping[str, type[Facts]]] = {
    "letter": ThisLetter,
    "letter.replaces": Replaced,
    "school": School,
    "school.logo": Logo,
    "recipient": Recipient,
    "sender": Sender,
    "case": CaseFacts,
    "allegations[]": Allegation,
}
"""The parts of the facts that have parts of their own."""


def _paths() -> dict[str, str]:
    paths = {"draft": "whether this is a draft", "letter.title": "the title of the letter"}
    paths |= {name: field.description or "" for name, field in LetterData.model_fields.items()}
    for prefix, part in PARTS.items():
        for name, field in part.model_fields.items():
            paths[f"{prefix}.{name}"] = field.description or ""
    paths |= {f"{path}[]": paths[path] for path in LISTS}
    return {
        path: label
        for path, label in paths.items()
        if path not in ("fields", "people", "employee", "reworded")
    }


LISTS: Final = ("school.address_lines", "recipient.address_lines", "copy_to", "allegations", "own_words")
"""The paths of facts of which there are several."""

OPTIONAL: Final = (
    *(
        "letter.checkpoint",
        "letter.replaces",
        "school.logo",
        "sender.authority",
        "copy_to",
        "delivery",
        "own_words",
        "draft",
    ),
    "allegations[].gross_misconduct",
)
"""Facts that may be absent: a template may ask for them, and no required passage may hang on it."""

PATHS: Final = _paths()
"""Every fact that a template can name outside its own fields, by its dotted path, with a label."""
