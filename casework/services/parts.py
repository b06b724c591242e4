"""Who has which part in a case, as a face shows it: who may be asked, what is still wanted, and what would clash.

Giving and taking parts is `casework.services.cases.assign`; here is what somebody should see before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.base.time import local_date
from casework.cases import acts
from casework.cases.clashes import Clash, clashes
from casework.cases.model import Case
from casework.cases.replay import Recorded, replay
from casework.procedure.requirements import NoConflictDeclared, PartyAssigned
from casework.services.cases import party_if_named, recorder_of
from casework.services.dated import truths_of
from casework.services.directory import Identity, Person, find_person, who_am_i
from casework.services.guard import verdict
from casework.services.loading import context_of, people_of
from casework.services.members import members
from casework.services.people import has_left, read_people
from casework.services.posts import check_posts, flags_on
from casework.services.steps import next_steps

if TYPE_CHECKING:
    from casework.cases.model import StepRecord
    from casework.procedure.model import Policy
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Offer:
    """A part, and the people who are most likely to have it, whoever is signed in among them."""

    role: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part without which the next steps wait; any one of several does. `steps` are their titles."""

    offers: tuple[Offer, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What giving somebody parts would mean: the clashes that it would bring, and those that it would end."""

    named: str
    roles: tuple[str, ...]
    brings: tuple[Clash, ...]
    ends: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody declared about their interests in the case, in the policy's words; `on` is a local date."""

    name: str
    on: date | None
    says: str
    harmless: bool


def standing_clashes(workspace: Workspace, school: School, loaded: LoadedCase) -> list[Clash]:
    """Return what would stand in the way of steps to come, with the people as they are."""
    return clashes(loaded.case, loaded.policy, context_of(workspace, school))


def rehearse_parts(
    workspace: Workspace, school: School, loaded: LoadedCase, *, named: str, roles: Iterable[str]
) -> Rehearsed:
    """Return what it would mean if somebody had exactly these parts; nothing is recorded.

    Raises:
        UnknownPerson, FieldInvalid, PostNotHeld: as `casework.services.cases.assign`.
    """
    given, context = tuple(roles), context_of(workspace, school)
    before = clashes(loaded.case, loaded.policy, context)
    name, then = _with_parts(workspace, school, loaded, named, given, context.today)
    after = clashes(then, loaded.policy, context)
    return Rehearsed(name, given, _beyond(after, before), _beyond(before, after))


def _beyond(these: Sequence[Clash], those: Sequence[Clash]) -> tuple[Clash, ...]:
    """What is among the first and not among the second."""
    known = {(item.cause, step) for item in those for step in item.steps}
    return tuple(item for item in these if any((item.cause, step) not in known for step in item.steps))


def _with_parts(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    named: str,
    roles: Sequence[str],
    today: date,
) -> tuple[str, Case]:
    """Somebody's name, and the case as it would be if they had these parts."""
    recorder, truths = recorder_of(workspace, school, loaded), truths_of(workspace, school)
    party = party_if_named(workspace, loaded, named)
    if party is None:
        person = find_person(workspace, school, named)
        check_posts(loaded.policy, truths, person.id, roles, today, loaded.case.opened)
        decision = acts.add_party(
            party=workspace.new_id(),
            roles=roles,
            person=person.words(),
            flags=flags_on(loaded.policy, truths, person, loaded.case.opened),
            recorder=recorder,
            policy=loaded.policy,
            taken={role for other in loaded.case.parties.values() for role in other.roles},
        )
        name = person.name
    else:
        words = people_of(workspace, loaded)[party]
        name = str(words["name"])
        check_posts(loaded.policy, truths, str(words.get("person", "")), roles, today, loaded.case.opened)
        decision = acts.change_roles(
            loaded.case, party=party, roles=roles, recorder=recorder, policy=loaded.policy, reason=""
        )
    return name, replay([*loaded.history, Recorded(loaded.n + 1, "", decision.facts)])


def wanted_parts(workspace: Workspace, school: School, loaded: LoadedCase) -> list[Wanted]:
    """Return the parts that nobody has, though the steps by which the case goes on now wait for somebody in them.

    Where any of several roles may take a step, and nobody has one of them, they are wanted together: one is enough.
    Whoever may give nobody a part is asked for none.
    """
    if not verdict(workspace, loaded, "assign").allowed:
        return []
    steps: dict[tuple[str, ...], list[str]] = {}
    for item in next_steps(workspace, school, loaded):
        if not item.leads_on:
            continue
        for block in item.blocks:
            asked = _asked(item.step.requires, block.requirement, item.step.by)
            roles = _fitting(loaded, asked)
            if roles and item.step.title not in steps.setdefault(roles, []):
                steps[roles].append(item.step.title)
    if not steps:
        return []
    people, me = read_people(workspace, school), who_am_i(workspace, school)

    def offer(role: str) -> Offer:
        return Offer(role, tuple(_offered(workspace, school, loaded, role, people, me)))

    return [Wanted(tuple(map(offer, roles)), tuple(titles)) for roles, titles in steps.items()]


def _asked(requires: Iterable[object], requirement: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """The roles that would cure a block; none where it is not a matter of who has a part."""
    if requirement == "taken_by":
        return by
    for item in requires:
        rule = getattr(item, "rule", None)
        if getattr(item, "id", "") == requirement and isinstance(rule, PartyAssigned):
            return rule.roles
    return ()


def _fitting(loaded: LoadedCase, asked: Iterable[str]) -> tuple[str, ...]:
    """The roles among some that somebody can have in this case.

    The head teacher has none in a case about the head. The chair of governors takes that place then, and only then.
    """
    roles, employee = loaded.policy.roles, loaded.case.employee
    had: list[str] = []
    for name in asked:
        flag = roles[name].not_about
        if not roles[name].body and not (flag and employee and getattr(employee, flag)):
            had.append(name)
    runs = any(roles[name].post and roles[name].not_about for name in had)
    return tuple(name for name in had if not (runs and roles[name].post and not roles[name].not_about))


def _offered(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    role: str,
    people: Sequence[Person],
    me: Identity,
) -> list[Person]:
    """Those who most likely have a part: who holds the post or has such a role here, then whoever is signed in.

    Whoever only advises or records is not offered: they decide nothing. Nobody is offered a post that is not theirs.
    """
    policy, employee = loaded.policy, loaded.case.employee
    found = _by_post_or_role(workspace, school, policy, role, people)
    about = str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""
    steps = policy.strands[policy.main_strand].steps.values()
    if not policy.roles[role].post and any(me.role in step.by for step in steps):
        found += [person for person in people if person.id == me.person]
    known = {person.id: person for person in found if person.id != about}
    return [person for person in known.values() if not has_left(workspace, person)]


def _by_post_or_role(
    workspace: Workspace, school: School, policy: Policy, role: str, people: Sequence[Person]
) -> list[Person]:
    today, title = local_date(workspace.clock.now()), policy.roles[role].title.casefold()
    held = truths_of(workspace, school).post_on(role, today)
    if held is not None:
        return [person for person in people if person.id == held.person]
    accounts = {
        member.person
        for member in members(workspace, school)
        if member.role == role and member.holds_on(today)
    }
    flag = policy.roles[role].not_about
    return [
        person
        for person in people
        if person.id in accounts or person.title.casefold() == title or (flag and person.flags.get(flag))
    ]


def declared_interests(workspace: Workspace, loaded: LoadedCase) -> list[Declared]:
    """Return what those who sit have declared about their interests, in order."""
    rules = {
        requirement.rule.step: requirement.rule
        for _, step in loaded.policy.steps.values()
        for requirement in step.requires
        if isinstance(requirement.rule, NoConflictDeclared)
    }
    people = people_of(workspace, loaded)
    return [
        _declared(loaded, record, rules[record.step], people)
        for record in loaded.case.steps
        if record.step in rules
    ]


def _declared(
    loaded: LoadedCase,
    record: StepRecord,
    rule: NoConflictDeclared,
    people: Mapping[str, Mapping[str, object]],
) -> Declared:
    value = record.values.get(rule.field)
    options = loaded.policy_then(record.n).steps[record.step][1].fields[rule.field].options
    return Declared(
        str(people[record.taken_by].get("name", "")),
        record.occurred.date,
        options.get(str(value), str(value)),
        value in rule.values,
    )
