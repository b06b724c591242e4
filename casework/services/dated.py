"""What is true of a school on a date: its type and other dated settings, and the delegations of its powers.

Each is an event in the organisation's own stream: facts that requirements read, and the minute that proves it in the
sealed body. Nothing is overwritten: a later value follows an earlier one, and a delegation that ends stays on record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.time import describe_date
from casework.cases.dated import DatedTruths, Delegation, dated_truths
from casework.cases.fields import FieldInvalid, clean
from casework.cases.replay import FactsMissing
from casework.cases.request import Decision
from casework.procedure.resolve import misfit
from casework.services.bodies import open_body
from casework.services.directory import who_am_i
from casework.services.errors import CaseMoved, EntryChanged
from casework.services.recorder import Receipt, already_recorded, receipt, record
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """A delegation as somebody enters it: the power and the role by name, its dates, and the minute that gives it."""

    power: str
    role: str
    since: date
    minute: str
    until: date | None = None


def truths_of(workspace: Workspace, school: School) -> DatedTruths:
    """Return what is on record of the school on each date; no key is needed.

    Raises:
        FactsMissing: facts of the school's own stream are gone.
    """
    with workspace.store.read() as reader:
        newest = reader.newest_n(school.stream)
        known, found = workspace.dated.get(school.stream, (0, DatedTruths()))
        if known == newest:
            return found
        events = reader.events_of(school.stream)
    if any(event.facts is None for event in events):
        raise FactsMissing(
            "Facts of the school’s own record are gone, so what was true on a date is not known."
        )
    found = dated_truths(json.loads(event.facts or b"{}") for event in events)
    workspace.dated[school.stream] = (len(events), found)
    return found


def enter_delegations(
    workspace: Workspace, school: School, given: Iterable[NewDelegation], *, command: str = ""
) -> Receipt:
    """Enter delegations of powers, with their minutes, as one act.

    Raises:
        FieldInvalid: a power or role that the school's policy does not have, no minute, dates the wrong way round, or a
            delegation that is on record already. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    items = list(given)
    policy, there = workspace.policy(school.policy), truths_of(workspace, school).delegations
    account = who_am_i(workspace, school).account
    decisions = delegation_decisions(policy, items, account=account, new_id=workspace.new_id)
    for item in items:
        if _on_record(item, there):
            raise FieldInvalid(
                f"That delegation is on record already: {policy.powers[item.power].title}, to the"
                f" {policy.roles[item.role].title.lower()}, from {describe_date(item.since)}.",
                remedy="`casework school show` lists what is on record.",
            )
    return record_truths(workspace, school, decisions, command)


def delegation_decisions(
    policy: Policy, given: Iterable[NewDelegation], *, account: str, new_id: Callable[[], str]
) -> list[Decision]:
    """Return the events that enter delegations under a policy, by an account.

    Raises:
        FieldInvalid: as `checked` says.
    """
    found: list[Decision] = []
    for item in given:
        delegation, minute = checked(policy, item, new_id())
        facts = {"kind": "delegation_entered", **delegation.to_facts(), "account": account}
        found.append(Decision(facts, {"minute": minute}))
    return found


def not_on_record(
    workspace: Workspace, school: School, given: Iterable[NewDelegation]
) -> list[NewDelegation]:
    """Return those of several delegations that are not on record of the school in the same words."""
    there = truths_of(workspace, school).delegations
    return [item for item in given if not _on_record(item, there)]


def checked(policy: Policy, item: NewDelegation, id_: str) -> tuple[Delegation, str]:
    """Return a delegation and its minute, if the policy has such a power and role and the dates fit.

    Raises: FieldInvalid.
    """
    for what, name, known in (("power", item.power, policy.powers), ("role", item.role, policy.roles)):
        if name not in known:
            listed = ", ".join(known) or "none"
            raise FieldInvalid(
                f"There is no {what} {name!r} in this procedure.", remedy=f"There are: {listed}."
            )
    minute = clean("The minute", item.minute)
    if not minute:
        raise FieldInvalid(
            "A delegation needs the minute that gives it.", remedy="Say which meeting, and which minute."
        )
    if item.until is not None and item.until < item.since:
        raise FieldInvalid("The delegation would end before it begins.", remedy="Check the dates.")
    return Delegation(id_, item.power, item.role, item.since, item.until), minute


