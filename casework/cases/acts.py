"""What is recorded beside steps: opening a case, people and their parts, allegations, notes.

Each function is pure and returns what to record as a `Decision`: typed facts, and a body with the words. Ids
are
handed in. Dates are local and never in the future.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.base.words import did_you_mean
from casework.cases.clocks import clock_facts
from casework.cases.dated import policy_on, relied_facts
from casework.cases.fields import FieldInvalid, clean
from casework.cases.look import inline
from casework.cases.model import Case
from casework.cases.request import Context, Decision
from casework.procedure.model import Catalogue, Policy

BANDS = ("S0", "S1", "S2", "S3", "S4", "X")
"""Bands of severity; X is safeguarding or criminal first."""

NOTE_TYPES = ("note", "advice", "minutes", "deliberation", "safeguarding")
"""Kinds of note: a plain note, HR's advice, minutes of a meeting; and what is kept apart."""

KEPT_APART = {"deliberation": "deliberations", "safeguarding": "safeguarding"}
"""Kinds of note that have a compartment of their own: what a panel said among itself, and what concerns safeguarding
(KCSIE-4.21)."""


class UnknownItem(BadInput):
    """The case has no such party, allegation, item of evidence, letter or event."""

    code = "unknown-item"


def recorded_by(party: str, role: str) -> dict[str, str]:
    """The `recorded_by` part of facts: who typed it, in which role."""
    return {"party": party, "role": role}


def not_in_future(occurred: Occurred, context: Context, what: str) -> Occurred:
    """Return `occurred` if it is not after today in London.

    Raises: FieldInvalid otherwise.
    """
    if occurred.date is not None and occurred.date > context.today:
        raise FieldInvalid(
            f"{what} is dated in the future; only what has happened can be recorded.",
            remedy="Check the date, or record it when it has happened.",
        )
    return occurred


def open_case(
    *,
    policy: Policy,
    policy_digest: str,
    catalogues: Iterable[str],
    reference: str,
    reported: Occurred,
    summary: str,
    recorder: Mapping[str, str],
    context: Context,
    standing: Mapping[str, str] | None = None,
    readers: Mapping[str, Any] | None = None,
) -> Decision:
    """Open a case under a policy that stays its policy; `reported` is when the school became aware.

    A case that was begun on paper is taken over where it stands: `standing` names the state of each strand that is not
    at its beginning. Nothing before it counts as done: steps that rest on an earlier one need it on record. No clock is
    started, for what they count from is not on record either. `readers` are the facts of who is let in
    (`casework.cases.readers.opening_facts`).

    Raises: FieldInvalid when `reported` is unknown or in the future, `summary` is empty, or there is no such state.
    """
    check_report(reported, context)
    said = clean("The report", summary)
    if not said:
        raise FieldInvalid("A case needs a sentence that says what was reported.")
    taken_over = _taken_over(policy, standing or {})
    states = {name: strand.initial for name, strand in policy.strands.items()} | taken_over
    main = policy.strands[policy.main_strand]
    facts: dict[str, Any] = {
        "kind": "case_opened",
        "reference": reference,
        "policy": policy_digest,
        "catalogues": sorted(catalogues),
        "calendar": context.calendar_digest,
        "states": states,
        "stage": main.states[states[policy.main_strand]].stage or "reported",
        "final": False,
        "occurred": reported.to_facts(),
        "recorded_by": dict(recorder),
        **(readers or {}),
    }
    empty, there = Case(states=states), policy_on(policy, context.school, reported.date)
    facts.update(relied_facts(policy, context.school, reported.date))
    if taken_over:
        return Decision({**facts, "taken_over": sorted(taken_over)}, {"summary": said})
    facts.update(
        clock_facts(
            "case_opened", case=empty, policy=there, calendar=context.calendar, on=reported.date, values={}
        )
    )
    return Decision(facts, {"summary": said})


