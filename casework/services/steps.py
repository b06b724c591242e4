"""Taking a step: read, decide, record; and asking what may be done now or later.

`dry_run` decides and records nothing. `seen` is the number of the newest event that the face had shown; if
the case
has moved on since, nothing is recorded. `command` makes a retry harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases import decide
from casework.cases.forecast import Forecast, forecast
from casework.cases.possible import Possible, possible_steps
from casework.cases.replay import Recorded, replay
from casework.cases.request import Assessment, Basis, Compared, Decision, StepRequest, WaiverRequest
from casework.procedure.model import Step
from casework.services.cases import joining, party_if_named, record_in_case, recorder_of, what_follows
from casework.services.directory import find_person
from casework.services.errors import CaseMoved
from casework.services.loading import LoadedCase, context_of, people_of, warnings_of, with_cases
from casework.services.posts import check_posts
from casework.services.recorder import Receipt, already_recorded
from casework.services.register_answers import with_entries
from casework.services.schools import School
from casework.store import ahead

if TYPE_CHECKING:
    from casework.services.personnel import PersonnelEntry
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step came to: the assessments, and the receipt unless it was a dry run."""

    step_id: str
    step: Step
    assessments: tuple[Assessment, ...]
    facts: Mapping[str, Any]
    receipt: Receipt | None


