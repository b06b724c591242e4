"""Links by which an employee, or a companion whom they allow it, sees their own page without an account.

What a link shows is sealed for a key that only the link and its code give; neither is kept. Each act in the case seals
anew what its links show, so that a letter that is served appears there with the very act that says so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.base.errors import BadInput, Conflict, NotPermitted, Unavailable
from casework.base.time import local_date
from casework.cases.link_acts import LinkRefused, make_link, revoke_link
from casework.cases.links import PARTS, Holder, OwnLink, Shows
from casework.cases.replay import Recorded, replay
from casework.keyring.link import digest_of, link_key, new_code, new_secret, public_half, seal_for_link
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.guard import require
from casework.services.loading import LoadedCase, body_of, people_of
from casework.services.own_page import contents
from casework.services.schools import School, school_of
from casework.store import rows

if TYPE_CHECKING:
    from casework.keyring.container import Cost
    from casework.services.recorder import Receipt
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

WHERE = "/own/"
"""Where the pages of a site show an own page: before what the link holds."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made: its address from the root of the site, and the code that is sent apart."""

    number: int
    name: str
    holder: str
    until: date
    address: str
    code: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as a list shows it; `standing` is open, over, revoked, or gone where nothing is kept of it any more."""

    number: int
    name: str
    holder: str
    shows: str
    until: date
    standing: str
    reason: str
    agreed: str
    event: int


def make(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    holder: Holder,
    until: date,
    reason: str,
    named: str = "",
    shows: Shows = "dates",
    agreed: str = "",
    command: str = "",
    cost: Cost | None = None,
) -> MadeLink:
    """Make a link to the own page of the employee or of their companion.

    Args:
        until: its last local day.
        named: which companion, by name; needed only if there are several.
        shows: what the employee lets a companion see: their dates, or their letters too.
        agreed: how the employee agreed to that.

    Raises:
        LinkRefused, FieldInvalid, UnknownPerson. BadInput: the command was recorded before; the link is shown once.
        NoAccess, NotYours: whoever is signed in cannot let others in.
    """
    require(workspace, loaded, "let_in")
    if command:
        _require_new(workspace, command)
    party = _holder(workspace, loaded, holder, named)
    secret, code, link = new_secret(workspace.dice), new_code(workspace.dice), workspace.new_id()
    key = public_half(link_key(secret, code, *([cost] if cost is not None else [])))
    decision = make_link(
        loaded.case,
        link=link,
        holder=holder,
        party=party,
        public_key=key,
        until=until,
        shows=shows,
        reason=reason,
        agreed=agreed,
        today=local_date(workspace.clock.now()),
        recorder=recorder_of(workspace, school, loaded),
    )
    after = replay([*loaded.history, Recorded(loaded.n + 1, "", decision.facts)]).links[link]
    sealed = _sealed(workspace, school, loaded, after)
    digest = digest_of(secret)
    row = rows.OwnLink(link, school.id, loaded.stream, digest, key, until.isoformat(), 0, "", sealed)
    today = local_date(workspace.clock.now()).isoformat()

    def enter(transaction: Transaction) -> None:
        transaction.drop_own_links_before(school.id, today)
        transaction.add_own_link(row)

    receipt = record_in_case(workspace, loaded, [decision], command, prepare=enter)
    name = str(people_of(workspace, loaded)[party].get("name", ""))
    return MadeLink(after.number, name, holder, until, f"{WHERE}{secret}", code, receipt)


def revoke(
    workspace: Workspace, school: School, loaded: LoadedCase, number: int, *, reason: str, command: str = ""
) -> Receipt:
    """See that a link opens nothing from now on; what it showed is destroyed with the same act.

    Raises:
        UnknownItem, LinkRefused, FieldInvalid. NoAccess, NotYours: whoever is signed in cannot let others in.
    """
    require(workspace, loaded, "let_in")
    decision = revoke_link(
        loaded.case, number, reason=reason, recorder=recorder_of(workspace, school, loaded)
    )
    link = str(decision.facts["link"])
    return record_in_case(
        workspace, loaded, [decision], command, prepare=lambda transaction: transaction.drop_own_link(link)
    )


def links_of(workspace: Workspace, loaded: LoadedCase) -> list[LinkRow]:
    """Return the links of a case, oldest first.

    Raises:
        NoAccess, NotYours: its words are not for whoever is signed in.
    """
    require(workspace, loaded, "read_words")
    with workspace.store.read() as reader:
        kept = {row.link for row in reader.own_links_about(loaded.stream)}
    today, people = local_date(workspace.clock.now()), people_of(workspace, loaded)
    found = []
    for item in loaded.case.links.values():
        words = body_of(workspace, loaded, item.n)
        found.append(
            LinkRow(
                item.number,
                str(people.get(item.party, {}).get("name", "")),
                item.holder,
                item.shows,
                item.until,
                _standing(loaded, item, today, item.id in kept),
                str(words.get("reason", "")),
                str(words.get("agreed", "")),
                item.n,
            )
        )
    return found


def renew(workspace: Workspace, loaded: LoadedCase) -> None:
    """Seal anew what the links of a case show, each for the key that the record names; take away those that are over.

    It follows an act that is recorded already: where it cannot be done now, the next act does it.
    """
    with suppress(NotPermitted, Unavailable, Conflict):
        _renew(workspace, loaded)


def _renew(workspace: Workspace, loaded: LoadedCase) -> None:
    today = local_date(workspace.clock.now())
    with workspace.store.read() as reader:
        kept = {row.link for row in reader.own_links_about(loaded.stream)}
    here = [item for item in loaded.case.links.values() if item.id in kept]
    if not here:
        return
    school = school_of(workspace, loaded)
    over = [item for item in here if not item.opens(loaded.case, today)]
    with workspace.transaction(school.id) as transaction:
        for item in over:
            transaction.drop_own_link(item.id)
    fresh = {item.id: _sealed(workspace, school, loaded, item) for item in here if item not in over}
    with workspace.transaction(school.id) as transaction:
        for link, sealed in fresh.items():
            transaction.seal_own_link(link, loaded.stream, sealed)


def _sealed(workspace: Workspace, school: School, loaded: LoadedCase, link: OwnLink) -> bytes:
    shown = contents(workspace, school, loaded, link)
    return seal_for_link(link.public_key, shown, link=link.id, stream=loaded.stream)


def _standing(loaded: LoadedCase, item: OwnLink, today: date, kept: bool) -> str:
    if item.revoked is not None:
        return "revoked"
    if not item.opens(loaded.case, today):
        return "over"
    return "open" if kept else "gone"


def _holder(workspace: Workspace, loaded: LoadedCase, holder: Holder, named: str) -> str:
    """The party that a link is for.

    Raises:
        LinkRefused: nobody has such a part, or several have. UnknownPerson.
    """
    if named:
        return party_named(workspace, loaded, named)
    found = {party.id for role in PARTS[holder] for party in loaded.case.holders(role)}
    if len(found) == 1:
        return found.pop()
    raise LinkRefused(
        f"This case has {len(found) or 'no'} {holder}{'s' if len(found) > 1 else ''}.",
        remedy="Say which of them: --name"
        if found
        else "Give somebody that part first: `casework case assign`.",
    )


def _require_new(workspace: Workspace, command: str) -> None:
    with workspace.store.read() as reader:
        known = reader.find_command(command)
    if known:
        raise BadInput(
            "This link was made already. It is shown only once.",
            remedy="If it was lost, revoke it and make another.",
        )