def check_report(reported: Occurred, context: Context) -> None:
    """See that a case can begin with a report of that time.

    Raises: FieldInvalid when it is unknown or in the future.
    """
    if reported.date is None:
        raise FieldInvalid("A case needs the date on which the matter was reported.")
    not_in_future(reported, context, "The report")


def _taken_over(policy: Policy, standing: Mapping[str, str]) -> dict[str, str]:
    """The strands that do not begin at their beginning, each with the state where it stands."""
    for name, state in standing.items():
        strand = policy.strands.get(name)
        if strand is None:
            raise FieldInvalid(
                f"The policy has no strand {name!r}.", remedy=f"Strands: {', '.join(policy.strands)}."
            )
        possible = [known for known, about in strand.states.items() if not about.final]
        if state not in possible:
            raise FieldInvalid(
                f"{strand.title} cannot stand at {state!r}, and go on.",
                remedy=f"States: {', '.join(possible)}.",
            )
    return {name: state for name, state in standing.items() if state != policy.strands[name].initial}


def add_party(
    *,
    party: str,
    roles: Iterable[str],
    person: Mapping[str, Any],
    flags: Mapping[str, bool],
    recorder: Mapping[str, str],
    policy: Policy,
    taken: Collection[str] = (),
) -> Decision:
    """Add a person to the case under a party id; the name, address and person id go into the body.

    `taken` are the roles that others in the case have.

    Raises: FieldInvalid for a role that the policy does not have, or that one person only may have and somebody has.
    """
    facts = {
        "kind": "party_added",
        "party": party,
        "roles": _roles(roles, policy, taken),
        "flags": {name: True for name, held in flags.items() if held},
        "recorded_by": dict(recorder),
    }
    return Decision(facts, dict(person))


def change_roles(
    case: Case, *, party: str, roles: Iterable[str], recorder: Mapping[str, str], policy: Policy, reason: str
) -> Decision:
    """Give a party exactly these roles from now on; what they did in earlier roles stays done.

    Raises: UnknownItem, FieldInvalid.
    """
    if party not in case.parties:
        raise UnknownItem(
            "This person is not part of the case.", remedy="Give them a part: `casework case assign`."
        )
    because = clean("The reason", reason)
    taken = {role for other in case.parties.values() if other.id != party for role in other.roles}
    facts = {
        "kind": "party_roles_changed",
        "party": party,
        "roles": _roles(roles, policy, taken),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {"reason": because} if because else {})


def change_details(
    case: Case,
    *,
    party: str,
    person: Mapping[str, Any],
    flags: Mapping[str, bool],
    recorder: Mapping[str, str],
) -> Decision:
    """Give a party the name, address and flags that the directory has now; the earlier ones stay on record.

    Raises: UnknownItem.
    """
    if party not in case.parties:
        raise UnknownItem(
            "This person is not part of the case.", remedy="Give them a part: `casework case assign`."
        )
    facts = {
        "kind": "party_details_changed",
        "party": party,
        "flags": {name: True for name, held in flags.items() if held},
        "recorded_by": dict(recorder),
    }
    return Decision(facts, dict(person))


def _roles(roles: Iterable[str], policy: Policy, taken: Collection[str]) -> list[str]:
    chosen = list(dict.fromkeys(roles))
    for role in chosen:
        if role not in policy.roles:
            near = get_close_matches(role, policy.roles, n=2)
            raise FieldInvalid(
                f"There is no role {role!r}. Roles: {', '.join(policy.roles)}.",
                remedy=did_you_mean(near) or "`casework policy show social-media` lists the clauses.",
            )
        if policy.roles[role].single and role in taken:
            raise FieldInvalid(
                f"Somebody else is the {inline(policy.roles[role].title)}, and there is only one.",
                remedy="If that has changed, take that part from them first: `casework case assign`.",
            )
    return chosen