def end_delegation(
    workspace: Workspace, school: School, number: int, *, until: date, minute: str, command: str = ""
) -> Receipt:
    """Say on which day delegation `number` of `delegations` ends; it stays on record.

    Raises:
        FieldInvalid: there is none of that number, the day is before its first, or there is no minute. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    there = truths_of(workspace, school).delegations
    if not 1 <= number <= len(there):
        raise FieldInvalid(
            f"There is no delegation {number}; there are {len(there) or 'none'}.",
            remedy="`casework school show` lists them with their numbers.",
        )
    item, said = there[number - 1], clean("The minute", minute)
    if until < item.since:
        raise FieldInvalid(f"The delegation began on {describe_date(item.since)}; it cannot end before that.")
    if not said:
        raise FieldInvalid(
            "The end of a delegation needs the minute that says so.", remedy="Give it with --minute."
        )
    if item.until == until:
        raise FieldInvalid("The delegation ends on that day already.", remedy="Nothing more is to be done.")
    facts = {
        "kind": "delegation_ended",
        "delegation": item.id,
        "until": until.isoformat(),
        "account": who_am_i(workspace, school).account,
    }
    return record_truths(workspace, school, [Decision(facts, {"minute": said})], command)


def date_setting(
    workspace: Workspace,
    school: School,
    setting: str,
    value: bool | int | str,
    *,
    since: date,
    reason: str,
    command: str = "",
) -> Receipt:
    """Say what a dated setting of the policy is from a day on, such as who employs the staff.

    Raises:
        FieldInvalid: the policy has no such dated setting, it cannot have the value, or no reason. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    account = who_am_i(workspace, school).account
    decision = setting_decision(
        workspace.policy(school.policy), setting, value, since, reason, account=account
    )
    return record_truths(workspace, school, [decision], command)


def setting_decision(
    policy: Policy, setting: str, value: bool | int | str, since: date, reason: str, *, account: str
) -> Decision:
    """Return the event that dates a setting under a policy. Raises as `date_setting`."""
    held = policy.settings.get(setting)
    if held is None or not held.dated:
        dated = [name for name, item in policy.settings.items() if item.dated]
        raise FieldInvalid(
            f"{setting!r} is no setting that is true from a date on.",
            remedy=f"There are: {', '.join(dated) or 'none'}. Other settings change by adopting the procedure anew.",
        )
    if problem := misfit(held, value):
        options = ", ".join(held.options)
        raise FieldInvalid(f"{held.title}: {problem}", remedy=f"Choose one of: {options}." if options else "")
    said = clean("The reason", reason)
    if not said:
        raise FieldInvalid("Say what shows it: the order, the minute or the letter.")
    facts = {
        "kind": "setting_dated",
        "setting": setting,
        "value": value,
        "from": since.isoformat(),
        "account": account,
    }
    return Decision(facts, {"reason": said})


def _on_record(item: NewDelegation, there: Iterable[Delegation]) -> bool:
    key = (item.power, item.role, item.since, item.until)
    return any(key == (other.power, other.role, other.since, other.until) for other in there)


def record_truths(
    workspace: Workspace,
    school: School,
    decisions: list[Decision],
    command: str,
    prepare: Callable[[Transaction], None] | None = None,
) -> Receipt:
    """Record what is true of the school, as one act, in its own stream; `prepare` enters files with it.

    Raises:
        BadInput: there is nothing to record. EntryChanged: somebody else was faster.
    """
    if not decisions:
        raise BadInput("Nothing was given to be recorded.")
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
    chosen = command or workspace.new_id()
    entries = [(school.stream, decision) for decision in decisions]
    try:
        appended = record(
            workspace, log, entries, seen={school.stream: newest}, command=chosen, prepare=prepare
        )
    except CaseMoved:
        raise EntryChanged(
            "Somebody else recorded something about the school first. Nothing was recorded."
        ) from None
    return receipt(appended, chosen, school.stream)


def minutes(workspace: Workspace, school: School) -> Mapping[str, str]:
    """Return what proves each delegation, by its id. Raises NoAccess: this account has no key to it."""
    found: dict[str, str] = {}
    with workspace.store.read() as reader:
        log, events = log_of(reader, school, "cases"), reader.events_of(school.stream)
    for event in events:
        facts = json.loads(event.facts or b"{}")
        if facts.get("kind") in ("delegation_entered", "delegation_ended") and event.sealed is not None:
            body = open_body(
                workspace,
                log=log.log,
                stream=school.stream,
                n=event.n,
                kind=facts["kind"],
                sealed=event.sealed,
            )
            earlier = found.get(facts["delegation"], "")
            found[facts["delegation"]] = (
                f"{earlier}; ended by {body['minute']}" if earlier else body["minute"]
            )
    return found
