"""Adopting a procedure: the school's own values, clauses, contacts and delegations put into a policy, and on record.

A policy is proved before it is adopted; what an overlay makes weaker than the law blocks it. The resolved policy is
kept by its digest, and an event in the organisation's stream says that it was adopted. From then on new cases follow
it; cases that are going on stay on theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from casework.base.errors import BadInput, Findings
from casework.base.time import parse_date
from casework.cases.fields import clean
from casework.cases.request import Decision
from casework.procedure.errors import PolicyInvalid
from casework.procedure.load import extended_by, load_policy, read_policy
from casework.procedure.model import Model
from casework.procedure.resolve import as_own, digest, misfit, to_resolved
from casework.procedure.source import read_source
from casework.procedure.validate import validated
from casework.procedure.weakening import weakened
from casework.services.dated import (
    NewDelegation,
    delegation_decisions,
    not_on_record,
    setting_decision,
    truths_of,
)
from casework.services.directory import cleaned, who_am_i
from casework.services.errors import CaseMoved, EntryChanged
from casework.services.proving import known_letters, prove
from casework.services.recorder import Receipt, already_recorded, receipt, record
from casework.services.school_details import checked_contacts
from casework.services.schools import School, as_sealed, details, log_of, seal_details
from casework.services.sealed_rows import replaced
from casework.store.rows import Document, Organisation

if TYPE_CHECKING:
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


class PolicyUnsound(Findings):
    """The check finds something wrong with a policy, so it cannot be adopted."""

    code = "policy-unsound"


class DelegationAnswer(Model):
    """A delegation in a file of answers; `from` and `until` are ISO dates."""

    power: str
    to: str
    from_: str = Field(alias="from")
    until: str = ""
    minute: str


class DatedAnswer(Model):
    """A setting that is true from a day on, in a file of answers."""

    setting: str
    value: bool | int | str
    from_: str = Field(alias="from")
    because: str


class AnswersFile(Model):
    """A file of answers: what a school says when it adopts a procedure."""

    settings: dict[str, bool | int | str] = Field(default_factory=dict)
    clauses: dict[str, str | int] = Field(default_factory=dict)
    procedure_name: str = ""
    procedure_date: str = ""
    contacts: dict[str, str] = Field(default_factory=dict)
    delegations: tuple[DelegationAnswer, ...] = ()
    dated: tuple[DatedAnswer, ...] = ()
    minute: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a school says when it adopts a procedure.

    `settings` are confirmed by being given; `contacts` are words by a contact of the policy's card; `dated` are
    setting, value, first day and what shows it; `minute` says who decided to adopt the procedure.
    """

    settings: Mapping[str, bool | int | str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)
    procedure_name: str = ""
    procedure_date: str = ""
    contacts: Mapping[str, str] = field(default_factory=dict)
    delegations: tuple[NewDelegation, ...] = ()
    dated: tuple[tuple[str, bool | int | str, date, str], ...] = ()
    minute: str = ""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was adopted: the school and its policy now, the settings left unconfirmed, those that no longer fit."""

    school: School
    policy: Policy
    unconfirmed: tuple[str, ...]
    dropped: tuple[str, ...]
    receipt: Receipt


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises:
        PolicyInvalid: everything that is wrong with it, with its lines. BadInput: a date that is none.
    """
    source = read_source(path, path.name)
    found = validated(source, AnswersFile)
    if found is None:
        raise PolicyInvalid("The file of answers", sorted(source.errors))
    return Answers(
        settings=found.settings,
        clauses={name: str(number) for name, number in found.clauses.items()},
        procedure_name=found.procedure_name,
        procedure_date=found.procedure_date and parse_date(found.procedure_date).isoformat(),
        contacts=found.contacts,
        delegations=tuple(
            NewDelegation(
                item.power,
                item.to,
                parse_date(item.from_),
                item.minute,
                parse_date(item.until) if item.until else None,
            )
            for item in found.delegations
        ),
        dated=tuple((item.setting, item.value, parse_date(item.from_), item.because) for item in found.dated),
        minute=found.minute,
    )


def sound_policy(workspace: Workspace, school: School, folder: Path) -> Policy:
    """Return the policy in a folder, if it is one that may be adopted.

    Raises:
        PolicyInvalid: it cannot be read. PolicyUnsound: it breaks a property, or weakens what it extends.
    """
    policy, places = read_policy(folder)
    above = extended_by(folder)
    weaker = weakened(policy, load_policy(above)) if above is not None else []
    catalogues = [workspace.catalogue(item) for item in school.catalogues]
    proof = prove(policy, catalogues, known_letters())
    found = places.located([*proof.problems, *weaker])
    if found:
        raise PolicyUnsound(
            "\n".join([f"{policy.label} cannot be adopted:", *map(str, found)]),
            remedy=f"Put that right; `casework policy check {folder}` shows it again.",
            findings=[problem.as_json() for problem in found],
        )
    return policy