def allege(
    case: Case,
    *,
    allegation: str,
    text: str,
    clauses: Iterable[str],
    band: str,
    period: tuple[date, date] | None,
    gross_misconduct: bool,
    catalogues: Iterable[Catalogue],
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Add an allegation, or amend the one with this id; both versions stand in the history (ACAS-9a).

    Raises: FieldInvalid for a clause that is unknown or cannot be charged, an unknown band, an empty text, or an
    impossible period; UnknownItem for an allegation that was withdrawn.
    """
    known = {code: clause for catalogue in catalogues for code, clause in catalogue.by_code.items()}
    codes = list(dict.fromkeys(clauses))
    for code in codes:
        if code not in known:
            near = [name for name, clause in known.items() if name.startswith(code) or clause.number == code]
            near = near or get_close_matches(code, known, n=3)
            raise FieldInvalid(
                f"There is no clause {code!r} in the policies of this case.",
                remedy=did_you_mean(near) or "`casework policy show social-media` lists the clauses.",
            )
        if not known[code].chargeable:
            raise FieldInvalid(
                f"Clause {known[code].number} ({code}) sets no rule that can be broken.",
                remedy="Choose another: `casework policy show social-media` marks those that can be alleged.",
            )
    if band not in BANDS:
        raise FieldInvalid(f"There is no band {band!r}. Bands: {', '.join(BANDS)}.")
    said = clean("The allegation", text)
    if not said:
        raise FieldInvalid("An allegation needs words that say what is alleged.")
    earlier = case.allegations.get(allegation)
    if earlier is not None and earlier.withdrawn:
        raise UnknownItem(
            f"Allegation {earlier.number} was withdrawn.", remedy="Add a new one, if there is one."
        )
    facts: dict[str, Any] = {
        "kind": "allegation_amended" if earlier else "allegation_added",
        "allegation": allegation,
        "clauses": codes,
        "band": band,
        "gross_misconduct": gross_misconduct,
        "recorded_by": dict(recorder),
    }
    if period is not None:
        if period[1] < period[0]:
            raise FieldInvalid(
                "The period of the allegation ends before it begins.",
                remedy="Check the first and the last day.",
            )
        if period[1] > context.today:
            raise FieldInvalid(
                "The allegation is dated in the future; only what has happened can be alleged.",
                remedy="Check the first and the last day.",
            )
        facts["period"] = {"from": period[0].isoformat(), "to": period[1].isoformat()}
    return Decision(facts, {"text": said})


def withdraw_allegation(case: Case, *, allegation: str, reason: str, recorder: Mapping[str, str]) -> Decision:
    """Withdraw an allegation with a reason; it stays on the record as withdrawn.

    Raises: UnknownItem, FieldInvalid.
    """
    if allegation not in case.allegations or case.allegations[allegation].withdrawn:
        raise UnknownItem(
            "There is no such allegation that stands.", remedy="`casework case show` lists the allegations."
        )
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("Withdrawing an allegation needs a reason.")
    facts = {"kind": "allegation_withdrawn", "allegation": allegation, "recorded_by": dict(recorder)}
    return Decision(facts, {"reason": because})


def add_note(
    *, type_: str, text: str, occurred: Occurred, recorder: Mapping[str, str], context: Context
) -> Decision:
    """Add a note, advice or minutes (PAN-11: advice is kept apart from findings).

    Raises: FieldInvalid for an unknown type or empty words.
    """
    if type_ not in NOTE_TYPES:
        raise FieldInvalid(f"There is no type of note {type_!r}. Types: {', '.join(NOTE_TYPES)}.")
    said = clean("The note", text)
    if not said:
        raise FieldInvalid("A note needs words.")
    facts = {
        "kind": "note_added",
        "type": type_,
        "occurred": not_in_future(occurred, context, "The note").to_facts(),
        "recorded_by": dict(recorder),
    }
    if type_ in KEPT_APART:
        facts["compartment"] = KEPT_APART[type_]
    return Decision(facts, {"text": said})
