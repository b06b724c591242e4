"""What a letter lacks of a person or of the school: asked beside the letter, and kept where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.services import school_details
from casework.services.letter_people import may_receive
from casework.services.people import edit_person, update_in_case

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter
    from casework.correspondence.errors import Lacking
    from casework.web.site import Here

SCHOOL: Final = "the school"
"""Whose details the letterhead has."""

_PARTS: Final = {
    "phone": "phone",
    "email": "email",
    "address_lines": "address",
    "title": "title",
    "job_title": "title",
    "salutation": "salutation",
    "procedure_dated": "procedure_date",
}
"""What a part of a letter's facts is called where it is kept."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A detail that is asked for: of whom, which part of their entry, what it is, and what was typed.

    `part` is empty for one that cannot be given on a page.
    """

    whom: str
    part: str
    label: str
    value: str = ""

    @property
    def name(self) -> str:
        """The name of its control: whose it is stands in it in hexadecimal, for names have blanks."""
        return f"d.{self.part}.{self.whom.encode().hex()}"


def details_of(here: Here, letter: Letter, lacking: Sequence[Lacking]) -> list[Detail]:
    """Return what is asked for, each once."""
    found: dict[tuple[str, str], Detail] = {}
    for item in lacking:
        where, _, last = item.name.rpartition(".")
        part = _PARTS.get(last.partition("[")[0], "")
        if where in ("school", "case"):
            whom = SCHOOL
        else:
            named = here.text("recipient") or next(iter(may_receive(here.workspace, here.case, letter)), "")
            whom = item.whom or (named if where == "recipient" else "")
        asked = Detail(whom, part if whom else "", item.label)
        found.setdefault(
            (whom, part or item.name), Detail(whom, asked.part, item.label, here.text(asked.name))
        )
    return list(found.values())


def keep_details(here: Here) -> list[str]:
    """Keep the details that were typed: in the entry of the person or of the school, and in the case.

    Returns whose were kept. A detail that the directory has already is brought into the case.

    Raises:
        BadInput: an entry cannot bear it.
    """
    typed: dict[str, dict[str, Any]] = {}
    for name in here.form:
        given, _, rest = name.partition(".")
        part, _, coded = rest.partition(".")
        if given == "d" and part in _PARTS.values() and here.text(name):
            typed.setdefault(_whom(coded), {})[part] = _value(part, here.text(name))
    for whom, parts in typed.items():
        if whom == SCHOOL:
            school_details.edit(here.workspace, here.school, **parts)
        else:
            _keep_of_person(here, whom, parts)
    return list(typed)


def _keep_of_person(here: Here, whom: str, parts: dict[str, Any]) -> None:
    try:
        edit_person(here.workspace, here.school, whom, **parts)
    except BadInput as problem:
        try:
            update_in_case(here.workspace, here.school, here.case, named=whom)
        except BadInput:
            raise problem from None
        return
    update_in_case(here.workspace, here.school, here.case, named=whom)


def _whom(coded: str) -> str:
    try:
        return bytes.fromhex(coded).decode()
    except ValueError:
        raise BadInput("This detail is of nobody.") from None


def _value(part: str, text: str) -> Any:
    if part == "address":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text
