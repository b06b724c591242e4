"""The rules: which role may do what with a case that it was let in to, and `may`, which judges one action.

Three things are stronger than every role. A party (subject, witness, reporter, companion) never sees its own case.
Nobody sees a case that they were not let in to, but for an auditor, who sees facts by pseudonym. And an administrator
manages users and sees nothing. Beyond that a role only ever adds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from casework.access.model import OF_THE_SCHOOL, Action, Compartment, Relation, Standing, Verdict

SHUT_OUT: Final[Mapping[str, Relation]] = {
    "employee": "subject",
    "witness": "witness",
    "reporter": "reporter",
    "companion": "companion",
    "union_official": "companion",
    "parent": "witness",
    "affected_person": "witness",
}
"""Parts in a case that keep somebody out of it, whatever their role, and the relation that each is."""

ADMINISTRATOR: Final = "administrator"
AUDITOR: Final = "auditor"

_READ: Final[frozenset[Action]] = frozenset(("list", "open", "read_facts", "read_words"))
_WORK: Final[frozenset[Action]] = _READ | {"step", "letter", "evidence", "pack"}
_RUN: Final[frozenset[Action]] = _WORK | {*("export", "assign", "let_in", "let_out", "read_access_log")}
_DECIDE: Final[frozenset[Action]] = _READ | {"read_deliberations", "step", "pack"}

LET_IN: Final[Mapping[str, frozenset[Action]]] = {
    "hr_adviser": _RUN,
    "headteacher": _RUN,
    "case_manager": _RUN,
    "chair_of_governors": _RUN,
    "chief_executive": _RUN,
    "clerk": _WORK | {"read_deliberations", "export"},
    "investigating_officer": _WORK,
    "presenting_officer": _WORK,
    "hearing_chair": _DECIDE,
    "hearing_panel_member": _DECIDE,
    "appeal_chair": _DECIDE,
    "appeal_panel_member": _DECIDE,
    "note_taker": _READ | {"step", "evidence"},
    "safeguarding_lead": _READ | {"read_safeguarding", "step", "letter", "evidence"},
    "data_protection_officer": _READ | {"export", "read_access_log"},
    ADMINISTRATOR: frozenset(),
    AUDITOR: frozenset(("list", "open", "read_facts", "read_access_log")),
}
"""What each role may do with a case that it was let in to; any other role reads it (`_READ`)."""

_AUDIT: Final = LET_IN[AUDITOR]
"""What an auditor may do with every case of the organisation, but one to which they are a party."""

_GRANTED: Final[frozenset[Action]] = _AUDIT | {"read_words", "export"}

_SCHOOL: Final[Mapping[Action, frozenset[str]]] = {
    "manage_users": frozenset((ADMINISTRATOR, "hr_adviser")),
    "open_case": frozenset(
        {role for role, actions in LET_IN.items() if "assign" in actions} | {"clerk", "safeguarding_lead"}
    ),
    "break_glass": frozenset(
        {role for role, actions in LET_IN.items() if "let_in" in actions}
        | {"data_protection_officer", "safeguarding_lead"}
    ),
}
"""Who may do what concerns no case in particular; anybody may verify the record."""

_COMPARTMENT: Final[Mapping[Action, Compartment]] = {
    "read_words": "main",
    "read_deliberations": "deliberations",
    "read_safeguarding": "safeguarding",
}

AT_OPENING: Final = frozenset(("hr_adviser",))
"""Roles in an organisation that are let in when a case is opened, beside whoever opens it and has a part in it."""


def relation_of(standing: Standing) -> Relation:
    """Return how somebody stands to a case; being a party goes before everything."""
    for part, relation in SHUT_OUT.items():
        if part in standing.parts:
            return relation
    if standing.shut_out:
        return "subject"
    if standing.let_in is None:
        return "none"
    if standing.let_in == "grant":
        return "granted"
    return "assigned" if standing.parts else "named"


def shut_out(parts: Iterable[str]) -> bool:
    """Say whether a part in a case among these keeps its holder out of it."""
    return any(part in SHUT_OUT for part in parts)


def may(action: Action, roles: Collection[str], standing: Standing, on: date) -> Verdict:
    """Say whether somebody may do something on a local day.

    Args:
        action: what.
        roles: those that are valid for them in the organisation on that day (`roles_on`).
        standing: how they stand to the case; of no matter where the action concerns none.
    """
    if action in OF_THE_SCHOOL:
        return _in_the_school(action, roles)
    relation = relation_of(standing)
    if standing.shut_out or relation in set(SHUT_OUT.values()):
        return Verdict(False, "party")
    if not roles:  # nobody of this school, or not any more
        return Verdict(False, "not_let_in")
    if AUDITOR in roles and action in _AUDIT:
        return Verdict(True, "allowed")
    if relation == "none":
        return _kept_out(roles)
    if standing.since is not None and on < standing.since:
        return Verdict(False, "not_yet")
    if standing.until is not None and on > standing.until:
        return Verdict(False, "ended")
    return _let_in(action, roles, standing, relation)


def _in_the_school(action: Action, roles: Collection[str]) -> Verdict:
    if action == "verify" or _SCHOOL[action] & set(roles):
        return Verdict(True, "allowed")
    if action != "manage_users" and set(roles) == {ADMINISTRATOR}:
        return Verdict(False, "administrator")
    return Verdict(False, "role")


def _kept_out(roles: Collection[str]) -> Verdict:
    if set(roles) == {ADMINISTRATOR}:
        return Verdict(False, "administrator")
    return Verdict(False, "no_grant" if AUDITOR in roles else "not_let_in")


def _let_in(action: Action, roles: Collection[str], standing: Standing, relation: Relation) -> Verdict:
    """Judge what somebody who was let in does."""
    working = (set(roles) | standing.parts) - {ADMINISTRATOR, AUDITOR}
    allowed = {item for role in working for item in LET_IN.get(role, _READ)}
    if AUDITOR in roles and relation == "granted" and standing.until is not None:
        allowed |= _GRANTED
    if action not in allowed:
        if working:
            return Verdict(False, "role")
        return Verdict(False, "no_grant" if AUDITOR in roles else "administrator")
    kept = _COMPARTMENT.get(action)
    if kept is not None and kept not in standing.compartments:
        return Verdict(False, "compartment")
    return Verdict(True, "allowed")


def compartments_for(roles: Iterable[str]) -> frozenset[Compartment]:
    """Return what somebody with these roles, in the organisation and the case, is let in to unless more is said."""
    found: set[Compartment] = {"main"}
    for role in roles:
        found |= {kept for action, kept in _COMPARTMENT.items() if action in LET_IN.get(role, _READ)}
    return frozenset(found)


def can_be_let_in(roles: Collection[str]) -> bool:
    """Say whether somebody with these roles can be let in by name: an auditor needs a grant, an administrator never."""
    return bool(set(roles) - {ADMINISTRATOR, AUDITOR})
