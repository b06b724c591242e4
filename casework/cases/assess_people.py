"""Assessments about people: who may act, and who must not act twice (ACAS-6, ACAS-22a, ACAS-27, PAN-*)."""

from __future__ import annotations

from itertools import combinations

from casework.cases.look import Found, Look, inline
from casework.procedure.requirements import DifferentPeople, PartyAssigned, SanctionAuthority


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
    events = tuple(
        sorted(
            {
                look.case.parties[p].n
                for one, other in clashes
                for p in look.holders(one) & look.holders(other)
            }
        )
    )
    roles = look.titles([one for one, _ in clashes])
    return Found(
        "breached",
        f"The same person has two parts: {words}.",
        f"Ask somebody else to act as {roles}.",
        events,
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
    )
