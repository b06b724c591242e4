"""An oracle beside the engine: a few plain rules of procedure, written down from the law and from nothing else.

It is told what was recorded, event by event, and keeps its own notebook of it. It reads no policy, no calendar and
nothing of how the engine judges, so that a defect of either shows as a disagreement. Where it speaks of a school's
numbers (ten clear working days, five with the employee's agreement), they stand here as the usual procedure has them.

It knows nothing of corrections and annulments: whoever asks it does without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

BANK_HOLIDAYS: Final = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25"),
        *("2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30"),
    )
)
"""England's, for the two years in which the invented cases play."""

LADDER: Final = (
    "oral_warning",
    "first_written_warning",
    "final_written_warning",
    "other_sanction",
    "dismissal_with_notice",
    "summary_dismissal",
)
"""Sanctions, the mildest first."""

POST: Final = {"hand": 0, "email_agreed": 1, "first_class": 2, "signed_for": 2, "second_class": 3}
"""Working days until a letter counts as received; an e-mail of which the hour is not known came too late that day."""

BEFORE: Final = {
    "final_written_warning": {"first_written_warning"},
    "other_sanction": {"first_written_warning", "final_written_warning"},
    "dismissal_with_notice": {"final_written_warning"},
}
"""The warnings of which one has to be live before a sanction that is not for a first act."""

HEARINGS: Final = ("hold_hearing", "resume_hearing")
APPEAL_HEARINGS: Final = ("hold_appeal_hearing", "resume_appeal")
DECISIONS: Final = ("decide_no_action", "give_warning", "give_other_sanction", "determine_dismissal")
SANCTIONS: Final = DECISIONS[1:]
INVESTIGATING: Final = ("hold_investigation_meeting", "report_investigation")
"""Who does this has investigated, whatever part they had (ACAS-6)."""

SITTINGS: Final = {
    *HEARINGS,
    *APPEAL_HEARINGS,
    *DECISIONS,
    "accept_without_hearing",
    "dismiss_appeal",
    "uphold_appeal",
    "uphold_appeal_in_part",
}
"""Steps at which people sit: who has a part then has played it."""


class Asked(NamedTuple):
    """A step as somebody asks for it: its answers, by whom, on which day, and the warnings on the personnel file."""

    step: str
    values: Mapping[str, Any]
    by: str
    on: date
    warnings: tuple[tuple[str, date, date], ...] = ()


@dataclass
class _Letter:
    template: str
    covers: tuple[str, ...]
    issued: bool = False
    stands: bool = True
    received: list[date] = field(default_factory=list)


class _Done(NamedTuple):
    step: str
    on: date
    irregular: bool
    values: Mapping[str, Any]


class Notebook:
    """What happened, as far as the rules below need it."""

    def __init__(self) -> None:
        self.roles: dict[str, set[str]] = {}
        self.played: defaultdict[str, set[str]] = defaultdict(set)
        self.letters: dict[str, _Letter] = {}
        self.done: list[_Done] = []
        self.allegations: dict[str, bool] = {}
        self._read = 0

    def read(self, history: list[Any]) -> None:
        """Read on in the record of the case."""
        for event in history[self._read :]:
            self._note(event.facts)
        self._read = len(history)

    def _note(self, facts: Mapping[str, Any]) -> None:
        match facts["kind"]:
            case "party_added" | "party_roles_changed":
                self.roles[facts["party"]] = set(facts["roles"])
            case "allegation_added":
                self.allegations[facts["allegation"]] = True
            case "allegation_withdrawn":
                self.allegations[facts["allegation"]] = False
            case "letter_proposed":
                self.letters[facts["letter"]] = _Letter(facts["template"], tuple(facts.get("covers", ())))
            case "letter_issued":
                self.letters[facts["letter"]].issued = True
                if "supersedes" in facts:
                    self.letters[facts["supersedes"]].stands = False
            case "letter_withdrawn":
                self.letters[facts["letter"]].stands = False
            case "letter_served":
                sent = date.fromisoformat(facts["occurred"]["date"])
                self.letters[facts["letter"]].received.append(_days_on(sent, POST[facts["method"]]))
            case "step_taken" | "step_irregular":
                self._step(facts)

    def _step(self, facts: Mapping[str, Any]) -> None:
        for party, roles in facts.get("assigned", {}).items():
            self.roles[party] |= set(roles)
        self.played[facts["taken_by"]["role"]].add(facts["taken_by"]["party"])
        if facts["step"] in INVESTIGATING:
            self.played["investigating_officer"].add(facts["taken_by"]["party"])
        if facts["step"] in SITTINGS:
            for party, roles in self.roles.items():
                for role in roles:
                    self.played[role].add(party)
        day = date.fromisoformat(facts["occurred"]["date"])
        self.done.append(_Done(facts["step"], day, facts["kind"] == "step_irregular", facts["values"]))

    def people(self, *roles: str, asked: Asked | None = None) -> set[str]:
        """Everybody who has one of the parts, or had it when it counted; those included whom a step names for it."""
        now = {party for party, held in self.roles.items() if held & set(roles)}
        named = _named(asked, roles) if asked else set()
        return now.union(named, *(self.played[role] for role in roles))

    def newest(self, *names: str) -> list[_Done]:
        """What was done of these, the newest last."""
        return [done for done in self.done if done.step in names]

    def answer(self, name: str, asked: Asked) -> Any:
        """An answer of this step, or else the newest one before."""
        if name in asked.values:
            return asked.values[name]
        return next((done.values[name] for done in reversed(self.done) if name in done.values), None)


