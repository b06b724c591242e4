"""Making a data folder and schools in it: keys first, then one transaction that enters everything.

What fails half-way leaves nothing behind: a database or key file that this act made is taken away again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput
from casework.base.ids import Dice, SystemDice, new_id
from casework.base.resources import DEFAULT_POLICY
from casework.base.time import Clock, SystemClock, local_date
from casework.cases.request import Decision
from casework.keyring.container import Protection
from casework.keyring.files import AccountKeys, RecoveryKey, write_account_keys, write_recovery_key
from casework.keyring.signing import SigningKey
from casework.ledger.append import LogHead
from casework.procedure.bank_holidays import england_calendar
from casework.procedure.load import load_catalogue, load_policy, shipped_catalogues, shipped_policies
from casework.procedure.resolve import as_own, to_resolved
from casework.services.calendars import YEARS_AHEAD
from casework.services.dated import NewDelegation, delegation_decisions, setting_decision
from casework.services.directory import Person, cleaned, seal_person
from casework.services.members import Member, login_hash, login_of, member_row, role_given
from casework.services.recorder import append, seal_entries
from casework.services.schools import School, schools, seal_details
from casework.services.sealed_rows import changed, of_organisation, of_person
from casework.services.signing import signing_key_row
from casework.services.workspace import ACCOUNT_KEY, DATABASE, Passphrase, Workspace
from casework.services.wrapping import enter_key, new_stream_key
from casework.store.connect import Store
from casework.store.rows import Account, Document, Log, Organisation
from casework.store.rows import Person as PersonRow

if TYPE_CHECKING:
    from casework.procedure.model import Catalogue, Policy
    from casework.store.connect import Transaction

HOST = "casework.invalid"
"""The host part of a ledger's name for an installation that has none of its own; it resolves nowhere."""

_PREFIX = re.compile(r"[A-Z]{2,5}")


@dataclass(frozen=True, slots=True)
class NewSchool:
    """What is asked of whoever sets up a school. `details` are sealed; `settings` and `clauses` adapt the policy.

    `delegations` and `dated` (setting, value, first day, what shows it) are what is true of it from a day on.

    `procedure_name` and `procedure_date` are those of the school's own written procedure, which every letter names;
    the policy's own stand where they are empty.
    """

    name: str
    prefix: str
    adviser: str
    adviser_title: str = "HR adviser"
    adviser_phone: str = ""
    adviser_email: str = ""
    role: str = "hr_adviser"
    policy: str = DEFAULT_POLICY
    catalogues: tuple[str, ...] = ("social-media",)
    settings: Mapping[str, bool | int | str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)
    procedure_name: str = ""
    procedure_date: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    delegations: tuple[NewDelegation, ...] = ()
    dated: tuple[tuple[str, bool | int | str, date, str], ...] = ()


def create_workspace(
    folder: Path,
    new: NewSchool,
    *,
    passphrase: Passphrase | None,
    recovery_file: Path,
    clock: Clock | None = None,
    dice: Dice | None = None,
) -> tuple[Workspace, School]:
    """Make a data folder with an account and its first school.

    Args:
        folder: new or empty.
        passphrase: protects the account's key file; None leaves it protected by file permissions alone.
        recovery_file: where the private half of the recovery key is written, once; to be moved away.

    Raises:
        StoreExists: something is there already. BadInput: a name, prefix or setting that cannot be.
    """
    chosen_clock, chosen_dice = clock or SystemClock(), dice or SystemDice()
    policy, catalogues = _resolve(new)
    store = Store.create(folder / DATABASE)
    made: list[Path] = []
    try:
        keys = AccountKeys.generate(new_id(chosen_dice), chosen_dice)
        school_id = new_id(chosen_dice)
        recovery = RecoveryKey.generate(school_id, chosen_dice)
        protection: Protection = "passphrase" if passphrase else "none"
        _write_keys(
            folder / ACCOUNT_KEY, recovery_file, keys, recovery, protection, passphrase, chosen_dice, made
        )
        workspace = Workspace(folder, store, passphrase or str, chosen_clock, chosen_dice)
        school = _enter_school(workspace, new, policy, catalogues, recovery)
    except BaseException:
        store.close()
        for leftover in (*made, *folder.glob(f"{DATABASE}*")):
            leftover.unlink(missing_ok=True)
        raise
    return workspace, school


