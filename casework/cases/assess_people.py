"""Assessments about people: who may act, and who must not act twice (ACAS-6, ACAS-22a, ACAS-27, PAN-*)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from casework.base.time import describe_date
from casework.cases.dated import Delegation
from casework.cases.look import Found, Look, inline, listed
from casework.cases.model import StepRecord
from casework.procedure.requirements import (
    Delegated,
    DifferentPeople,
    HeardTheCase,
    NoConflictDeclared,
    PanelNoSmaller,
    PartyAssigned,
    Quorate,
    SanctionAuthority,
    TookNoPartIn,
)


def different_people(rule: DifferentPeople, look: Look) -> Found:
    """Breached when one person is found on both sides; a part once played stays played."""
    if rule.apart_from:
        pairs = [(one, other) for one in rule.roles for other in rule.apart_from]
    else:
        pairs = list(combinations(rule.roles, 2))
    clashes = [(one, other) for one, other in pairs if look.holders(one) & look.holders(other)]
    if not clashes:
        return Found("met", "Different people have these parts.", events=_joined(rule, look))
    words = "; ".join(f"the {look.title(one)} is also the {look.title(other)}" for one, other in clashes)
    twice = {party for one, other in clashes for party in look.holders(one) & look.holders(other)}
    new = {role for party in twice for role in look.assigned.get(party, ())}
    roles = look.titles(list(dict.fromkeys(other if other in new else one for one, other in clashes)))
    return Found(
        "breached",
        f"The same person has two parts: {words}.",
        f"Ask somebody else to act as {roles}.",
        _events(look, twice),
        instead=look.naming(twice),
    )


def _joined(rule: DifferentPeople, look: Look) -> tuple[int, ...]:
    people = {party for role in (*rule.roles, *rule.apart_from) for party in look.holders(role)}
    return tuple(sorted(look.case.parties[party].n for party in people))


def party_assigned(rule: PartyAssigned, look: Look) -> Found:
    """Met when enough people hold one of the roles, counting those whom this step assigns."""
    held = {party.id for role in rule.roles for party in look.case.holders(role)} | {
        party for party, roles in look.assigned.items() if set(roles) & set(rule.roles)
    }
    wanted = look.policy.days(rule.at_least)
    if len(held) >= wanted:
        return Found("met", f"There is a {look.titles(rule.roles)}.", events=_events(look, held))
    if wanted == 1:
        return Found("breached", f"Nobody is named as {look.titles(rule.roles)}.", "Name the person.")
    return Found(
        "breached",
        f"{len(held)} of at least {wanted} people are named as {look.titles(rule.roles)}.",
        f"Name {wanted - len(held)} more.",
        _events(look, held),
    )


def _events(look: Look, parties: set[str]) -> tuple[int, ...]:
    return tuple(sorted(look.case.parties[party].n for party in parties))


def took_no_part_in(rule: TookNoPartIn, look: Look) -> Found:
    """Breached when somebody in the roles took one of the steps, whichever part they had then."""
    sitting = _sitting(look, rule.roles)
    taken = [record for record in look.case.steps if record.step in rule.steps and record.taken_by in sitting]
    if not taken:
        return Found("met", "Nobody here had that part before.")
    titles = listed([f"“{title}”" for title in dict.fromkeys(_step_title(look, r.step) for r in taken)])
    return Found(
        "breached",
        f"Somebody who is to be {look.titles(rule.roles)} did this before: {titles}.",
        "Ask somebody else.",
        tuple(record.n for record in taken),
        instead=look.naming({record.taken_by for record in taken}),
    )


def _sitting(look: Look, roles: tuple[str, ...]) -> frozenset[str]:
    """Everybody who has one of the roles now, and whoever takes this step in it: who was replaced sits no more."""
    acting = {look.taken_by} if look.role in roles else set[str]()
    return frozenset(acting).union(*(look.holds(role) for role in roles))


def _step_title(look: Look, name: str) -> str:
    return look.policy.steps[name][1].title


def _sat(
    look: Look, roles: tuple[str, ...], steps: tuple[str, ...], absent: str | None
) -> tuple[int, frozenset[str]] | None:
    """The event of the newest of the steps, and who sat in the roles then; None when none was taken."""
    record = look.case.last_step(*steps)
    if record is None:
        return None
    there = frozenset[str]().union(*(look.case.held_at(role, record.n) for role in roles))
    return record.n, (there | {record.taken_by}) - _named(record, absent)


def _named(record: StepRecord | None, field: str | None) -> frozenset[str]:
    """The people whom a field of a step names."""
    people = record.values.get(field or "", ()) if record else ()
    return frozenset(people if isinstance(people, tuple) else ())


def _people(number: int) -> str:
    return "One person" if number == 1 else f"{number} people"


def heard_the_case(rule: HeardTheCase, look: Look) -> Found:
    """Met when everybody who decides now was there at the newest hearing."""
    sat = _sat(look, rule.roles, rule.steps, rule.absent)
    if sat is None:
        return Found("not_reached", "There was no hearing yet.")
    n, there = sat
    stayed_away = _named(look.case.last_step(*rule.steps), rule.absent)
    acting = {look.taken_by} if look.taken_by else set()
    now = frozenset[str]().union(*(look.holds(role) for role in rule.roles)) - stayed_away | acting
    if now <= there:
        return Found("met", "Whoever decides heard the case.", events=(n,))
    return Found(
        "breached",
        f"{_people(len(now - there))} would decide without having heard the case (event {n}).",
        "Whoever came later leaves the panel, or the hearing goes on with them before it is decided.",
        (n, *_events(look, set(now - there))),
    )


def quorate(rule: Quorate, look: Look) -> Found:
    """Met when enough people are there without those who did not come."""
    there = _present(look, rule.roles, rule.absent)
    wanted = look.policy.days(rule.at_least)
    if len(there) >= wanted:
        return Found(
            "met", f"{len(there)} people are there; {wanted} are needed.", events=_events(look, there)
        )
    return Found(
        "breached",
        f"{len(there)} of at least {wanted} people are there as {look.titles(rule.roles)}.",
        "Adjourn, or move the hearing, until enough are there.",
        _events(look, there),
    )


def _present(look: Look, roles: tuple[str, ...], absent: str | None) -> set[str]:
    missing = look.fields.values.get(absent or "", ())
    return {party for role in roles for party in look.holds(role)} - set(missing)


def panel_no_smaller(rule: PanelNoSmaller, look: Look) -> Found:
    """Met when the panel is no smaller than the one that sat before."""
    sat = _sat(look, rule.than, rule.steps, rule.absent)
    if sat is None:
        return Found("not_reached", "No panel sat before.")
    n, first = sat
    there = _present(look, rule.roles, rule.absent)
    if len(there) >= len(first):
        return Found("met", "This panel is no smaller than the first one.", events=(n,))
    return Found(
        "breached",
        f"The first panel had {len(first)} people, this one has {len(there)}.",
        f"Name {len(first) - len(there)} more; a governor of another school may be appointed.",
        (n, *_events(look, there)),
    )


def no_conflict_declared(rule: NoConflictDeclared, look: Look) -> Found:
    """Breached when the newest declaration of somebody in the roles says that they have an interest."""
    sitting = _sitting(look, rule.roles)
    newest = {r.taken_by: r for r in look.case.steps if r.step == rule.step and r.taken_by in sitting}
    declared = [r for r in newest.values() if r.values.get(rule.field) not in rule.values]
    if not declared:
        return Found(
            "met", "Nobody here has declared an interest.", events=tuple(r.n for r in newest.values())
        )
    return Found(
        "breached",
        f"{_people(len(declared))} would sit with an interest in the case that they declared.",
        "Ask somebody else, or have it allowed with the reason.",
        tuple(record.n for record in declared),
        instead=look.naming({record.taken_by for record in declared}),
    )


def sanction_authority(rule: SanctionAuthority, look: Look) -> Found:
    """Met when the role in which the step is taken may impose the sanction under the policy."""
    sanction_id = look.sanction(rule.sanction)
    if sanction_id is None:
        return Found("not_shown", "No sanction is named.", "Name the sanction.")
    sanction = look.policy.sanctions[sanction_id]
    if look.role in sanction.decided_by:
        return Found("met", f"The {look.title(look.role)} may decide this.")
    who = look.titles(sanction.decided_by)
    return Found(
        "breached",
        f"The {look.title(look.role)} may not impose a {inline(sanction.title)}.",
        f"Only the {who} may decide this.",
        instead=look.other_sanctions(
            rule.sanction, lambda name: look.role in look.policy.sanctions[name].decided_by
        ),
    )


def delegated(rule: Delegated, look: Look) -> Found:
    """Met when the power is delegated, on the day of the step, to a role that counts (SSR-4)."""
    power = _power(rule, look)
    if power is None:
        return _without_power(rule, look)
    title = inline(look.policy.powers[power].title)
    if look.on is None:
        return Found(
            "not_shown", f"It is not known on which day the power to {title} was used.", "Give the date."
        )
    if _granting(rule, power, look):
        return Found("met", f"The power to {title} is delegated.")
    enter = f"casework school delegate {power} --to {rule.to or look.role} --from DATE --minute MINUTE"
    remedy = f"Have the delegation entered, with its minute: `{enter}`."
    there = look.context.school.holding(power, look.on)
    if there:
        holders = look.titles(list(dict.fromkeys(item.role for item in there)))
        who = look.title(rule.to or look.role)
        return Found(
            "breached",
            f"On {describe_date(look.on)} the power to {title} is delegated to the {holders}, not to the {who}.",
            f"Have the {holders} decide. If that is wrong: {remedy[:1].lower()}{remedy[1:]}",
        )
    ended = [item for item in look.context.school.delegations if item.power == power]
    said = f" What is on record: {listed([_dates(item) for item in ended])}." if ended else ""
    return Found(
        "breached",
        f"No delegation of the power to {title} is on record for {describe_date(look.on)}.{said}",
        remedy,
    )


def relied_delegations(look: Look) -> list[Delegation]:
    """The delegations on which a step rests, as its requirements ask for them."""
    found: dict[str, Delegation] = {}
    for requirement in look.step.requires:
        rule = requirement.rule
        if isinstance(rule, Delegated) and (power := _power(rule, look)) is not None:
            found |= {item.id: item for item in _granting(rule, power, look)}
    return list(found.values())


def _power(rule: Delegated, look: Look) -> str | None:
    """The power that is asked for; None if the sanction asks for none, or is not named."""
    if rule.power is not None:
        return rule.power
    sanction = look.sanction(rule.sanction)
    return look.policy.sanctions[sanction].power if sanction is not None else None


def _without_power(rule: Delegated, look: Look) -> Found:
    if look.sanction(rule.sanction) is None:
        return Found("not_shown", "No sanction is named.", "Name the sanction.")
    return Found("met", "This needs no delegated power.")


def _granting(rule: Delegated, power: str, look: Look) -> list[Delegation]:
    if look.on is None:
        return []
    there: Iterable[Delegation] = look.context.school.holding(power, look.on)
    if rule.to is not None:
        return [item for item in there if item.role == rule.to]
    return [item for item in there if look.taken_by in look.holds(item.role)]


def _dates(item: Delegation) -> str:
    start = f"from {describe_date(item.since)}"
    return start if item.until is None else f"{start} to {describe_date(item.until)}"
