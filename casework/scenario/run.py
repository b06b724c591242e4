"""Playing a scenario through the services, and checking at each act that what was expected is what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from casework.base.errors import CaseworkError
from casework.base.time import LONDON, Occurred, describe_date, parse_occurred
from casework.cases.deadline_acts import Change
from casework.cases.request import StepRefused, WaiverRequest
from casework.scenario.begin import ScenarioClock, begin
from casework.scenario.letter_acts import LetterActs
from casework.scenario.model import Act, Refusal, Scenario, moment
from casework.scenario.papers import PaperActs
from casework.scenario.played import Played, ScenarioFailed, check_end, check_refusal, reasons, refusal_lines
from casework.services import allegations, amending, cases, deadlines, moving, steps
from casework.services.adoption import Answers, adopt
from casework.services.dated import NewDelegation, date_setting, enter_delegations

Say = Callable[[str], None]


def play(scenario: Scenario, folder: Path, say: Say = lambda _: None) -> Played:
    """Play a scenario in a new data folder.

    Args:
        folder: where the data folder is made; it must not hold one yet.
        say: is told what happens, in a line or two for each act.

    Raises:
        ScenarioFailed: something came out otherwise than the scenario says.
    """
    clock = ScenarioClock(moment(scenario.case.reported).replace(tzinfo=LONDON))
    players = _Player(begin(scenario, folder, clock), clock, say)
    for number, act in enumerate(scenario.do, start=1):
        clock.set(moment(act.on))
        players.perform(number, act)
    check_end(players.played)
    return players.played


class _Player(LetterActs, PaperActs):
    def __init__(self, played: Played, clock: ScenarioClock, say: Say) -> None:
        self.played, self.clock, self.say = played, clock, say
        self._workspace, self._school = played.workspace, played.school
        self._day = ""

    def perform(self, number: int, act: Act) -> None:
        """Do one act and hold it against what is expected."""
        kind = act.kind.rstrip("_")
        try:
            getattr(self, f"_{kind}")(act)
            if act.refused is not None and kind != "try":
                raise ScenarioFailed(
                    f"it was allowed, and should be refused because of {act.refused.because}"
                )
        except CaseworkError as problem:
            if act.refused is None or act.refused.because != (problem.code,):
                raise ScenarioFailed(f"Act {number} ({kind}, {act.on}): {problem.message}") from problem
            self.tell(act, f"It is tried to {kind}.")
            self.say(f"    REFUSED: {problem.message}")

    def _delegate(self, act: Act) -> None:
        given = act.with_
        item = NewDelegation(
            str(act.delegate),
            given["to"],
            date.fromisoformat(given["from"]),
            given["minute"],
            date.fromisoformat(given["until"]) if "until" in given else None,
        )
        enter_delegations(self._workspace, self._school, [item])
        self.tell(act, f"The power {act.delegate} is delegated, by {given['minute']}.")

    def _dated(self, act: Act) -> None:
        given = act.with_
        since = date.fromisoformat(given["from"])
        date_setting(
            self._workspace, self._school, str(act.dated), given["value"], since=since, reason=given["reason"]
        )
        self.tell(act, f"From {describe_date(since)}, {act.dated} is {given['value']}.")

    def _adopt(self, act: Act) -> None:
        present = self._workspace.policy(self._school.policy)
        answers = Answers(settings=act.with_, minute=act.adopt or "")
        self._school = self.played.school = adopt(self._workspace, self._school, present, answers).school
        self.tell(act, f"The school adopts {present.label} anew, by {act.adopt}.")

    def _move(self, act: Act) -> None:
        target = moving.find_adopted(self._workspace, self._school, act.move or "")
        moving.move(
            self._workspace,
            self._school,
            self.played.case,
            target,
            approved_by=self._name(act.by),
            reason=act.because,
        )
        self.tell(act, f"The case is moved to {target.policy.label}: {act.because}")

    def tell(self, act: Act, what: str) -> None:
        day = describe_date(moment(act.on).date())
        if day != self._day:
            self._day = day
            self.say(f"\n{day}")
        self.say(f"  {act.say or what}")

    def _name(self, key: str) -> str:
        people = self.played.scenario.people
        return people[key].name if key in people else key

    def _values(self, act: Act, step: str) -> dict[str, Any]:
        steps = self.played.case.policy.steps
        fields = steps[step][1].fields if step in steps else {}
        values = dict(act.with_)
        for name, value in values.items():
            kind = fields[name].type if name in fields else ""
            if kind == "party":
                values[name] = self._name(value)
            elif kind == "parties":
                values[name] = [self._name(item) for item in value]
        return values

    def _take(self, act: Act, step: str, *, dry_run: bool) -> steps.StepResult:
        return steps.take_step(
            self._workspace,
            self._school,
            self.played.case,
            step,
            values=self._values(act, step),
            occurred=_occurred(act),
            taken_by=self._name(act.by) if act.by else "",
            basis=act.basis,
            authority=act.authority,
            waivers=[WaiverRequest(w.requirement, self._name(w.by), w.because, w.advice) for w in act.waive],
            irregular=act.irregular,
            dry_run=dry_run,
        )

    def _step(self, act: Act) -> None:
        try:
            result = self._take(act, act.step or "", dry_run=False)
        except StepRefused as refused:
            raise ScenarioFailed(f"it was refused: {reasons(refused)}") from None
        breached = tuple(result.facts.get("breached", ()))
        if act.breached and breached != act.breached:
            raise ScenarioFailed(f"it breached {breached}, not {act.breached}")
        self.played.events[f"step:{act.step}"] = self.played.case.n
        self.tell(act, f"{result.step.title}.")
        for clock in result.facts.get("clocks", ()):
            deadline = self.played.case.policy.deadline_of(clock["clock"])
            self.say(f"    Due by {describe_date(date.fromisoformat(clock['due']))}: {deadline.title}")
        for item in result.assessments:
            if item.status == "waived":
                self.say(f"    Waived by the person with the power to, on record for ever: {item.says}")
            elif item.unmet:
                self.say(f"    On record as irregular: {item.says} To put it right: {item.remedy}")

    def _try(self, act: Act) -> None:
        try:
            self._take(act, act.try_ or "", dry_run=True)
        except StepRefused as refused:
            if act.refused is None:
                raise ScenarioFailed(f"it was refused: {reasons(refused)}") from None
            self._check_refusal(act, act.refused, refused)
        else:
            if act.refused is not None:
                raise ScenarioFailed(
                    f"it was allowed, and should be refused because of {act.refused.because}"
                )
            self.tell(act, f"“{act.try_}” would be allowed.")

    def _check_refusal(self, act: Act, expected: Refusal, refused: StepRefused) -> None:
        check_refusal(expected, refused)
        self.played.refusals.append(refused)
        self.tell(act, f"“{refused.title}” is tried.")
        for line in refusal_lines(refused):
            self.say(line)

    def _allege(self, act: Act) -> None:
        extra = dict(act.with_)
        period = (date.fromisoformat(extra["from"]), date.fromisoformat(extra.get("to", extra["from"])))
        allegations.allege(
            self._workspace,
            self._school,
            self.played.case,
            text=act.allege or "",
            clauses=extra["clauses"],
            band=extra["band"],
            period=period,
            gross_misconduct=extra.get("gross_misconduct", False),
            amends=extra.get("amends"),
        )
        self.tell(act, f"Allegation: {act.allege}")

    def _note(self, act: Act) -> None:
        type_ = act.with_.get("type", "note")
        cases.add_note(
            self._workspace,
            self._school,
            self.played.case,
            text=act.note or "",
            type_=type_,
            occurred=_occurred(act),
        )
        self.tell(act, f"{type_.capitalize()}: {act.note}")

    def _extend(self, act: Act) -> None:
        self._deadline(act, "extended", act.extend or "")

    def _pause(self, act: Act) -> None:
        self._deadline(act, "paused", act.pause or "")

    def _resume(self, act: Act) -> None:
        self._deadline(act, "resumed", act.resume or "")

    def _deadline(self, act: Act, change: Change, clock: str) -> None:
        deadlines.move(
            self._workspace,
            self._school,
            self.played.case,
            change,
            clock=clock,
            to=act.to,
            reason=act.because,
            occurred=_occurred(act),
            taken_by=self._name(act.by) if act.by else "",
        )
        due = describe_date(self.played.case.case.clocks[-1].due)
        title = self.played.case.policy.deadline_of(clock).title
        self.tell(act, f"The deadline “{title}” is {change}. The day is now {due}.")

    def _assign(self, act: Act) -> None:
        named = self._name(act.assign or "")
        cases.assign(
            self._workspace,
            self._school,
            self.played.case,
            named=named,
            roles=act.with_["roles"],
            reason=act.because,
        )
        self.tell(act, f"{named} joins the case.")

    def _drop(self, act: Act) -> None:
        allegations.withdraw_allegation(
            self._workspace, self._school, self.played.case, number=act.drop or 0, reason=act.because
        )
        self.tell(act, f"Allegation {act.drop} is withdrawn: {act.because}")

    def _correct(self, act: Act) -> None:
        new_date = act.with_.get("occurred")
        event = self._event(act.correct)
        before = dict(self.played.case.history[event - 1].facts.get("values", {}))
        amending.correct(
            self._workspace,
            self._school,
            self.played.case,
            event=event,
            values={name: value for name, value in act.with_.items() if name != "occurred"},
            occurred=parse_occurred(new_date) if new_date else None,
            reason=act.because,
        )
        self.tell(act, f"Corrected: {act.because}")
        for name, value in act.with_.items():
            self.say(f"    Event {event}, {name}: {before.get(name, 'unknown')} → {value}. {act.because}")

    def _annul(self, act: Act) -> None:
        event = self._event(act.annul)
        amending.annul(self._workspace, self._school, self.played.case, event=event, reason=act.because)
        self.tell(act, f"Annulled: {act.because}")

    def _event(self, named: str | int | None) -> int:
        return named if isinstance(named, int) else self.played.events[str(named)]


def _occurred(act: Act) -> Occurred:
    return parse_occurred(act.on)
