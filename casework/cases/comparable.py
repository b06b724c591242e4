"""Earlier decisions that are like a case: what was proved, what came of it, what stood in the end, and how alike it is.

Everything is read from facts, and nothing here tells who it was: no name, no reference, no day, no party. Whoever hands
in the cases leaves out those that may not be shown. Severity is compared on the ladder S0 to S4; X (safeguarding or
crime first) is like X alone. Only what was found proved is compared: an allegation that was not proved is no measure.

Source: ACAS-4b (act consistently).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.cases.acts import BANDS
from casework.cases.again import relied_on
from casework.cases.assess_steps import sanction_of, sanction_standing
from casework.cases.model import Allegation, Case, StepRecord, Value
from casework.cases.replay import Recorded
from casework.cases.request import Compared
from casework.procedure.model import Catalogue, Policy
from casework.procedure.requirements import FindingsComplete

Alike = Literal["closely", "fairly", "loosely"]
"""How alike two cases are: the same rule and severity; one of the two a step away; both a step away."""

Appeal = Literal["none", "undecided", "dismissed", "upheld_in_part", "upheld"]
"""What an appeal came to. `undecided`: one was lodged, and no decision on it is on record."""

_DECIDING: Final = ("decision", "accepted_without_hearing")
_LADDER: Final = {band: rung for rung, band in enumerate(BANDS) if band != "X"}
_DEGREES: Final[tuple[Alike, ...]] = ("closely", "fairly", "loosely")


@dataclass(frozen=True, slots=True)
class Proved:
    """One allegation that was proved: catalogue codes of the rules, severity, whether it was notified as gross."""

    clauses: tuple[str, ...]
    band: str
    gross_misconduct: bool


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision and what stood in the end; `sanction` and `stands` are the policy's names, empty for none.

    `on` is a local date and is never shown. `live_warning` is whether a warning was live then (ACAS-21c);
    `circumstances` are the answers to the fields that the policy marks `compared`.
    """

    on: date
    proved: tuple[Proved, ...]
    sanction: str
    stands: str
    appeal: Appeal
    live_warning: bool
    circumstances: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a past decision is and why: the same rule or only the same clause, and how many bands lie between."""

    alike: Alike
    same_rule: bool
    bands_apart: int
    others_proved: int

    @property
    def says(self) -> str:
        """Why, in words."""
        rule = "the same rule" if self.same_rule else "another rule of the same clause"
        severity = {0: "the same severity", 1: "one band more serious", -1: "one band less serious"}
        more = {0: "", 1: "; one other allegation was proved"}
        others = more.get(self.others_proved, f"; {self.others_proved} other allegations were proved")
        return f"{rule}, {severity[self.bands_apart]}{others}"


@dataclass(frozen=True, slots=True)
class Comparable:
    """A past decision that is like the case."""

    past: PastDecision
    likeness: Likeness

    def outline(self) -> dict[str, Any]:
        """What is shown of it, typed: the month and never the day, and nothing that tells who it was."""
        past = self.past
        return {
            "decided": f"{past.on:%Y-%m}",
            "proved": [
                {"clauses": list(item.clauses), "band": item.band, "gross_misconduct": item.gross_misconduct}
                for item in past.proved
            ],
            "sanction": past.sanction,
            "stands": past.stands,
            "appeal": past.appeal,
            "live_warning": past.live_warning,
            "circumstances": dict(past.circumstances),
            "alike": self.likeness.alike,
            "same_rule": self.likeness.same_rule,
            "bands_apart": self.likeness.bands_apart,
        }


def compared(shown: Iterable[Comparable]) -> Compared:
    """What a step records of the decisions that were shown: how many, and the digest of their outlines."""
    outlines = [item.outline() for item in shown]
    return Compared(len(outlines), sha256_hex(canonical_bytes(outlines)))


def past_decision(case: Case, policy: Policy, history: Sequence[Recorded]) -> PastDecision | None:
    """Return the newest decision of a case on what was alleged; None without one that found something proved.

    A decision that is on record as irregular, or whose day is not known, is no measure and is passed over.

    Args:
        case: as it stands.
        policy: its own.
        history: its events, for the warnings that the decision relied on.
    """
    decided = next((record for record in reversed(case.steps) if _decides(record, policy)), None)
    if decided is None or decided.occurred.date is None:
        return None
    step = policy.steps[decided.step][1]
    field = next((item.rule.field for item in step.requires if isinstance(item.rule, FindingsComplete)), "")
    findings = decided.values.get(field)
    found = findings if isinstance(findings, Mapping) else {}
    proved = tuple(
        Proved(item.clauses, item.band, item.gross_misconduct)
        for item in case.allegations.values()
        if found.get(item.id) == "proved"
    )
    if not proved:
        return None
    standing = sanction_standing(case, policy)
    warnings = relied_on(history[decided.n - 1].facts)
    return PastDecision(
        on=decided.occurred.date,
        proved=proved,
        sanction=sanction_of(step.imposes, decided) if step.imposes else "",
        stands=standing[0] if standing else "",
        appeal=_appeal(case, policy, decided),
        live_warning=any(warning.live(decided.occurred.date) for warning in warnings),
        circumstances=_circumstances(case, policy, decided),
    )


def likeness(case: Case, past: PastDecision, catalogues: Iterable[Catalogue]) -> Likeness | None:
    """Return how alike a past decision is to a case, by the two allegations that are most alike; None if none are.

    Args:
        case: the case, with its allegations that stand.
        past: the decision.
        catalogues: those of the case: rules printed under one number are rules of the same clause.
    """
    kin = _kin(catalogues)
    pairs = [_pair(ours, theirs, kin) for ours in case.standing_allegations for theirs in past.proved]
    near = [pair for pair in pairs if pair is not None]
    if not near:
        return None
    same_rule, apart = min(near, key=lambda pair: (_steps_away(*pair), not pair[0], pair[1]))
    return Likeness(_DEGREES[_steps_away(same_rule, apart)], same_rule, apart, len(past.proved) - 1)


def shown_order(item: Comparable) -> tuple[int, int, bytes]:
    """The key by which decisions are sorted to be shown: newest month first, and within a month the most alike."""
    month = item.past.on.year * 12 + item.past.on.month
    return -month, _DEGREES.index(item.likeness.alike), canonical_bytes(item.outline())


def _decides(record: StepRecord, policy: Policy) -> bool:
    found = policy.steps.get(record.step)
    return found is not None and found[1].act in _DECIDING and not (record.irregular or record.on_paper)


def was_decided(case: Case, policy: Policy) -> bool:
    """Say whether something was decided on what was alleged, lawfully or not, here or on paper before."""
    return any(
        record.step in policy.steps and policy.steps[record.step][1].act in _DECIDING for record in case.steps
    )


def appeal_standing(case: Case, policy: Policy) -> Appeal:
    """Return what came of the newest appeal in a case, whatever was appealed against."""
    for record in reversed(case.steps):
        step = policy.steps[record.step][1] if record.step in policy.steps else None
        if step is not None and step.appeal_outcome is not None:
            return step.appeal_outcome
        if step is not None and step.act == "appeal_lodged":
            return "undecided"
    return "none"


def _appeal(case: Case, policy: Policy, decided: StepRecord) -> Appeal:
    lodged = False
    for record in reversed([item for item in case.steps if item.n > decided.n]):
        step = policy.steps[record.step][1] if record.step in policy.steps else None
        if step is not None and step.appeal_outcome is not None:
            return step.appeal_outcome
        lodged = lodged or (step is not None and step.act == "appeal_lodged")
    return "undecided" if lodged else "none"


def _circumstances(case: Case, policy: Policy, decided: StepRecord) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for record in case.steps:
        fields = policy.steps[record.step][1].fields if record.step in policy.steps else {}
        if record.n <= decided.n:
            found |= {name: value for name, value in record.values.items() if fields[name].compared}
    return dict(sorted(found.items()))


def _kin(catalogues: Iterable[Catalogue]) -> dict[str, frozenset[str]]:
    """For each rule by its code, the rules that are printed under the same number of the same policy."""
    found: dict[str, frozenset[str]] = {}
    for catalogue in catalogues:
        for clause in catalogue.clauses:
            same = frozenset(item.code for item in catalogue.clauses if item.number == clause.number)
            found[clause.code] = same
    return found


def _pair(ours: Allegation, theirs: Proved, kin: Mapping[str, frozenset[str]]) -> tuple[bool, int] | None:
    """Whether two allegations share a rule, and by how many bands the other is more serious; None if not alike."""
    same_rule = bool(set(ours.clauses) & set(theirs.clauses))
    same_clause = any(kin.get(code, frozenset()) & set(theirs.clauses) for code in ours.clauses)
    if not (same_rule or same_clause):
        return None
    if ours.band == theirs.band:
        return same_rule, 0
    if ours.band not in _LADDER or theirs.band not in _LADDER:
        return None
    apart = _LADDER[theirs.band] - _LADDER[ours.band]
    return (same_rule, apart) if abs(apart) == 1 else None


def _steps_away(same_rule: bool, apart: int) -> int:
    return (not same_rule) + abs(apart)
