"""The commands that come before a refused step can be taken: the letter to serve, the person to name, the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.cli.shell import one_line
from casework.cli.standing import typed_step

if TYPE_CHECKING:
    from casework.cases.request import Assessment, StepRefused
    from casework.cli.step_line import StepLine
    from casework.services.loading import LoadedCase


def first_commands(loaded: LoadedCase, refused: StepRefused, line: StepLine) -> list[str]:
    """Return the commands that put right what this step's own answers cannot, each once, in order."""
    step = loaded.policy.steps[line.step_id][1]
    rules: dict[str, Any] = {requirement.id: requirement.rule for requirement in step.requires}
    assigned = {field.assigns for field in step.fields.values()}
    found = []
    for item in refused.unmet:
        words = _words(item, rules.get(item.requirement), loaded, assigned, step.by)
        if words:
            found.append(one_line(line.session.typed(*words)))
    return list(dict.fromkeys(found))


def _words(
    item: Assessment, rule: Any, loaded: LoadedCase, assigned: set[str | None], by: tuple[str, ...]
) -> list[str]:
    reference = loaded.case.reference
    if item.requirement == "taken_by":
        nobody = not any(loaded.case.holders(role) for role in by)
        return ["case", "assign", reference, "NAME", "--role", by[0]] if nobody else []
    if item.kind in ("letter_issued", "letter_served", "notice") and item.earliest is None:
        return _letter(rule.letter, loaded)
    if item.kind == "evidence_recorded":
        return ["evidence", "add", reference, "TITLE", "--type", "screenshot", "--file", "FILE"]
    if item.kind == "evidence_disclosed":
        return ["evidence", "disclose", reference]
    if item.kind == "allegations_specified":
        return [
            "case",
            "allege",
            reference,
            "WORDS",
            "--clause",
            "CODE",
            "--band",
            "S2",
            "--from",
            "YYYY-MM-DD",
        ]
    if item.kind == "party_assigned" and not assigned & set(rule.roles):
        return ["case", "assign", reference, "NAME", "--role", rule.roles[0]]
    if item.kind == "step_taken":
        return ["case", "step", reference, typed_step(rule.steps[0])]
    if item.kind in ("strand_state", "state"):
        return ["case", "next", reference]
    return []


def _letter(template: str, loaded: LoadedCase) -> list[str]:
    """Serve the letter if it has been issued, else issue it."""
    issued = loaded.case.letters_of(template)
    reference = loaded.case.reference
    if not issued:
        return ["letter", "issue", reference, template]
    if issued[-1].earliest_service:
        return []
    number = list(loaded.case.letters).index(issued[-1].id) + 1
    return ["letter", "serve", reference, str(number), "--method", "hand", "--on", "YYYY-MM-DD"]
