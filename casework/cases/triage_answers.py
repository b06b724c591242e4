"""What a case has answered at triage, and which questions of a step those answers settle. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from casework.cases.model import Case, TriageAnswer
from casework.cases.triage import triage_of
from casework.procedure.model import Policy
from casework.procedure.triage import Triage, TriageQuestion


def answers_of(case: Case, policy: Policy) -> dict[str, str]:
    """Return every answer that stands in a case: those given at triage, else those that a step of triage took.

    The steps ask some of the same questions (`fills`), so a case that was triaged by a step alone has answers too.
    """
    triage = triage_of(policy)
    found = {}
    for name, question in triage.questions.items():
        if name in case.triage:
            found[name] = case.triage[name].answer
        elif question.fills is not None:
            answer = _from_step(case, policy, triage, question)
            if answer is not None:
                found[name] = answer
    decided = case.last_step(*(item.step for item in triage.routes.values() if item.step))
    if decided is not None and triage.decision not in found:
        found[triage.decision] = next(
            name for name, item in triage.routes.items() if item.step == decided.step
        )
    return {name: found[name] for name in triage.questions if name in found}


def _from_step(case: Case, policy: Policy, triage: Triage, question: TriageQuestion) -> str | None:
    field_name, _, entry = (question.fills or "").partition(".")
    record = case.last_step(*(item.step for item in triage.routes.values() if item.step))
    value = record.values.get(field_name) if record is not None else None
    answer = value.get(entry) if isinstance(value, Mapping) else value
    back = {taken: own for own, taken in question.takes.items()}
    said = back.get(str(answer), str(answer))
    return said if answer is not None and said in question.answers else None


def fills(case: Case, policy: Policy, step: str) -> dict[str, dict[str, TriageAnswer] | TriageAnswer]:
    """Return which fields of a step triage has answered: the answer, or one for each question of a checklist."""
    triage, fields = triage_of(policy), policy.steps[step][1].fields
    found: dict[str, dict[str, TriageAnswer] | TriageAnswer] = {}
    for name, question in triage.questions.items():
        given = case.triage.get(name)
        field_name, _, entry = (question.fills or "").partition(".")
        if (
            given is None
            or field_name not in fields
            or (question.takes and given.answer not in question.takes)
        ):
            continue
        if entry:
            checklist = found.setdefault(field_name, {})
            if isinstance(checklist, dict):
                checklist[entry] = given
        else:
            found[field_name] = given
    return found