def carried(present: Policy, policy: Policy) -> tuple[Answers, tuple[str, ...]]:
    """Return what the school said of its present policy that fits the new one, and the settings that no longer fit."""
    kept: dict[str, bool | int | str] = {}
    dropped: list[str] = []
    for name, held in present.settings.items():
        ours = policy.settings.get(name)
        if held.unconfirmed or (ours is not None and held.value == ours.value and not ours.unconfirmed):
            continue
        if ours is None or (ours.hard and ours.type != "integer") or misfit(ours, held.value):
            dropped += [] if held.hard else [name]  # what the law fixed was not the school's to say
        else:
            kept[name] = held.value
    clauses = {
        topic: number for topic, number in present.clauses.items() if number and topic in policy.clauses
    }
    return Answers(kept, clauses, present.procedure_name, present.procedure_date), tuple(dropped)


def adopt(
    workspace: Workspace, school: School, policy: Policy, answers: Answers, *, command: str = ""
) -> Adopted:
    """Adopt a policy for a school, with its answers; what it said before stands where it says nothing now.

    Args:
        policy: as `sound_policy` returns it.

    Raises:
        PolicyInvalid: every setting or clause that cannot be. FieldInvalid: a contact, delegation or dated setting that
            cannot be. BadInput: nothing changes. EntryChanged. NoAccess: this account has no key to the school.
    """
    present = as_sealed(workspace, school)
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return _adopted(present, workspace.policy(present.policy), (), repeated)
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
        row = reader.organisation(school.id)
    before, dropped = carried(workspace.policy(present.policy), policy)
    own = as_own(
        policy,
        {**before.settings, **answers.settings},
        {**before.clauses, **answers.clauses},
        cleaned(answers.procedure_name) or before.procedure_name,
        answers.procedure_date or before.procedure_date,
    )
    old = details(workspace, school)
    contacts = {**old.get("contacts", {}), **checked_contacts(own, answers.contacts)}
    words = {**old, "contacts": {name: line for name, line in contacts.items() if line}}
    after = replace(present, policy=digest(own))
    more = _dated_decisions(workspace, school, own, answers)
    if after == present and words["contacts"] == old.get("contacts", {}) and not more:
        raise BadInput("The school has adopted exactly this already; there is nothing to change.")
    settled = Organisation(school.id, after.to_bytes(), seal_details(workspace, after, words))

    def enter(transaction: Transaction) -> None:
        transaction.put_policy(Document(after.policy, own.label, to_resolved(own)))
        transaction.put_organisation(settled)

    adoption = _adoption(workspace, after, own, answers)
    adoption = Decision({**adoption.facts, **replaced(settled, row)}, adoption.body)
    entries = [(school.stream, decision) for decision in (adoption, *more)]
    chosen = command or workspace.new_id()
    try:
        appended = record(
            workspace, log, entries, seen={school.stream: newest}, command=chosen, prepare=enter
        )
    except CaseMoved:
        raise EntryChanged(
            "Somebody else recorded something about the school first. Nothing was recorded."
        ) from None
    return _adopted(after, own, dropped, receipt(appended, chosen, school.stream))


def _adopted(school: School, policy: Policy, dropped: tuple[str, ...], done: Receipt) -> Adopted:
    unconfirmed = tuple(name for name, setting in policy.settings.items() if setting.unconfirmed)
    return Adopted(school, policy, unconfirmed, dropped, done)


def _adoption(workspace: Workspace, school: School, policy: Policy, answers: Answers) -> Decision:
    facts = {
        "kind": "policy_adopted",
        "policy": school.policy,
        "catalogues": list(school.catalogues),
        "calendar": school.calendar,
        "account": who_am_i(workspace, school).account,
    }
    minute = clean("The minute", answers.minute)
    body: dict[str, Any] = {"label": policy.label, **({"minute": minute} if minute else {})}
    contacts = {name: line for name, line in checked_contacts(policy, answers.contacts).items() if line}
    return Decision(facts, {**body, **({"contacts": contacts} if contacts else {})})


def _dated_decisions(
    workspace: Workspace, school: School, policy: Policy, answers: Answers
) -> list[Decision]:
    """What is true from a day on; what is on record in the same words already is not entered again."""
    account = who_am_i(workspace, school).account
    new = not_on_record(workspace, school, answers.delegations)
    values = {(item.setting, item.value, item.since) for item in truths_of(workspace, school).values}
    return [
        *delegation_decisions(policy, new, account=account, new_id=workspace.new_id),
        *(
            setting_decision(policy, setting, value, since, because, account=account)
            for setting, value, since, because in answers.dated
            if (setting, value, since) not in values
        ),
    ]
