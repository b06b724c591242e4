"""The school's own details: its letterhead and standing words for letters, shown and mended.

What changed is recorded in the school's own stream, old and new both sealed, in one transaction with the details.
Letters that went out stay as they were.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from casework.base.errors import BadInput
from casework.cases.fields import clean
from casework.cases.request import Decision
from casework.correspondence.facts import School as Letterhead
from casework.correspondence.library import shipped
from casework.services.dated import minutes, truths_of
from casework.services.directory import cleaned, list_people, who_am_i
from casework.services.errors import CaseMoved, EntryChanged
from casework.services.recorder import Receipt, already_recorded, receipt, record
from casework.services.schools import School, details, log_of, schools, seal_details
from casework.services.sealed_rows import replaced
from casework.store.rows import Organisation

if TYPE_CHECKING:
    from casework.cases.dated import DatedTruths
    from casework.procedure.model import Policy, Setting
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

PARTS: Final = ("name", "address", "phone", "email", "logo", "letter_fields", "contacts", "procedure_date")
"""The parts of a school's details; facts name those that changed.

`procedure_date` stands for the date of the school's own procedure where the policy of a case holds none.
"""

CONTACT_LIMIT: Final = 60
"""Characters of a contact on the card: a name and a number."""

_LABELS: Final = {
    "name": "The name",
    "address_lines": "The address",
    "phone": "The telephone number",
    "email": "The e-mail address",
    "logo": "The logo",
}
_STAND_IN: Final = {"name": "A school", "address_lines": ["1 The Street"], "phone": "1", "email": "1"}
"""What stands for a part that is not given yet, so that the others can be checked."""


@dataclass(frozen=True, slots=True)
class SchoolView:
    """A school as its own people see it; `unconfirmed` are the settings of its policy that it has not confirmed.

    `minutes` prove delegations by their id, `names` are of the people who hold posts.
    """

    school: School
    details: Mapping[str, Any]
    policy: Policy
    unconfirmed: Mapping[str, Setting]
    dated: DatedTruths
    minutes: Mapping[str, str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SchoolEdited:
    """What was changed about a school: the parts, the school as it stands now, and the receipt."""

    school: School
    changed: tuple[str, ...]
    receipt: Receipt


def view(workspace: Workspace, school: School) -> SchoolView:
    """Return a school's details, its policy, what of the policy is not confirmed, and what is true on a date.

    Raises:
        NoAccess: this account has no key to the details.
    """
    policy = workspace.policy(school.policy)
    unconfirmed = {name: setting for name, setting in policy.settings.items() if setting.unconfirmed}
    dated = truths_of(workspace, school)
    proofs = minutes(workspace, school) if dated.delegations else {}
    names = {person.id: person.name for person in list_people(workspace, school)} if dated.posts else {}
    return SchoolView(school, details(workspace, school), policy, unconfirmed, dated, proofs, names)


def standing_words(given: Mapping[str, str]) -> dict[str, str]:
    """Return standing words for letters, by the field that they fill where nothing else does; nothing takes away.

    Raises:
        BadInput: no letter asks its writer for such a field, or a letter cannot have the value.
    """
    known: dict[str, list[Mapping[str, str]]] = {}
    for letter in shipped().letters.values():
        for name, spec in letter.fields.items():
            if spec.sources == ("asked",) and spec.type in ("text", "enum"):
                known.setdefault(name, []).append(spec.options)
    found = {}
    for typed, words in given.items():
        name = typed.replace("-", "_")
        if name not in known:
            raise BadInput(
                f"There can be no standing words for {typed!r}.",
                remedy=f"Letters ask their writer for: {', '.join(sorted(known))}.",
            )
        said = clean(f"The words for {name}", words)
        for options in known[name]:
            if said and options and said not in options:
                raise BadInput(f"{name}: choose one of {', '.join(options)}; not {said!r}.")
        found[name] = said
    return found


def letterhead(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return details of a school as they are kept, if letters can bear them; empty ones are left out.

    Args:
        given: some of `PARTS`; `logo` holds `png` in base64, and `words`; `procedure_date` is an ISO date.

    Raises:
        BadInput: a part that letters cannot have.
    """
    kept: dict[str, Any] = {}
    for name in ("name", "phone", "email"):
        kept |= {name: text} if (text := cleaned(str(given.get(name, "")))) else {}
    lines = [line for line in map(cleaned, given.get("address", ())) if line]
    kept |= {"address": lines} if lines else {}
    kept |= {"logo": dict(given["logo"])} if given.get("logo") else {}
    words = {name: said for name, said in standing_words(given.get("letter_fields", {})).items() if said}
    kept |= {"letter_fields": words} if words else {}
    numbers = {name: line for name, said in given.get("contacts", {}).items() if (line := cleaned(said))}
    kept |= {"contacts": numbers} if numbers else {}
    kept |= {"procedure_date": day} if (day := given.get("procedure_date")) else {}
    shown = {"address_lines" if name == "address" else name: value for name, value in kept.items()}
    for part in ("letter_fields", "contacts", "procedure_date"):
        shown.pop(part, None)
    try:
        Letterhead.model_validate({**_STAND_IN, **shown})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        part, says = _LABELS[str(first["loc"][0])], first["msg"].removeprefix("Value error, ")
        raise BadInput(f"{part} cannot stand on a letter: {says}.") from None
    return kept


