"""Taking a paper case live from where it stands: opened there, with its people, what happened, and the file as a note.

Nothing is guessed. What happened on paper is entered as having happened on paper: when, by whom, and what it broke as
far as the file shows. Nobody can say any more what each step asked, so whatever needs an earlier step in order is
refused until that step is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput
from casework.base.time import Occurred, parse_occurred
from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import Appeal, Hearing, Investigation, Report, StepBase
from casework.cases.chronology_values import span
from casework.cases.on_paper import PastStep, past_step, past_steps
from casework.services.cases import Opened, open_case
from casework.services.directory import find_person

if TYPE_CHECKING:
    from casework.cases.model import Case
    from casework.cases.request import Context, Decision
    from casework.cases.review import Finding
    from casework.procedure.model import Policy
    from casework.services.schools import School
    from casework.services.workspace import Workspace

_PARTS: Final[tuple[tuple[type[StepBase], str, str], ...]] = (
    (Report, "reporter", "reporter"),
    (Investigation, "investigating_officer", "investigating_officer"),
    (Hearing, "hearing_chair", "hearing_panel_member"),
    (Appeal, "appeal_chair", "appeal_panel_member"),
)
"""Which part somebody has who did such a step: the first named, and the others."""

_STANDINGS: Final = {"head_teacher": "headteacher", "chair_of_governors": "chair_of_governors"}
"""Which part somebody has for what they are."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A case that was taken over: its opening, what was entered, and what was not because its people are unknown."""

    opened: Opened
    entered: tuple[PastStep, ...]
    left_out: tuple[PastStep, ...]


def take_over(
    workspace: Workspace,
    school: School,
    chronology: Chronology,
    text: str,
    *,
    people: Mapping[str, str],
    standing: Mapping[str, str],
    reported: Occurred | None = None,
    findings: Iterable[Finding] = (),
    command: str = "",
) -> TakenOver:
    """Open a live case where a paper case stands, with what happened before.

    Args:
        chronology: the paper case, and `text`, its file, which becomes a note of the case.
        people: names in the directory, by the keys of the paper case; the employee is needed.
        standing: the state of each strand that is not at its beginning.
        reported: when the school was told; taken from the paper case if it has the day.
        findings: of the review of the paper case, for what each step broke.

    Raises:
        BadInput: the employee or the day of the report is not known, or a key is not in the paper case.
        UnknownPerson: the directory does not know somebody. FieldInvalid: there is no such strand or state.
    """
    unknown = sorted(people.keys() - chronology.people.keys())
    if unknown:
        raise BadInput(
            f"Nobody in the paper case has the key {unknown[0]!a}.",
            remedy=f"Its people: {', '.join(chronology.people) or 'none'}.",
        )
    if chronology.employee.is_ not in people:
        raise BadInput(
            "It is not said who the employee is.",
            remedy="Name them in the file (`employee: {is: KEY}`), and in the directory: --person KEY=NAME.",
        )
    policy = workspace.policy(school.policy)
    parts = parts_of(chronology, policy)
    found = [(find_person(workspace, school, name), parts.get(key, [])) for key, name in people.items()]
    keys = {key: find_person(workspace, school, name).id for key, name in people.items()}
    told = past_steps(chronology, policy, findings)

    def past(
        case: Case, parties: Mapping[str, str], recorder: Mapping[str, str], context: Context
    ) -> list[Decision]:
        return [
            past_step(
                case,
                policy,
                step=item.step,
                number=item.number,
                occurred=item.occurred,
                taken_by=[parties[keys[key]] for key in item.by],
                broke=sorted({finding.rule for finding in item.breaches}),
                findings=[
                    {"rule": finding.rule, "says": finding.says, "remedy": finding.remedy}
                    for finding in item.breaches
                ],
                recorder=recorder,
                context=context,
            )
            for item in told
            if _known(item, keys)
        ]

    opened = open_case(
        workspace,
        school,
        reported=reported or _reported(chronology),
        summary=chronology.summary or chronology.title,
        people=found,
        standing=standing,
        note=f"Written down from paper:\n\n{text}",
        past=past,
        command=command,
    )
    entered = tuple(item for item in told if _known(item, keys))
    return TakenOver(opened, entered, tuple(item for item in told if not _known(item, keys)))


def _known(item: PastStep, keys: Mapping[str, str]) -> bool:
    return bool(item.by) and set(item.by) <= keys.keys()


def parts_of(chronology: Chronology, policy: Policy) -> dict[str, list[str]]:
    """Return the part that each person of a paper case had, by key, as far as the policy has such parts."""
    parts: dict[str, list[str]] = {}

    def give(key: str, role: str) -> None:
        about = policy.roles.get(role)
        held = any(role in roles for roles in parts.values())
        if about is not None and not (about.single and held) and role not in parts.setdefault(key, []):
            parts[key].append(role)

    if chronology.employee.is_:
        give(chronology.employee.is_, "employee")
    for key, person in chronology.people.items():
        if person.standing in _STANDINGS:
            give(key, _STANDINGS[person.standing])
    for kind, first, others in _PARTS:
        for step in chronology.steps:
            if isinstance(step, kind) and step.happened == "yes":
                for at, key in enumerate(step.by):
                    give(key, others if at else first)
    return parts


def _reported(chronology: Chronology) -> Occurred:
    days = (
        span(step.when) for step in chronology.steps if isinstance(step, Report) and step.happened == "yes"
    )
    exact = next((day[0] for day in days if day is not None and day[0] == day[1]), None)
    if exact is None:
        raise BadInput("It is not known on which day the school was told.", remedy="Give --reported DATE.")
    return parse_occurred(exact.isoformat())