def _write_keys(
    account_file: Path,
    recovery_file: Path,
    keys: AccountKeys,
    recovery: RecoveryKey,
    protection: Protection,
    passphrase: Passphrase | None,
    dice: Dice,
    made: list[Path],
) -> None:
    write_account_keys(account_file, keys, protection=protection, passphrase=passphrase, dice=dice)
    made.append(account_file)
    write_recovery_key(recovery_file, recovery, protection=protection, passphrase=passphrase, dice=dice)
    made.append(recovery_file)


def _resolve(new: NewSchool) -> tuple[Policy, list[Catalogue]]:
    """The school's own version of a shipped policy, and the catalogues it adopts.

    Raises:
        BadInput: no such policy or catalogue is shipped, or a value is wrong.
    """
    if not new.name.strip() or not new.adviser.strip():
        raise BadInput("A school needs a name, and somebody who keeps its cases.")
    if not _PREFIX.fullmatch(new.prefix):
        raise BadInput("The prefix of case references is two to five capital letters, such as ASH.")
    policies, catalogues = shipped_policies(), shipped_catalogues()
    if new.policy not in policies:
        raise BadInput(f"There is no policy {new.policy!r}. Policies: {', '.join(policies)}.")
    for name in new.catalogues:
        if name not in catalogues:
            raise BadInput(f"There is no breach catalogue {name!r}. Catalogues: {', '.join(catalogues)}.")
    policy = as_own(
        load_policy(policies[new.policy]),
        new.settings,
        new.clauses,
        cleaned(new.procedure_name),
        new.procedure_date,
    )
    return policy, [load_catalogue(catalogues[name]) for name in new.catalogues]


def _enter_school(
    workspace: Workspace,
    new: NewSchool,
    policy: Policy,
    catalogues: list[Catalogue],
    recovery: RecoveryKey,
) -> School:
    if any(known.prefix == new.prefix for known in schools(workspace)):
        raise BadInput(f"The prefix {new.prefix} belongs to another school here.")
    today = local_date(workspace.clock.now())
    calendar = england_calendar(today.year - 1, today.year + YEARS_AHEAD, known_on=today)
    adopted = _document(policy)
    conduct = [_document(item) for item in catalogues]
    school = School(
        id=recovery.organisation,
        name=new.name.strip(),
        prefix=new.prefix,
        policy=adopted.digest,
        catalogues=tuple(sorted(item.digest for item in conduct)),
        calendar=calendar.digest(),
        stream=workspace.new_id(),
        access_stream=workspace.new_id(),
        accounts_stream=workspace.new_id(),
        recovery_key=recovery.agreement_public,
    )
    keys = workspace.keys
    readers = [(keys.account, keys.agreement_public), (school.id, recovery.agreement_public)]
    own = (school.stream, school.access_stream, school.accounts_stream)
    streams = [new_stream_key(workspace, stream) for stream in own]
    signing = SigningKey.generate(workspace.dice)
    adviser = Person(
        workspace.new_id(),
        " ".join(new.adviser.split()),
        new.adviser_title,
        email=new.adviser_email.strip(),
        phone=new.adviser_phone.strip(),
    )
    founder = Member(
        membership=workspace.new_id(),
        account=keys.account,
        login=_free_login(workspace, adviser.name, new.prefix),
        person=adviser.id,
        name=adviser.name,
        role=new.role,
        first=today,
        last=None,
        public_key=keys.agreement_public,
    )

    def documents(transaction: Transaction) -> None:
        transaction.put_policy(adopted)
        for item in conduct:
            transaction.put_catalogue(item)
        transaction.put_calendar(school.calendar, canonical_bytes(calendar.to_data()))

    row = Organisation(school.id, school.to_bytes(), seal_details(workspace, school, new.details))
    person = PersonRow(adviser.id, school.id, seal_person(workspace, school, adviser))
    rows = [of_organisation(row), of_person(person)]
    beginnings = _beginnings(workspace, school, founder, policy, new, signing, rows)

    def enter(transaction: Transaction) -> None:
        transaction.put_organisation(row)
        for log, begun in beginnings:
            head = LogHead.empty(log.log, log.origin)
            transaction.add_log(head, organisation=school.id, name=log.name, public_key=log.public_key)
            for kind, stream, _ in begun:
                transaction.add_stream(stream, log=log.log, kind=kind, ref=school.id)
        for key in streams:
            enter_key(transaction, key, readers)
        documents(transaction)
        transaction.put_person(person)
        transaction.put_account(Account(founder.account, login_hash(founder.login), keys.agreement_public))
        transaction.put_membership(member_row(workspace, school, founder))
        transaction.put_signing_key(signing_key_row(workspace, school, signing))

    workspace.work_for(school.id)
    with workspace.store.transaction() as transaction:
        enter(transaction)
        for log, begun in beginnings:
            entries = [(stream, decision) for _, stream, decisions in begun for decision in decisions]
            seen = {stream: 0 for _, stream, _ in begun}
            first = seal_entries(workspace, log.log, entries, seen)
            append(workspace, transaction, log, first, seen=seen, command=workspace.new_id())
    return school


