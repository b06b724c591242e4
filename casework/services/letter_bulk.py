"""Letters that go out together: one to everybody who has a part in a case, or one for each warning that has ended.

Each is a letter of its own, written and recorded by itself: what is missing for one holds up no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from casework.base.errors import BadInput, CaseworkError
from casework.cases.fields import FieldInvalid
from casework.correspondence.catalogue import Letter as Template
from casework.services import letters
from casework.services.bodies import open_body
from casework.services.errors import NoAccess
from casework.services.letter_people import recipient_roles
from casework.services.loading import LoadedCase, find_case, people_of
from casework.services.own_letters import library_of
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

EXPIRY: Final = "L-45"
"""The number of the letter that tells that a warning has ended."""

Standing = Literal["ready", "lacking", "later", "written", "refused"]
"""How a letter stands: it can be issued; facts are missing; its day has not come; it is there already; it cannot be."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter of several: its case, its recipient, how it stands, and why if it cannot be issued now.

    `about` says what it is about where that is not plain from the letter: a warning and its last day.
    """

    case: LoadedCase
    template: Template
    party: str
    name: str
    about: str
    standing: Standing
    why: str


def to_everybody(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    named: str,
    *,
    roles: Sequence[str] = (),
    fields: Mapping[str, Any] | None = None,
) -> list[Planned]:
    """Plan one letter for each person in the case who has a part that the letter goes to.

    Args:
        roles: only those parts of the letter's own recipients.

    Raises:
        UnknownLetter: there is no such letter. FieldInvalid: it does not go to such a part.
    """
    template = library_of(workspace, school).letter(named)
    own = recipient_roles(loaded, template)
    for role in roles:
        if role not in own:
            goes = " or ".join(name.replace("_", " ") for name in own)
            raise FieldInvalid(f"“{template.title}” goes to the {goes}, not to the {role.replace('_', ' ')}.")
    parties = dict.fromkeys(party.id for role in roles or own for party in loaded.case.holders(role))
    if not parties:
        raise BadInput(
            f"Nobody in the case has a part that “{template.title}” goes to.", remedy="`casework case assign`"
        )
    return [_planned(workspace, school, loaded, template, party, "", fields) for party in parties]


def for_ended_warnings(
    workspace: Workspace,
    school: School,
    first: date,
    last: date,
    today: date,
    fields: Mapping[str, Any] | None = None,
) -> list[Planned]:
    """Plan the letter that a warning has ended, for each warning whose last day is from `first` to `last`.

    Those of cases that are not for this account are left out. A warning's letter is for the days after its last one.

    Raises:
        UnknownLetter: there is no such letter.
    """
    from casework.correspondence.keywords import letter_as

    template = letter_as(library_of(workspace, school), EXPIRY)
    found = []
    for reference, level, until in _warnings(workspace, school, first, last):
        try:
            loaded = find_case(workspace, school, reference)
        except NoAccess:
            continue
        sanction = loaded.policy.sanctions.get(level)
        about = f"{sanction.title if sanction else level}, until {until.isoformat()}"
        employee = loaded.case.employee
        if employee is None:
            continue
        if until >= today:
            name = _name(workspace, loaded, employee.id)
            found.append(
                Planned(
                    loaded,
                    template,
                    employee.id,
                    name,
                    about,
                    "later",
                    f"It is live until {until.isoformat()}.",
                )
            )
        else:
            found.append(_planned(workspace, school, loaded, template, employee.id, about, fields))
    return found


def _warnings(workspace: Workspace, school: School, first: date, last: date) -> list[tuple[str, str, date]]:
    """Reference, level and last day of each warning that stands and ends in these days, the earliest first."""
    found = []
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases").log
        for stream in reader.streams(log, "person"):
            rows = [
                row
                for row in reader.warnings(stream.stream)
                if first.isoformat() <= row.live_until <= last.isoformat()
            ]
            events = {event.n: event for event in reader.events_of(stream.stream)} if rows else {}
            for row in rows:
                try:
                    words = open_body(
                        workspace,
                        log=log,
                        stream=stream.stream,
                        n=row.n,
                        kind="warning_recorded",
                        sealed=events[row.n].sealed or b"",
                    )
                except NoAccess:
                    continue
                found.append((str(words.get("reference", "")), row.level, date.fromisoformat(row.live_until)))
    return sorted(found, key=lambda one: (one[2], one[0]))


def _planned(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: Template,
    party: str,
    about: str,
    fields: Mapping[str, Any] | None,
) -> Planned:
    name = _name(workspace, loaded, party)
    if any(one.stands and one.recipient == party for one in loaded.case.letters_of(template.id)):
        return Planned(loaded, template, party, name, about, "written", "It has been issued already.")
    try:
        draft = letters.preview(workspace, school, loaded, template.id, recipient=party, fields=fields)
    except CaseworkError as problem:
        return Planned(loaded, template, party, name, about, "refused", problem.message)
    if draft.missing:
        lacking = "; ".join(item.label for item in draft.missing)
        return Planned(loaded, template, party, name, about, "lacking", f"Missing: {lacking}.")
    return Planned(loaded, template, party, name, about, "ready", "")


def _name(workspace: Workspace, loaded: LoadedCase, party: str) -> str:
    return str(people_of(workspace, loaded)[party].get("name", ""))
