"""The earliest lawful date of each step to the end, if everything is done on the first day on which it may be.

The ordinary path is the one that the strand names; from a state beside it, the first step that leads on. Notice is
counted as
if the letter were served by hand on the day before which nothing else stands; a forecast promises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from casework.cases.clocks import due_date
from casework.cases.model import Case
from casework.cases.path import next_of_path
from casework.cases.request import Context
from casework.procedure.model import Policy, Step
from casework.procedure.requirements import Notice
from casework.procedure.working import Working


@dataclass(frozen=True, slots=True)
class Forecast:
    """One step to come: the earliest lawful local date, its working, and a clock's target date if any.

    `due` may be before `earliest`: then the clock can no longer be kept, and `late` is true.
    """

    step_id: str
    title: str
    earliest: date
    working: Working | None
    due: date | None

    @property
    def late(self) -> bool:
        """True when even on the first day on which it may be taken, the step comes after its due date."""
        return self.due is not None and self.due < self.earliest


def forecast(case: Case, policy: Policy, context: Context) -> list[Forecast]:
    """The steps to come on the ordinary path of the main strand, with their earliest dates."""
    strand = policy.strands[policy.main_strand]
    state, day = case.states[policy.main_strand], context.today
    due = {clock.id: clock.due for clock in case.running()}
    seen = {state}
    steps: list[Forecast] = []
    while not strand.states[state].final:
        step_id = next_of_path(strand, state, seen)
        if step_id is None:
            break
        step = strand.steps[step_id]
        working = _notice(step, case, policy, context, day)
        day = working.result if working else day
        ends = strand.states[step.to or state].final
        steps.append(
            Forecast(step_id, step.title, day, working, None if ends else _due(step_id, due, policy))
        )
        _start_clocks(step_id, day, due, policy, context)
        state = step.to or state
        seen.add(state)
    return steps


def _start_clocks(step_id: str, day: date, due: dict[str, date], policy: Policy, context: Context) -> None:
    for name, deadline in policy.deadlines.items():
        if f"step:{step_id}" in deadline.stops:
            due.pop(name, None)
        if f"step:{step_id}" in deadline.starts:
            due[name] = due_date(deadline, day, policy, context.calendar).result


def _notice(step: Step, case: Case, policy: Policy, context: Context, day: date) -> Working | None:
    """The notice that must have run before the step, counted from actual service if the letter was served."""
    for requirement in step.requires:
        rule = requirement.rule
        if isinstance(rule, Notice):
            letters = case.letters_of(rule.letter)
            service = letters[-1].earliest_service if letters else None
            agreed = rule.unless is not None and case.value(rule.unless, policy.main_strand) is True
            days = rule.never_below if agreed and rule.never_below is not None else rule.clear_working_days
            working = context.calendar.counting(policy.policy_day).earliest_after_clear_days(
                service.effective if service else day, policy.days(days)
            )
            if service is None:
                working = replace(working, opening="If served on")
            return working if working.result > day else None
    return None


def _due(step_id: str, due: dict[str, date], policy: Policy) -> date | None:
    """The first target date of the clocks that the step stops, of its own strand's before those of others.

    Not asked of a step that ends the strand: it stops whatever still runs, and is not what those clocks wait for.
    """
    stopped = [name for name in due if f"step:{step_id}" in policy.deadline_of(name).stops]
    own = [name for name in stopped if not _beside(name, policy)]
    return min((due[name] for name in own or stopped), default=None)


def _beside(clock: str, policy: Policy) -> bool:
    """Whether a clock waits for a step of another strand than the main one: speaking to the LADO, for example."""
    events = [event.partition(":") for event in policy.deadline_of(clock).stops]
    steps = [policy.steps.get(name) for kind, _, name in events if kind == "step"]
    return any(found is not None and found[0] != policy.main_strand for found in steps)