def logo(picture: bytes, words: str) -> dict[str, str]:
    """Return a logo as details hold it: a PNG picture, and what it shows in words, for those who cannot see it.

    Raises:
        BadInput: there are no words. `letterhead` refuses what is no picture or too large.
    """
    said = clean("The words for the logo", words)
    if not said:
        raise BadInput("A logo needs words for those who cannot see it, such as “The school’s oak tree”.")
    return {"png": base64.b64encode(picture).decode("ascii"), "words": said}


def edit(
    workspace: Workspace,
    school: School,
    *,
    name: str | None = None,
    address: Sequence[str] | None = None,
    phone: str | None = None,
    email: str | None = None,
    logo: Mapping[str, str] | None = None,
    letter_fields: Mapping[str, str] | None = None,
    contacts: Mapping[str, str] | None = None,
    procedure_date: str | None = None,
    command: str = "",
) -> SchoolEdited:
    """Change a school's details; what is None stays, and what is empty is taken away.

    Args:
        logo: as `logo` returns it; an empty mapping takes it away.
        letter_fields: those that are named change, the others stay.
        contacts: whom to ring, by the names of the policy's card; those that are named change, the others stay.
        procedure_date: an ISO date, for a school that was set up without it.

    Raises:
        BadInput: letters cannot bear it, the name is empty or another school's, the school's policy holds the date of
            its procedure already, or nothing changes.
        EntryChanged: somebody else changed the details at the same moment. NoAccess.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return SchoolEdited(school, (), repeated)
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
        row = reader.organisation(school.id)
    present = School.from_row(row) if row is not None else school
    old = {"name": present.name, **details(workspace, school)}
    if procedure_date is not None and workspace.policy(present.policy).procedure_date:
        raise BadInput(
            "The date of the school’s procedure was given when the school adopted it, and its cases keep it.",
            remedy="Adopt the procedure anew: `casework policy adopt --procedure-date DATE`.",
        )
    given = {
        "name": name,
        "address": address,
        "phone": phone,
        "email": email,
        "logo": logo,
        "procedure_date": procedure_date,
    }
    asked = {**old, **{part: value for part, value in given.items() if value is not None}}
    asked["letter_fields"] = {**old.get("letter_fields", {}), **standing_words(letter_fields or {})}
    asked["contacts"] = {
        **old.get("contacts", {}),
        **(checked_contacts(workspace.policy(present.policy), contacts) if contacts else {}),
    }
    new = letterhead(asked)
    changed = tuple(part for part in PARTS if old.get(part) != new.get(part))
    _check(workspace, school, new, changed)
    after = replace(present, name=new["name"])
    sealed = seal_details(
        workspace,
        after,
        {
            **{part: value for part, value in old.items() if part not in PARTS},
            **{part: value for part, value in new.items() if part != "name"},
        },
    )

    own = Organisation(school.id, after.to_bytes(), sealed)

    def enter(transaction: Transaction) -> None:
        transaction.put_organisation(own)

    decision = Decision(
        {
            "kind": "organisation_details_changed",
            "changed": list(changed),
            "account": who_am_i(workspace, school).account,
            **replaced(own, row),
        },
        {
            "old": {part: old[part] for part in changed if part in old},
            "new": {part: new[part] for part in changed if part in new},
        },
    )
    chosen = command or workspace.new_id()
    try:
        appended = record(
            workspace,
            log,
            [(school.stream, decision)],
            seen={school.stream: newest},
            command=chosen,
            prepare=enter,
        )
    except CaseMoved:
        raise EntryChanged(
            "Somebody else changed the school’s details first. Nothing was recorded."
        ) from None
    return SchoolEdited(after, changed, receipt(appended, chosen, school.stream))


def checked_contacts(policy: Policy, given: Mapping[str, str]) -> dict[str, str]:
    """Return whom to ring, by the contacts of the policy's card; an empty line takes a number away.

    Raises:
        BadInput: the card has no such contact, or a line is too long for it.
    """
    known = policy.card.contacts if policy.card is not None else {}
    found = {}
    for typed, said in given.items():
        name, line = typed.replace("-", "_"), cleaned(said)
        if name not in known:
            remedy = f"There are: {', '.join(known)}." if known else "The school's policy has no card."
            raise BadInput(f"There is no contact {typed!r}.", remedy=remedy)
        if len(line) > CONTACT_LIMIT:
            raise BadInput(
                f"{known[name].title}: at most {CONTACT_LIMIT} characters, so that the card stays one page.",
                remedy="Give a name and a number.",
            )
        found[name] = line
    return found


def _check(workspace: Workspace, school: School, new: Mapping[str, Any], changed: Sequence[str]) -> None:
    if "name" not in new:
        raise BadInput("A school needs a name.")
    if not changed:
        raise BadInput("The school’s details stand so already; there is nothing to change.")
    if any(
        other.id != school.id and other.name.casefold() == new["name"].casefold()
        for other in schools(workspace)
    ):
        raise BadInput("Another school here has that name.", remedy="Tell them apart in the name.")
