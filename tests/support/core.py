"""One case in the pure core: each act is decided, written as the ledger writes it, and folded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

import pytest

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.time import LONDON, Occurred, format_instant, parse_occurred
from casework.cases import acts, amend, evidence_acts, letter_acts
from casework.cases.dated import DatedTruths
from casework.cases.decide import decide
from casework.cases.legality import Unlawful, unlawful_steps
from casework.cases.model import Case, Letter, LiveWarning
from casework.cases.moving import move_policy
from casework.cases.replay import CaseFold, Recorded
from casework.cases.request import (
    Assessment,
    Compared,
    Context,
    Decision,
    StepRefused,
    StepRequest,
    WaiverRequest,
)
from casework.procedure.model import Policy
from tests.support.policies import england, small, social_media

POLICY = "policy-digest"
CALENDAR = "calendar-digest"
CATALOGUE = "catalogue-digest"


def moment(text: str) -> datetime:
    """A local moment; a date alone means five in the afternoon."""
    found = parse_occurred(text)
    assert found.date is not None
    return datetime.combine(found.date, found.time or time(17), LONDON)


class Core:
    """A case and the clock beside it. People are known by short names, which are their party ids."""

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        opened: str = "2026-03-02",
        people: Mapping[str, Iterable[str]] | None = None,
        recorder: tuple[str, str] = ("helen", "adviser"),
        flags: Mapping[str, Mapping[str, bool]] | None = None,
    ) -> None:
        self.policy = policy or small()
        self.policies = {POLICY: self.policy}
        self.now = moment(opened)
        self.warnings: tuple[LiveWarning, ...] = ()
        self.school = DatedTruths()
        self.compared: Compared | None = None
        self.recorder = recorder
        self.history: list[Recorded] = []
        self.bodies: list[Mapping[str, Any]] = []
        self._fold, self._folded = CaseFold(), Case()
        self._names = 0
        self.record(
            acts.open_case(
                policy=self.policy,
                policy_digest=POLICY,
                catalogues=[CATALOGUE],
                reference="ASH-26-7KQ4",
                reported=parse_occurred(opened),
                summary="Something was reported.",
                recorder=self.by,
                context=self.context,
            )
        )
        for party, roles in {recorder[0]: [recorder[1]], **(people or {})}.items():
            self.join(party, *roles, **(flags or {}).get(party, {}))

    # --- Where it stands ---

    @property
    def case(self) -> Case:
        """The case as its facts stand."""
        if self._folded.n != len(self.history):
            known = len(self._fold.history)
            if self._fold.history != self.history[:known]:  # a test took events away or altered them
                self._fold, known = CaseFold(), 0
            for event in self.history[known:]:
                self._fold.take(event)
            self._folded = self._fold.case()
        return self._folded

    @property
    def context(self) -> Context:
        """What a decision relies on now."""
        return Context(self.now, england(), CALENDAR, self.warnings, self.school, self.compared)

    @property
    def by(self) -> dict[str, str]:
        """Whoever records."""
        return acts.recorded_by(*self.recorder)

    def state(self, strand: str = "procedure") -> str:
        """The state of a strand."""
        return self.case.states[strand]

    def unlawful(self) -> list[Unlawful]:
        """What an auditor finds."""
        return unlawful_steps(self.history, self.policies, {CALENDAR: england()})

    # --- Recording ---

    def on(self, text: str) -> Core:
        """Move the clock on to a local date or moment; it never goes back."""
        self.now = max(self.now, moment(text))
        return self

    def record(self, decision: Decision) -> int:
        """Write a decision as the ledger does, as canonical bytes, and return its event's number."""
        facts = parse_canonical(canonical_bytes(dict(decision.facts)))
        body = parse_canonical(canonical_bytes(dict(decision.body)))
        self.history.append(Recorded(len(self.history) + 1, format_instant(self.now), facts))
        self.bodies.append(body)
        return len(self.history)

    def new_id(self, prefix: str) -> str:
        """An id that this case has not used."""
        self._names += 1
        return f"{prefix}-{self._names}"

    def join(self, party: str, *roles: str, **flags: bool) -> int:
        """Bring a person into the case."""
        return self.record(
            acts.add_party(
                party=party,
                roles=roles,
                person={"name": party},
                flags=flags,
                recorder=self.by,
                policy=self.policy,
                taken={role for other in self.case.parties.values() for role in other.roles},
            )
        )

    def roles(self, party: str, *roles: str) -> int:
        """Give a person exactly these roles."""
        decision = acts.change_roles(
            self.case, party=party, roles=roles, recorder=self.by, policy=self.policy, reason="asked to"
        )
        return self.record(decision)

    def details(self, party: str, name: str = "", **flags: bool) -> int:
        """Give a person another name, and exactly these flags."""
        decision = acts.change_details(
            self.case, party=party, person={"name": name or party}, flags=flags, recorder=self.by
        )
        return self.record(decision)

    def allege(
        self,
        allegation: str = "",
        *,
        clauses: Iterable[str] = ("SMP-4.3",),
        band: str = "S2",
        period: tuple[str, str] | None = ("2026-02-27", "2026-02-27"),
        gross: bool = False,
    ) -> str:
        """Add an allegation, or amend the one of that id; return its id."""
        chosen = allegation or self.new_id("allegation")
        decision = acts.allege(
            self.case,
            allegation=chosen,
            text="That you did it.",
            clauses=clauses,
            band=band,
            period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            gross_misconduct=gross,
            catalogues=[social_media()],
            recorder=self.by,
            context=self.context,
        )
        self.record(decision)
        return chosen

    def withdraw_allegation(self, allegation: str) -> int:
        """Withdraw an allegation."""
        return self.record(
            acts.withdraw_allegation(self.case, allegation=allegation, reason="mistaken", recorder=self.by)
        )

    def evidence(self, *, points: str = "for", supports: Iterable[str] = (), supplied: str = "school") -> str:
        """Add an item of evidence; return its id."""
        chosen = self.new_id("evidence")
        decision = evidence_acts.add_evidence(
            self.case,
            evidence=chosen,
            type_="screenshot",
            points=points,
            supports=supports,
            words={"title": "A screenshot"},
            file=None,
            occurred=self.today,
            recorder=self.by,
            context=self.context,
            provenance=evidence_acts.Provenance(supplied),
        )
        self.record(decision)
        return chosen

    def disclose(self, *items: str, how: Any = "disclosed") -> int:
        """Give items of evidence to the employee, or withhold them."""
        decision = evidence_acts.disclose_evidence(
            self.case,
            evidence=items,
            how=how,
            reason="" if how == "disclosed" else "It names another child.",
            occurred=self.today,
            recorder=self.by,
            context=self.context,
        )
        return self.record(decision)

    @property
    def today(self) -> Occurred:
        """Today, to the day."""
        return Occurred(self.context.today, None, "day")

    def letter(
        self,
        template: str = "invitation",
        *,
        served: str | None = None,
        method: str = "hand",
        supersedes: str | None = None,
        covers: Iterable[str] = (),
    ) -> str:
        """Propose and issue a letter and, when `served` says when, serve it; return its id."""
        chosen = self.propose(template, covers=covers)
        self.issue(chosen, supersedes=supersedes)
        if served is not None:
            self.serve(chosen, served, method)
        return chosen

    def propose(self, template: str = "invitation", *, covers: Iterable[str] = ()) -> str:
        """Propose a letter; return its id."""
        chosen = self.new_id("letter")
        employee = self.case.employee
        decision = letter_acts.propose_letter(
            self.case,
            letter=chosen,
            template=template,
            recipient=employee.id if employee else next(iter(self.case.parties)),
            covers=covers,
            words={},
            recorder=self.by,
        )
        self.record(decision)
        return chosen

    def issue(self, letter: str, *, supersedes: str | None = None) -> int:
        """Issue a proposed letter today."""
        decision = letter_acts.issue_letter(
            self.case,
            letter=letter,
            policy=self.policy,
            file={"id": f"file-of-{letter}"},
            checkpoint_size=1,
            words={},
            supersedes=supersedes,
            sender=self.by,
            recorder=self.by,
            context=self.context,
        )
        return self.record(decision)

    def serve(self, letter: str, on: str, method: str = "hand") -> int:
        """Serve an issued letter."""
        self.on(on)
        decision = letter_acts.serve_letter(
            self.case,
            letter=letter,
            policy=self.policy,
            method=method,
            proof="Signed for.",
            occurred=parse_occurred(on),
            recorder=self.by,
            context=self.context,
        )
        return self.record(decision)

    def standing(self, template: str) -> Letter:
        """The newest letter of a template that stands."""
        return self.case.letters_of(template)[-1]

    # --- Steps ---

    def request(
        self,
        step: str,
        by: str,
        *,
        on: str | None = None,
        basis: Any = "own_act",
        waive: Iterable[WaiverRequest] = (),
        irregular: str | None = None,
        recorder: tuple[str, str] | None = None,
        **values: Any,
    ) -> StepRequest:
        """A step as somebody asks for it."""
        party, role = recorder or self.recorder
        return StepRequest(
            step=step,
            occurred=parse_occurred(on) if on else None,
            taken_by=by,
            recorded_by=party,
            recorder_role=role,
            basis=basis,
            authority="Minute 2026/11",
            values=values,
            waivers=tuple(waive),
            irregular=irregular,
        )

    def decide(self, step: str, by: str, **asked: Any) -> Decision:
        """Decide a step without recording it."""
        return decide(self.case, self.policy, self.request(step, by, **asked), self.context)

    def take(self, step: str, by: str, **asked: Any) -> Decision:
        """Decide a step and record it."""
        decision = self.decide(step, by, **asked)
        self.record(decision)
        return decision

    def refused(self, step: str, by: str, **asked: Any) -> StepRefused:
        """The refusal of a step that must be refused."""
        with pytest.raises(StepRefused) as caught:
            self.decide(step, by, **asked)
        return caught.value

    def why(self, step: str, by: str, **asked: Any) -> dict[str, Assessment]:
        """Everything that is unmet about a step that must be refused, by requirement."""
        return {item.requirement: item for item in self.refused(step, by, **asked).unmet}

    # --- Moving to another policy ---

    def move(self, new: Policy, by: str, *, to: str = "another-digest", reason: str = "It is newer.") -> int:
        """Move the case to another policy; from then on steps are decided under it."""
        decision = move_policy(
            self.case,
            self.policy,
            new,
            to=to,
            approved_by=by,
            reason=reason,
            recorder=self.by,
            context=self.context,
        )
        self.policy = self.policies[to] = new
        return self.record(decision)

    # --- Mending ---

    def correct(
        self, event: int, *, on: str | None = None, reason: str = "It was typed wrongly.", **values: Any
    ) -> int:
        """Correct an event."""
        decision = amend.correct(
            self.history,
            event=event,
            values=values,
            occurred=parse_occurred(on) if on else None,
            reason=reason,
            policies=self.policies,
            recorder=self.by,
            context=self.context,
        )
        return self.record(decision)

    def annul(self, event: int, *, reason: str = "It never happened.") -> int:
        """Annul an event."""
        decision = amend.annul(
            self.history,
            event=event,
            reason=reason,
            recorder=self.by,
            policies=self.policies,
            context=self.context,
        )
        return self.record(decision)
