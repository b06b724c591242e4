"""The words for what facts say: a policy's and a catalogue's own where they have them, else the id, readable.

Nothing here fails on an id that it does not know: a history of tomorrow's events is shown all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any, Final

from casework.base.errors import BadInput
from casework.base.time import Occurred, describe_date, describe_datetime
from casework.cases.model import Case
from casework.procedure.model import Policy, Step
from casework.procedure.paused import PAUSED
from casework.procedure.resolve import digest
from casework.records.entry import Cite, Typist, When, Who
from casework.records.input import HistoryInput
from casework.records.model import Clause
from casework.records.people import People

STAGES: Final = {
    "reported": "Reported",
    "triaged": "Triaged",
    "investigated": "Investigated",
    "hearing": "Hearing",
    "outcome": "Outcome",
    "appeal": "Appeal",
}
"""The six stages, in order, as they are printed."""

BASES: Final = {
    "own_act": "Own act",
    "minute": "Minute of a meeting",
    "email": "E-mail",
    "signed_form": "Signed form",
    "scheme": "Scheme of delegation",
    "other": "Other proof",
}
"""What proves that the person with authority took a step."""

METHODS: Final = {
    "hand": "By hand",
    "email_agreed": "By e-mail, as agreed",
    "first_class": "By first-class post",
    "second_class": "By second-class post",
    "signed_for": "By first-class post, signed for",
}
"""Ways of serving a letter (LX-15)."""

EVIDENCE: Final = {"log": "System log", "email": "E-mail", "report": "Investigation report"}
"""Kinds of evidence whose name is not simply their id in words."""

POINTS: Final = {"for": "For the allegation", "against": "Against the allegation", "neutral": "Neither way"}
"""Which way an item of evidence points (CASE-3)."""

BANDS: Final = {
    "S0": "S0 (permitted, or no breach)",
    "S1": "S1 (minor)",
    "S2": "S2 (misconduct)",
    "S3": "S3 (serious misconduct)",
    "S4": "S4 (potential gross misconduct)",
    "X": "X (safeguarding or criminal law first)",
}
"""Bands of severity; guidance for triage, never a result."""

_BUILT_IN: Final = {
    "state": "Where the case stood",
    "taken_by": "Power to take the step",
    "recorded_by": "Who may enter it",
    "occurred": "Order of dates",
}

_SHORT_FORMS: Final = {name.lower(): name for name in ("DBS", "DPO", "HR", "ICO", "LA", "LADO", "TRA")}
"""What ids write in small letters, and people in capitals."""

UNKNOWN: Final = When("unknown", None, None, "date not known")
"""A time that is not known."""


def readable(name: str) -> str:
    """Return an id in words: `hearing_arranged` is "Hearing arranged", `lado_referral` "LADO referral"."""
    parts = name.replace("_", " ").replace("-", " ").split()
    words = " ".join(_SHORT_FORMS.get(part, part) for part in parts)
    return words[:1].upper() + words[1:]


def lowered(title: str) -> str:
    """Return a title for the middle of a sentence: `Head teacher` is "head teacher", `HR adviser` stays."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def when(occurred: Mapping[str, Any] | None) -> When | None:
    """Return when something happened, from its facts; None if they do not say."""
    if occurred is None:
        return None
    try:
        found = Occurred.from_facts(dict(occurred))
    except BadInput:
        return UNKNOWN
    return When(
        found.precision,
        found.date.isoformat() if found.date else None,
        found.time.isoformat("minutes") if found.time else None,
        found.describe(),
    )


