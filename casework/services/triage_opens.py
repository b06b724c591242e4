"""What triage opens in the same act as the answer: the strand whose step it takes, and the entry that it begins.

Which matter is opened by what stands in the policy; nothing here knows any of them by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases import decide
from casework.cases.replay import Recorded, facts_of, replay
from casework.cases.request import Context, Decision, StepRequest
from casework.cases.triage import TriageRequest, opened_before, route, triage_of
from casework.procedure.triage import Matter, Source
from casework.services.loading import LoadedCase, people_of
from casework.services.registers import Begun, begin_entry, register_called
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Openings:
    """What is recorded beside the answers: steps of the case, and entries begun in registers."""

    steps: tuple[Decision, ...]
    begun: tuple[Begun, ...]

    def enter(self, transaction: Transaction) -> None:
        """Enter the streams of registers that have their first entry."""
        for item in self.begun:
            if item.enter is not None:
                item.enter(transaction)


def openings(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    answered: Decision,
    request: TriageRequest,
    context: Context,
) -> Openings:
    """Return what answers newly open: the steps that the policy takes for it, and the entries that it begins.

    A strand that stands open already, and a register that has an entry of the case, are left as they are.

    Raises:
        StepRefused: whoever answers may not take the step. FieldInvalid.
    """
    opens = triage_of(loaded.policy).opens
    standing = {name: item.answer for name, item in loaded.case.triage.items()}
    routed = route(loaded.policy, {**standing, **answered.facts["answers"]}, request.registers)
    before = opened_before(loaded.case, loaded.policy)
    now = [item for item in routed.of("opens") if item.name not in before]
    history = [*loaded.history, Recorded(loaded.n + 1, "", answered.facts)]
    steps: list[Decision] = []
    begun: list[Begun] = []
    for item in now:
        matter = opens[item.name]
        known = _Known(workspace, loaded, request, context, item.question)
        if matter.step is not None and _may_begin(history, loaded, matter.step):
            step = _step(history, loaded, matter, known)
            steps.append(step)
            history.append(Recorded(len(history) + 1, "", step.facts))
        elif matter.register_ is not None and not _has_entry(workspace, school, loaded, matter.register_):
            fields = register_called(workspace, school, matter.register_).register.fields
            given = {name: known.of(source, fields[name].type) for name, source in matter.fills.items()}
            begun.append(begin_entry(workspace, school, matter.register_, given, case=loaded))
    return Openings(tuple(steps), tuple(begun))


@dataclass(frozen=True, slots=True)
class _Known:
    """What triage knows when an answer is given."""

    workspace: Workspace
    loaded: LoadedCase
    request: TriageRequest
    context: Context
    question: str

    @property
    def answered(self) -> Occurred:
        return self.request.occurred or self.context.occurred_today

    def of(self, source: Source, type_: str) -> Any:
        """The value of a source for a field of a type; None where it is not known."""
        if source == "reason":
            return self.request.reasons.get(self.question) or self.request.rest or None
        if source == "employee":
            employee = self.loaded.case.employee
            if employee is None or type_ == "party":
                return employee.id if employee else None
            return people_of(self.workspace, self.loaded)[employee.id].get("person")
        reported = Occurred.from_facts(facts_of(self.loaded.history, 1)["occurred"])
        told = reported if source == "reported" else self.answered
        if told.date is None:
            return None
        # Where only the day is known its beginning counts: a clock of hours then errs on the safe side.
        return told.date.isoformat() + (f"T{told.time or '00:00'!s:.5}" if type_ == "datetime" else "")


def _may_begin(history: list[Recorded], loaded: LoadedCase, step: str) -> bool:
    strand, known = loaded.policy.steps[step]
    return replay(history).states[strand] in known.from_


def _step(history: list[Recorded], loaded: LoadedCase, matter: Matter, known: _Known) -> Decision:
    name = matter.step or ""
    fields = loaded.policy.steps[name][1].fields
    values: Mapping[str, Any] = {
        key: known.of(source, fields[key].type) for key, source in matter.fills.items()
    }
    request = StepRequest(
        step=name,
        occurred=known.answered,
        taken_by=known.request.answered_by,
        recorded_by=known.request.recorded_by,
        recorder_role=known.request.recorder_role,
        values={key: value for key, value in values.items() if value is not None},
    )
    return decide.decide(replay(history), loaded.policy, request, known.context)


def _has_entry(workspace: Workspace, school: School, loaded: LoadedCase, register: str) -> bool:
    book = register_called(workspace, school, register).book
    return any(entry.case == loaded.stream for entry in book.standing)
