"""A scenario that was played: where its case stands, and whether it ended as the scenario says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from casework.base.errors import Findings
from casework.base.time import LONDON
from casework.cases.clocks import was_owed
from casework.cases.model import Clock
from casework.cases.request import StepRefused
from casework.scenario.model import Refusal, Scenario
from casework.services.loading import LoadedCase, find_case, people_of, warnings_of
from casework.services.schools import School
from casework.services.workspace import Workspace


class ScenarioFailed(Findings):
    """The case did not go as the scenario says."""

    code = "scenario-failed"


@dataclass
class Played:
    """A scenario that was played: where it stands, and the letters and packs that it made, by file name."""

    scenario: Scenario
    workspace: Workspace
    school: School
    reference: str
    letters: dict[str, bytes] = field(default_factory=dict)
    packs: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    refusals: list[StepRefused] = field(default_factory=list)

    @property
    def case(self) -> LoadedCase:
        """The case as it stands now."""
        return find_case(self.workspace, self.school, self.reference)


def check_end(played: Played) -> None:
    """Hold the case against what the scenario says of its end.

    Raises:
        ScenarioFailed: it ended otherwise.
    """
    then, loaded = played.scenario.then, played.case
    case, today = loaded.case, played.workspace.clock.now().astimezone(LONDON).date()
    for strand, state in then.states.items():
        _hold(f"{strand} is", case.states.get(strand), state)
    late = tuple(sorted({c.id for c in case.clocks if c.late(today) and _matters(loaded, c)}))
    if then.late is not None:
        _hold("these clocks were late:", late, tuple(sorted(then.late)))
    for name, due in then.due.items():
        dates = [clock.due for clock in case.clocks if clock.id == name]
        _hold(f"the clock {name} is due on", dates[-1] if dates else None, due)
    if then.irregular is not None:
        found = tuple(record.step for record in case.steps if record.irregular)
        _hold("these steps are irregular:", found, then.irregular)
    if (then.warnings is not None or then.warned_until) and case.employee is not None:
        person = str(people_of(played.workspace, loaded)[case.employee.id]["person"])
        live = [warning for warning in warnings_of(played.workspace, person) if warning.live(today)]
        if then.warnings is not None:
            _hold("these warnings are live:", tuple(w.sanction for w in live), then.warnings)
        until = {warning.sanction: warning.live_until for warning in live}
        for name, last in then.warned_until.items():
            _hold(f"the {name} is live until", until.get(name), last)


def _hold(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise ScenarioFailed(f"At the end {what} {found}, not {expected}.")


def reasons(refused: StepRefused) -> str:
    """Return the requirements that are not met, with what each says, in one line."""
    return "; ".join(f"{item.requirement}: {item.says}" for item in refused.unmet)


def _matters(loaded: LoadedCase, clock: Clock) -> bool:
    """Whether a clock that ran out is late: not if it may lapse, nor if nothing was due by it after all."""
    deadline = loaded.policy_then(clock.n).deadline_of(clock.id)
    return not deadline.lapses and was_owed(deadline, loaded.case.values_of(clock.stopped))


def check_refusal(expected: Refusal, refused: StepRefused) -> None:
    """Compare a refusal with what the scenario expects of it.

    Raises:
        ScenarioFailed: other requirements, another earliest date, or rules that it does not cite.
    """
    found = {item.requirement for item in refused.unmet}
    if found != set(expected.because):
        raise ScenarioFailed(f"it was refused because of {sorted(found)}, not {sorted(expected.because)}")
    if expected.earliest is not None and refused.earliest != expected.earliest:
        raise ScenarioFailed(f"the earliest date named is {refused.earliest}, not {expected.earliest}")
    cited = {rule for item in refused.unmet for rule in item.cites}
    if not set(expected.cites) <= cited:
        raise ScenarioFailed(f"it cites {sorted(cited)}, not {sorted(expected.cites)}")


def refusal_lines(refused: StepRefused) -> Iterator[str]:
    """Yield what a narrator says of a refusal: every reason, with its working and its remedy."""
    yield f"    REFUSED: {refused.message}"
    for item in refused.unmet:
        rules = f" [{', '.join(item.cites)}]" if item.cites else ""
        yield f"    - {item.says}{rules}"
        if item.working is not None:
            yield f"      {item.working.sentence()}"
        if item.remedy:
            yield f"      What to do: {item.remedy}"