def day(text: str) -> str:
    """Return an ISO date, or date and time, in British English; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return describe_datetime(moment) if "T" in text else describe_date(moment.date())


def period(facts: Mapping[str, Any] | None) -> str:
    """Return the period of an allegation in words; empty if it has none."""
    if not facts:
        return ""
    first, last = facts["from"], facts["to"]
    return day(first) if first == last else f"{day(first)} to {day(last)}"


class Words:
    """The words of one case.

    Args:
        given: the input, for policy, catalogues and the titles of letters.
        people: who is who.
        case: the case as it stands, for the numbers of allegations, evidence and letters.
    """

    def __init__(self, given: HistoryInput, people: People, case: Case) -> None:
        self.policy: Policy = given.policy
        # Making the resolved form anew takes as long as all the rest of a history.
        named = next((name for name, held in given.policies.items() if held is given.policy), "")
        self.policy_digest: str = named or digest(given.policy)
        self.policies: Mapping[str, Policy] = {**given.policies, self.policy_digest: given.policy}
        self.people = people
        self._clauses = {
            code: Clause(clause.number, code, catalogue.policy_name)
            for catalogue in given.catalogues
            for code, clause in catalogue.by_code.items()
        }
        self._letter_titles = {
            event.facts["letter"]: str(event.body["title"])
            for event in given.events
            if event.facts
            and event.facts["kind"] == "letter_proposed"
            and event.body
            and "title" in event.body
        }
        self._allegations = {item.id: item.number for item in case.allegations.values()}
        self._evidence = {item.id: item.number for item in case.evidence.values()}
        self._letters = {letter: number for number, letter in enumerate(case.letters, start=1)}

    def under(self, policy: str) -> Words:
        """Return the same words with the titles of the policy of a digest, or these where it is not there."""
        found = copy(self)
        found.policy = self.policies.get(policy, self.policy)
        return found

    def policy_label(self, policy: str) -> str:
        """Return the label of the policy of a digest, if it is there, with the beginning of the digest."""
        return f"{self.policies[policy].label} ({policy:.12})" if policy in self.policies else policy[:12]

    def who(self, party: str) -> Who:
        """Return the person behind a party id."""
        return self.people.who(party)

    def typist(self, facts: Mapping[str, Any]) -> Typist | None:
        """Return who recorded an event, or None if its facts do not say."""
        by = facts.get("recorded_by")
        return Typist(self.who(by["party"]), self.role(by["role"])) if by else None

    def role(self, role: str) -> str:
        """Return a role's title."""
        return self.policy.roles[role].title if role in self.policy.roles else readable(role)

    def strand(self, strand: str) -> str:
        """Return a strand's title."""
        return self.policy.strands[strand].title if strand in self.policy.strands else readable(strand)

    def state(self, strand: str, state: str) -> str:
        """Return a state's title."""
        found = self.policy.strands.get(strand)
        return found.states[state].title if found and state in found.states else readable(state)

    def stage(self, strand: str, state: str) -> str | None:
        """Return the stage of a state of the main strand; None for others and for final states without one."""
        found = self.policy.strands.get(strand)
        known = strand == self.policy.main_strand and found and state in found.states
        return found.states[state].stage if found and known else None

    def step(self, step: str) -> Step | None:
        """Return a step of the policy, or None if it has none of that name."""
        found = self.policy.steps.get(step)
        return found[1] if found else None

    def step_title(self, step: str) -> str:
        """Return a step's title."""
        found = self.step(step)
        return found.title if found else readable(step)

    def clock(self, clock: str) -> str:
        """Return a deadline's title."""
        known = clock.removeprefix(PAUSED) in self.policy.deadlines
        return self.policy.deadline_of(clock).title if known else readable(clock)

    def letter_title(self, letter: str, template: str) -> str:
        """Return the title under which a letter was proposed; its template's name where that is withheld."""
        return self._letter_titles.get(letter) or readable(template)

    def letter(self, letter: str) -> str:
        """Return how to speak of a letter: `Letter 2`, or in words where it does not count."""
        number = self._letters.get(letter)
        return f"Letter {number}" if number else "A letter that does not stand"

    def letter_number(self, letter: str) -> int:
        """Return a letter's number; 0 where it does not count."""
        return self._letters.get(letter, 0)

    def allegation(self, allegation: str) -> str:
        """Return how to speak of an allegation: `Allegation 2`, or in words where it does not count."""
        number = self._allegations.get(allegation)
        return f"Allegation {number}" if number else "An allegation that does not stand"

    def by_allegation(self, answers: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return the answers for each allegation in the order of their numbers; facts have them by random id."""
        return sorted(
            answers.items(), key=lambda item: self._allegations.get(item[0], len(self._allegations) + 1)
        )

    def by_person(self, parties: Any) -> list[Who]:
        """Return people in the order of their numbers; facts have them by random id."""
        places = {party: place for place, party in enumerate(self.people.parties())}
        ordered = sorted(map(str, parties), key=lambda party: places.get(party, len(places)))
        return [self.who(party) for party in ordered]

    def allegation_numbers(self, allegations: Any) -> tuple[int, ...]:
        """Return the numbers of allegations, in order; those that do not count are left out."""
        return tuple(sorted(self._allegations[item] for item in allegations if item in self._allegations))

    def evidence_numbers(self, items: Any) -> tuple[int, ...]:
        """Return the numbers of items of evidence, in order; those that do not count are left out."""
        return tuple(sorted(self._evidence[item] for item in items if item in self._evidence))

    def clause(self, code: str) -> Clause:
        """Return a clause by its code; one that no catalogue has keeps its code as its number."""
        return self._clauses.get(code, Clause(code, code, ""))

    def cite(self, rule: str) -> Cite:
        """Return a rule by its id; without words where the policy has none."""
        found = self.policy.rules.get(rule)
        return Cite(rule, found.title, found.source, found.confirmed) if found else Cite(rule, "", "", False)

    def cites(self, rules: tuple[str, ...]) -> tuple[Cite, ...]:
        """Return rules by their ids."""
        return tuple(self.cite(rule) for rule in rules)

    def requirement(self, step: str, requirement: str) -> str:
        """Return the name of a requirement in words; `field:NAME` is the field that was to be given."""
        kind, _, name = requirement.partition(":")
        if kind == "field" and name:
            found = self.step(step)
            label = found.fields[name].label if found and name in found.fields else readable(name)
            return f"Answer to “{label}”"
        return _BUILT_IN.get(requirement) or readable(requirement)