def take_step(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    step: str,
    *,
    values: Mapping[str, Any],
    occurred: Occurred | None = None,
    taken_by: str = "",
    basis: Basis = "own_act",
    authority: str = "",
    waivers: Sequence[WaiverRequest] = (),
    irregular: str | None = None,
    seen: int | None = None,
    command: str = "",
    compared: Compared | None = None,
    dry_run: bool = False,
) -> StepResult:
    """Take a step, or record an irregular fact when `irregular` says why.

    Args:
        values: fields by name; people may be given by name, and join the case if the directory knows them.
        taken_by: the name of the person with authority; the signed-in person if empty.
        waivers: each by the name of whoever waives.
        compared: the comparable decisions that were shown, for a step that imposes a sanction.

    Raises:
        StepRefused: with everything that is unmet. FieldInvalid, NoSuchStep, UnknownPerson: what was asked cannot be
            read. CaseMoved: somebody else recorded first. PostNotHeld: whoever took it did not hold the post that day.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _repeated(loaded, step, repeated)
    if seen is not None and seen != loaded.n:
        raise CaseMoved(
            "The case has moved on since you looked. Nothing was recorded.",
            since=[{"event": e.n, "kind": e.facts["kind"]} for e in loaded.history[seen:]],
        )
    with workspace.store.look(
        *ahead.who(workspace.account), ahead.newest_n(school.stream), ahead.organisation(school.id)
    ):
        recorder = recorder_of(workspace, school, loaded)
        arrivals = _Arrivals(workspace, school, loaded, recorder)
        given = with_cases(workspace, school, loaded, step, _with_parties(loaded, step, values, arrivals))
        request = StepRequest(
            step=step,
            occurred=occurred,
            taken_by=arrivals.party(taken_by) if taken_by else recorder["party"],
            recorded_by=recorder["party"],
            recorder_role=recorder["role"],
            basis=basis,
            authority=authority,
            values=with_entries(workspace, school, arrivals.case(), loaded, step, given),
            waivers=tuple(replace(waiver, by=arrivals.party(waiver.by)) for waiver in waivers),
            irregular=irregular,
        )
        warnings = warnings_of(workspace, _employee(workspace, loaded)) if _imposes(loaded, step) else ()
        context = replace(context_of(workspace, school, warnings), compared=compared)
        decision = decide.decide(arrivals.case(), loaded.policy, request, context)
        if irregular is None and request.taken_by in loaded.case.parties:
            taken, on = decision.facts["taken_by"], decision.facts["occurred"].get("date")
            person = str(people_of(workspace, loaded)[taken["party"]].get("person", ""))
            day = date.fromisoformat(on) if on else None
            check_posts(loaded.policy, context.school, person, [taken["role"]], day)
        decisions = [*arrivals.decisions, decision]
        entry = None if dry_run else _personnel_entry(workspace, school, loaded, step, decision)
        follows = None if dry_run else what_follows(workspace, loaded, decisions)
    recorded = None
    if not dry_run:
        recorded = record_in_case(
            workspace,
            loaded,
            decisions,
            command,
            others=entry.others if entry else [],
            prepare=entry.enter if entry else None,
            follows=follows,
        )
    return StepResult(step, loaded.policy.steps[step][1], decision.assessments, decision.facts, recorded)


def check_answer(
    workspace: Workspace, school: School, loaded: LoadedCase, step: str, name: str, value: Any
) -> None:
    """See that the answer to one field can be, so that a face can ask for it again before the others are given.

    Raises:
        FieldInvalid: it cannot. UnknownPerson: it names nobody who is known.
    """
    arrivals = _Arrivals(workspace, school, loaded, recorder_of(workspace, school, loaded))
    given = with_cases(workspace, school, loaded, step, _with_parties(loaded, step, {name: value}, arrivals))
    found, context = loaded.policy.steps[step][1], context_of(workspace, school)
    decide.check_answer(found, name, given[name], case=arrivals.case(), policy=loaded.policy, context=context)


def known_as(workspace: Workspace, school: School, loaded: LoadedCase, named: str) -> str:
    """Return a name by which a step finds somebody: as it was given if the case knows them, else the directory's.

    Raises:
        UnknownPerson: neither knows them, or the name fits several people.
    """
    if party_if_named(workspace, loaded, named) is not None:
        return named
    return find_person(workspace, school, named).name


class _Arrivals:
    """People who join the case with a step, because it names them and the directory knows them."""

    def __init__(
        self, workspace: Workspace, school: School, loaded: LoadedCase, recorder: Mapping[str, str]
    ) -> None:
        self._workspace, self._school, self._loaded, self._recorder = workspace, school, loaded, recorder
        self._by_name: dict[str, str] = {}
        self.decisions: list[Decision] = []

    def party(self, named: str) -> str:
        """Return the party id of a person, who joins the case if need be."""
        wanted = " ".join(named.split()).casefold()
        if wanted not in self._by_name:
            party, joins = joining(self._workspace, self._school, self._loaded, named, self._recorder)
            self._by_name[wanted] = party
            if joins is not None:
                self.decisions.append(joins)
        return self._by_name[wanted]

    def case(self) -> Any:
        """Return the case as it stands once they have joined."""
        loaded = self._loaded
        if not self.decisions:
            return loaded.case
        more = [
            Recorded(loaded.n + i, "", decision.facts) for i, decision in enumerate(self.decisions, start=1)
        ]
        return replay([*loaded.history, *more])


def _with_parties(
    loaded: LoadedCase, step: str, values: Mapping[str, Any], arrivals: _Arrivals
) -> dict[str, Any]:
    """Put party ids in the place of names."""
    fields = loaded.policy.steps[step][1].fields if step in loaded.policy.steps else {}
    found = dict(values)
    for name, value in values.items():
        kind = fields[name].type if name in fields else ""
        if kind == "party" and isinstance(value, str) and value:
            found[name] = arrivals.party(value)
        elif kind == "parties" and isinstance(value, list | tuple):
            found[name] = [arrivals.party(item) for item in value]
    return found


def _personnel_entry(
    workspace: Workspace, school: School, loaded: LoadedCase, step: str, decision: Decision
) -> PersonnelEntry | None:
    """What a step means for the employee's file.

    An appeal that is upheld, wholly or in part, ends the warning; a decision letter written elsewhere enters it. What
    was recorded as irregular does neither.
    """
    known, values = loaded.policy.steps[step][1], decision.facts["values"]
    if decision.facts["kind"] == "step_irregular":
        return None
    if known.appeal_outcome not in ("upheld", "upheld_in_part") and known.act != "outcome_letter":
        return None
    from casework.services.personnel import ending_entry, outside_letter_entry

    if known.act == "outcome_letter":
        return outside_letter_entry(workspace, school, loaded, date.fromisoformat(values["letter_date"]))
    return ending_entry(workspace, school, loaded, date.fromisoformat(decision.facts["occurred"]["date"]))


def _imposes(loaded: LoadedCase, step: str) -> bool:
    found = loaded.policy.steps.get(step)
    return found is not None and found[1].imposes is not None


def _employee(workspace: Workspace, loaded: LoadedCase) -> str:
    employee = loaded.case.employee
    return str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""


def _repeated(loaded: LoadedCase, step: str, repeated: Receipt) -> StepResult:
    told = [loaded.history[n - 1].facts for n in repeated.events]
    facts = next((item for item in told if item["kind"].startswith("step_")), {})
    return StepResult(step, loaded.policy.steps[step][1], (), facts, repeated)


def next_steps(workspace: Workspace, school: School, loaded: LoadedCase) -> list[Possible]:
    """Return what may be done now, and what blocks the rest."""
    return possible_steps(loaded.case, loaded.policy, context_of(workspace, school))


def forecast_case(workspace: Workspace, school: School, loaded: LoadedCase) -> list[Forecast]:
    """Return the earliest lawful date of each step to come."""
    return forecast(loaded.case, loaded.policy, context_of(workspace, school))
