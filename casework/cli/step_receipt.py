"""What is printed when a step was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.output import answer, say
from casework.cli.receipts import tell
from casework.cli.tables import listed, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.cases.request import Assessment
    from casework.cli.session import Session
    from casework.cli.step_line import StepLine
    from casework.services.loading import LoadedCase
    from casework.services.steps import StepResult


def tell_step(
    session: Session, loaded: LoadedCase, result: StepResult, line: StepLine, *, as_json: bool
) -> None:
    """Print the receipt of a step; of an irregular one also what did not hold and what can still be put right."""
    breached = [item for item in result.assessments if item.unmet]
    waived = [item for item in result.assessments if item.status == "waived"]
    parts = []
    if breached:
        parts.append("On record as irregular. This did not hold:")
        parts += [paragraph(item.says, indent=4, first="  - ") for item in breached]
        cures = _cures(loaded, result, breached)
        if cures:
            parts += [
                "What can still be put right:",
                *(paragraph(text, indent=4, first="  - ") for text in cures),
            ]
    if waived:
        parts.append("Waived, with the reason on record:")
        parts += [paragraph(f"{item.requirement}: {item.says}", indent=4, first="  - ") for item in waived]
    parts += _to_do(loaded, result)
    if result.receipt is None:
        say("Nothing was recorded.")
        answer(as_json, {"dry_run": True, "step": result.step_id}, "\n".join(parts))
        return
    tell(
        session,
        loaded,
        result.receipt,
        f"Irregular: {result.step.title}" if breached else result.step.title,
        as_json=as_json,
        more="\n".join(parts),
        step=result.step_id,
        irregular=line.verb == "record",
        assessments=[
            item.as_json() for item in result.assessments if item.status not in ("met", "not_reached")
        ],
    )


def _cures(loaded: LoadedCase, result: StepResult, breached: Sequence[Assessment]) -> list[str]:
    """What can still be put right: what only its answers lack, by a correction of what was just recorded."""
    lacking = [item for item in breached if item.kind == "field" and item.status == "not_shown"]
    cures = [item.remedy for item in breached if item.remedy and item not in lacking]
    if lacking:
        event = loaded.case.steps[-1].n if result.receipt is not None else "EVENT"
        typed = f"casework case correct {loaded.case.reference} {event} --set FIELD=VALUE --reason WORDS"
        names = listed([item.requirement.removeprefix("field:") for item in lacking])
        cures.append(f"Add what is missing ({names}), if it is known: {typed}")
    return list(dict.fromkeys(cures))


def _to_do(loaded: LoadedCase, result: StepResult) -> list[str]:
    """What the answers ask for, after a step that decides about a report; nothing if triage said so before."""
    triage = loaded.policy.triage
    steps = {item.step for item in triage.routes.values()} if triage is not None else set()
    if triage is None or result.step_id not in steps or loaded.case.triage or result.receipt is None:
        return []
    from casework.cli.triage_view import tasks_text
    from casework.services.triage import routed_now

    asked = tasks_text(triage, routed_now(loaded))
    return ["To do, because of the answers", asked] if asked else []
