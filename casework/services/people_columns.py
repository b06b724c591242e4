"""Which column of a school system's list of staff holds what: recognised by its heading, or as somebody says.

The headings are those that the staff reports of the systems in use at English schools, and the school workforce
census, give their columns. A report can be laid out by whoever runs it, so nothing is taken on trust: what was
understood is shown before anything is entered, and any column can be named by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from casework.base.errors import BadInput

Columns = Mapping[str, tuple[str, ...]]
"""Parts of an entry, each with the headings of the columns that hold it, in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a person's entry that a file can hold: how it is said, and the headings by which it is known.

    `several`: its columns are put together (the lines of an address); else the first heading that is found counts.
    """

    label: str
    headings: tuple[str, ...]
    several: bool = False


PARTS: Final[Mapping[str, Part]] = {
    "number": Part(
        "Staff number",
        (
            "staff number",
            "employee number",
            "payroll number",
            "personnel number",
            "staff id",
            "employee id",
            "staff code",
            "teacher number",
            "number",
        ),
    ),
    "name": Part("Name", ("full name", "legal full name", "staff name", "employee name", "name")),
    "forename": Part(
        "Forename",
        ("legal forename", "legal first name", "forename", "first name", "given name", "preferred forename"),
    ),
    "surname": Part(
        "Surname",
        ("legal surname", "legal last name", "surname", "last name", "family name", "preferred surname"),
    ),
    "courtesy-title": Part("Mr, Mrs, Ms …", ("title", "salutation", "courtesy title", "honorific")),
    "job-title": Part(
        "Job title", ("job title", "role", "post", "post title", "position", "business role", "job role")
    ),
    "address": Part(
        "Home address",
        (
            "address",
            "home address",
            "full address",
            "house name",
            "house number",
            "address 1",
            "address 2",
            "address 3",
            "address line 1",
            "address line 2",
            "address line 3",
            "street",
            "locality",
            "town",
            "county",
            "postcode",
            "post code",
        ),
        several=True,
    ),
    "email": Part(
        "E-mail", ("home email", "personal email", "email", "email address", "work email", "main email")
    ),
    "phone": Part(
        "Telephone",
        ("mobile", "mobile phone", "mobile number", "telephone", "phone", "home telephone", "phone number"),
    ),
    "left": Part(
        "Employment ended",
        ("date of leaving", "leaving date", "end date", "employment end date", "leave date", "left"),
    ),
    "teacher": Part("Is a teacher", ("teacher", "is teacher", "teaching staff", "teaching")),
}
"""Everything that is taken from a file; all else stays where it is (UKGDPR-5c)."""


def chosen_columns(typed: Sequence[str], headings: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns that somebody named, each as PART=HEADING; a part named again is put together in that order.

    Raises:
        BadInput: there is no such part, or no such column.
    """
    found: dict[str, tuple[str, ...]] = {}
    known = {_plain(heading): heading for heading in headings}
    for item in typed:
        part, sign, heading = item.partition("=")
        part = part.strip().replace("_", "-")
        if not sign or part not in PARTS:
            raise BadInput(
                f"{item!r} does not say which column holds what.",
                remedy=f"Write PART=HEADING. Parts: {', '.join(PARTS)}.",
            )
        if _plain(heading) not in known:
            raise BadInput(
                f"The file has no column {heading.strip()!r}.",
                remedy=f"Its columns: {', '.join(headings)}.",
            )
        found[part] = (*found.get(part, ()), known[_plain(heading)])
    return found


def recognised(headings: Sequence[str], before: Columns, chosen: Columns) -> dict[str, tuple[str, ...]]:
    """Return which column holds what: as chosen now, else as in the last import, else by its heading.

    Raises:
        BadInput: no column holds the name, or none the job title.
    """
    known = {_plain(heading): heading for heading in headings}
    found = {part: tuple(columns) for part, columns in before.items() if all(c in headings for c in columns)}
    taken = {column for columns in (*found.values(), *chosen.values()) for column in columns}
    for part, spec in PARTS.items():
        if part in found or part in chosen:
            continue
        plain = dict.fromkeys(map(_plain, spec.headings))
        fits = [known[name] for name in plain if name in known and known[name] not in taken]
        if spec.several:
            fits.sort(key=list(headings).index)
        if fits:
            found[part] = tuple(fits) if spec.several else (fits[0],)
            taken |= set(found[part])
    found |= chosen
    if "name" in found and "name" not in chosen and {"forename", "surname"} <= set(found):
        del found["name"]
    if "name" not in found and not {"forename", "surname"} <= set(found):
        raise BadInput(
            "No column is known to hold the name.",
            remedy=f"Say which: --column name=HEADING. Columns: {', '.join(headings)}.",
        )
    if "job-title" not in found:
        raise BadInput(
            "No column is known to hold the job title, which letters and cases need.",
            remedy=f"Say which: --column job-title=HEADING. Columns: {', '.join(headings)}.",
        )
    return {part: found[part] for part in PARTS if part in found}


def _plain(heading: str) -> str:
    """A heading without capitals, blanks and signs, so that “Post Code” is “postcode”."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())