Rule = Callable[[Notebook, Asked], bool | None]
"""True if it forbids a step, False if it has nothing against it, None if it cannot say."""


def too_short_notice(template: str, agreed: str) -> Rule:
    """A hearing needs an invitation, received ten clear working days before; five if the employee agreed in writing."""

    def forbids(notebook: Notebook, asked: Asked) -> bool | None:
        if "held_at" not in asked.values:
            return None
        letters = [
            letter
            for letter in notebook.letters.values()
            if letter.issued and letter.stands and template in (letter.template, *letter.covers)
        ]
        if not letters or not letters[-1].received:
            return True
        needed = 5 if notebook.answer(agreed, asked) is True else 10
        return _clear_days(min(letters[-1].received), asked.on) < needed

    return forbids


def without_a_hearing(notebook: Notebook, asked: Asked) -> bool:
    """Nobody is sanctioned before a hearing that took place in order; an irregular one has to be gone on with first."""
    held = [done for done in notebook.newest(*HEARINGS) if done.on <= asked.on]
    return not held or held[-1].irregular


def investigator_sits(notebook: Notebook, asked: Asked) -> bool:
    """Whoever investigated neither chairs the hearing nor sits on its panel."""
    investigators = notebook.people("investigating_officer", asked=asked)
    return bool(investigators & notebook.people("hearing_chair", "hearing_panel_member", asked=asked))


def appeal_by_somebody_involved(notebook: Notebook, asked: Asked) -> bool:
    """Nobody sits in the appeal who is the head, or had any part in the case before, a companion or adviser too."""
    sitting = notebook.people("appeal_chair", "appeal_panel_member", asked=asked)
    involved = notebook.people(
        "hearing_chair",
        "hearing_panel_member",
        "investigating_officer",
        "presenting_officer",
        "reporter",
        "witness",
        "companion",
        "hr_adviser",
        "employee",
        "headteacher",
        asked=asked,
    )
    return bool(sitting & involved)


def dismissed_by_the_head_alone(notebook: Notebook, asked: Asked) -> bool | None:
    """In a maintained school that has not delegated it, no head teacher dismisses alone."""
    authority = asked.values.get("authority")
    return None if authority is None else authority == "head_delegated"


def dismissed_by_one_governor(notebook: Notebook, asked: Asked) -> bool | None:
    """A panel that dismisses has at least two members."""
    if asked.values.get("authority") != "panel":
        return None
    sitting = {
        party for party, held in notebook.roles.items() if held & {"hearing_chair", "hearing_panel_member"}
    }
    return len(sitting) < 2


def nothing_proved(notebook: Notebook, asked: Asked) -> bool | None:
    """Nobody is sanctioned unless at least one allegation is proved; the answers name allegations by their number."""
    numbers = [str(n) for n, stands in enumerate(notebook.allegations.values(), start=1) if stands]
    findings = asked.values.get("findings")
    if not isinstance(findings, Mapping) or set(findings) != set(numbers):
        return None
    return "proved" not in findings.values()


def appeal_makes_it_worse(notebook: Notebook, asked: Asked) -> bool | None:
    """Nobody is worse off for having appealed."""
    given = notebook.newest(*SANCTIONS, "accept_without_hearing")
    first = _sanction_of(given[-1].step, given[-1].values) if given else None
    if first is None or "sanction" not in asked.values:
        return None
    return LADDER.index(asked.values["sanction"]) > LADDER.index(first)