def _free_login(workspace: Workspace, name: str, prefix: str) -> str:
    """A sign-in name for whoever founds a school: of their name, and of the school where another account has that."""
    own, mine = prefix.lower(), workspace.keys.account
    first = login_of(name) or own
    with workspace.store.read() as reader:
        for login in chain((first, f"{first}.{own}"), (f"{first}.{own}{number}" for number in count(2))):
            known = reader.account_called(login_hash(login))
            if known is None or known.account == mine:
                return login
    raise AssertionError("numbers have no end")


def _document(adopted: Policy | Catalogue) -> Document:
    """A policy or catalogue as it is stored."""
    resolved = to_resolved(adopted)
    return Document(sha256_hex(resolved), adopted.label, resolved)


_Begun = tuple[str, str, list[Decision]]
"""A stream with which a log begins: its kind, its id, and its first events."""


def _beginnings(
    workspace: Workspace,
    school: School,
    founder: Member,
    policy: Policy,
    new: NewSchool,
    signing: SigningKey,
    rows: Sequence[str],
) -> list[tuple[Log, list[_Begun]]]:
    """The school's two logs, each with its first streams.

    Every log has an event from the start: its first key is on record, and its emptying cannot pass for a beginning.
    """
    by = founder.account
    own = [
        *_first_events(school, founder, policy, rows),
        *delegation_decisions(policy, new.delegations, account=by, new_id=workspace.new_id),
        *(setting_decision(policy, *item, account=by) for item in new.dated),
    ]
    opened = Decision({"kind": "access_log_opened", "account": by}, {})
    begun: dict[str, list[_Begun]] = {
        "cases": [("organisation", school.stream, own)],
        "access": [
            ("access", school.access_stream, [opened]),
            ("accounts", school.accounts_stream, [role_given(founder, by=by)]),
        ],
    }
    made = []
    for name, streams in begun.items():
        origin = f"{HOST}/{school.id}/{name}/1"
        workspace.hold_signer(signing.signer(origin))
        made.append((Log(workspace.new_id(), school.id, name, origin, signing.public), streams))
    return made


def _first_events(school: School, founder: Member, policy: Policy, rows: Sequence[str]) -> list[Decision]:
    """What the ledger says of a school's beginning; `rows` are the sealed rows that it begins with."""
    account = founder.account
    return [
        Decision(
            {
                "kind": "organisation_created",
                "prefix": school.prefix,
                "account": account,
                "recovery_key": school.recovery_key.hex(),
                **changed(rows),
            },
            {"name": school.name},
        ),
        Decision({"kind": "account_added", "account": account, "role": founder.role}, {"name": founder.name}),
        Decision(
            {
                "kind": "policy_adopted",
                "policy": school.policy,
                "catalogues": list(school.catalogues),
                "calendar": school.calendar,
                "account": account,
            },
            {"label": policy.label},
        ),
    ]