def lifted_by_the_wrong_person(notebook: Notebook, asked: Asked) -> bool:
    """Only the governing body ends a suspension."""
    return "governing_body" not in notebook.roles[asked.by]


def lifted_by_a_head(notebook: Notebook, asked: Asked) -> bool:
    """No head teacher acts for the governing body when a suspension ends."""
    return bool(notebook.people("headteacher", asked=asked) & notebook.people("governing_body", asked=asked))


def rung_skipped(notebook: Notebook, asked: Asked) -> bool | None:
    """A sanction for a further act needs a warning that is live on that day: its first day and its last both count."""
    sanction = _sanction_of(asked.step, asked.values)
    if sanction is None:
        return None
    wanted = BEFORE.get(sanction)
    return wanted is not None and not any(
        name in wanted and first <= asked.on <= last for name, first, last in asked.warnings
    )


class Covered(NamedTuple):
    """A rule, the steps that it speaks of, and by which names the policy says the same."""

    rule: Rule
    steps: tuple[str, ...]
    said_as: frozenset[str]


RULES: Final[dict[str, Covered]] = {
    "notice of the hearing": Covered(
        too_short_notice("hearing-invitation", "employee_agreed_shorter"),
        HEARINGS,
        frozenset({"letter_served", "notice"}),
    ),
    "notice of the appeal": Covered(
        too_short_notice("appeal-hearing", "employee_agreed_shorter_appeal"),
        APPEAL_HEARINGS,
        frozenset({"letter_served", "notice"}),
    ),
    "a hearing first": Covered(without_a_hearing, SANCTIONS, frozenset({"hearing_in_order"})),
    "the investigator does not judge": Covered(
        investigator_sits, ("invite_to_hearing", *HEARINGS), frozenset({"investigator_does_not_decide"})
    ),
    "the appeal is impartial": Covered(
        appeal_by_somebody_involved,
        ("invite_to_appeal", *APPEAL_HEARINGS),
        frozenset({"appeal_panel_had_no_part"}),
    ),
    "no head dismisses alone": Covered(
        dismissed_by_the_head_alone, ("determine_dismissal",), frozenset({"delegated_dismissal"})
    ),
    "a panel dismisses": Covered(dismissed_by_one_governor, ("determine_dismissal",), frozenset({"quorum"})),
    "something is proved": Covered(nothing_proved, SANCTIONS, frozenset({"findings_complete"})),
    "an appeal never increases": Covered(
        appeal_makes_it_worse, ("uphold_appeal_in_part",), frozenset({"sanction_not_increased"})
    ),
    "the governing body lifts": Covered(
        lifted_by_the_wrong_person, ("lift_suspension",), frozenset({"taken_by"})
    ),
    "no head lifts": Covered(
        lifted_by_a_head, ("lift_suspension",), frozenset({"head_does_not_act_for_the_governing_body"})
    ),
    "a warning is live until its end": Covered(rung_skipped, SANCTIONS, frozenset({"live_warning"})),
}
"""Every rule of the oracle, by a name for people."""


def _sanction_of(step: str, values: Mapping[str, Any]) -> str | None:
    """The sanction that a step gives; None where that was left open."""
    return "other_sanction" if step == "give_other_sanction" else values.get("sanction")


def _days_on(day: date, count: int) -> date:
    """The day that many working days later; none later is the day itself."""
    while count:
        day += timedelta(days=1)
        count -= _works(day)
    return day


def _clear_days(one: date, other: date) -> int:
    """Working days between two days, neither of them counted; fewer than none if they are the wrong way round."""
    if other < one:
        return -1
    return sum(_works(one + timedelta(days=number)) for number in range(1, (other - one).days))


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def _named(asked: Asked, roles: tuple[str, ...]) -> set[str]:
    """Whom a step names for a part."""
    appeal = asked.step == "invite_to_appeal"
    fields = {
        "chair": "appeal_chair" if appeal else "hearing_chair",
        "members": "appeal_panel_member" if appeal else "hearing_panel_member",
        "presenting_officer": "presenting_officer",
        "companion": "companion",
    }
    found: set[str] = set()
    for name, role in fields.items():
        value = asked.values.get(name)
        if role in roles and value is not None:
            found |= {value} if isinstance(value, str) else set(value)
    return found
