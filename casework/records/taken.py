"""Steps: who took them on what basis, what was answered, what was waived, and what was breached and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.records.answers import answers
from casework.records.entry import Breached, Taken, Waived
from casework.records.input import RecordedEvent
from casework.records.review import Assessed, cure
from casework.records.standing import Standing
from casework.records.told import Told, said
from casework.records.words import BASES, Words, readable

Facts = Mapping[str, Any]


def told_step(
    words: Words, event: RecordedEvent, facts: Facts, assessed: Assessed, standing: Standing
) -> Told:
    """Return what a step says.

    Args:
        words: of the case.
        event: the step's event, whose facts are `facts`.
        facts: as they were recorded.
        assessed: the step assessed again, for the sentences of what was waived or breached.
        standing: what later corrections say.
    """
    body = event.body or {}
    strand, step = facts["strand"], facts["step"]
    before, after = words.state(strand, facts["from"]), words.state(strand, facts["to"])
    moved = f"stays at “{after}”" if before == after else f"moves from “{before}” to “{after}”"
    taken, irregular = facts["taken_by"], facts["kind"] == "step_irregular"
    return Told(
        title=words.step_title(step),
        says=f"{words.strand(strand)} {moved}.{_compared(facts)}",
        strand=words.strand(strand),
        taken_by=Taken(
            words.who(taken["party"]),
            words.role(taken["role"]) if taken["role"] else "No role in the case",
            BASES.get(taken["basis"], readable(taken["basis"])),
            str(body.get("authority", "")),
        ),
        fields=answers(words, step, facts, None if event.body is None else body.get("texts", {})),
        words=said("Why it was recorded although not in order", body, "reason"),
        irregular=irregular,
        waived=_waived(words, facts, body, assessed),
        breached=tuple(
            breach(words, step, requirement, assessed, standing.mended_by(event.n, requirement))
            for requirement in facts.get("breached", ())
        ),
    )


def _compared(facts: Facts) -> str:
    """That comparable decisions were shown first (ACAS-4b); empty if nothing says so."""
    shown = facts.get("relied", {}).get("compared")
    if shown is None:
        return ""
    number = shown["shown"]
    decisions = "one comparable decision was" if number == 1 else f"{number} comparable decisions were"
    return f" Before it, {decisions if number else 'no comparable decision was on record to be'} shown."


def _waived(words: Words, facts: Facts, body: Facts, assessed: Assessed) -> tuple[Waived, ...]:
    found = []
    for item in facts.get("waived", ()):
        requirement = item["requirement"]
        why = body.get("waivers", {}).get(requirement, {})
        strength, says, cites = _about(words, facts["step"], requirement, assessed)
        found.append(
            Waived(
                requirement,
                words.requirement(facts["step"], requirement),
                strength,
                says,
                words.cites(cites),
                words.who(item["by"]),
                words.role(item["role"]),
                str(why.get("reason", "")),
                str(why.get("advice", "")),
            )
        )
    return tuple(found)


def breach(words: Words, step: str, requirement: str, assessed: Assessed, mended_by: int | None) -> Breached:
    """Return a requirement that was not met, in the sentence of the assessment that found it."""
    strength, says, cites = _about(words, step, requirement, assessed)
    found = assessed.of(requirement)
    if found is not None and not found.unmet and requirement == "occurred":
        # What a correction adds by itself: the step's own assessment looks at earlier steps only.
        found, says = None, "A later step is dated before it."
    elif found is None or not found.unmet:
        found, says = None, f"It was recorded as not met. {says}".strip()
    return Breached(
        requirement,
        words.requirement(step, requirement),
        strength,
        says,
        words.cites(cites),
        cure(found) if found else "",
        mended_by,
    )


def _about(words: Words, step: str, requirement: str, assessed: Assessed) -> tuple[str, str, tuple[str, ...]]:
    """A requirement's strength, sentence and citations: as assessed, else as the policy has them."""
    found = assessed.of(requirement)
    if found is not None:
        return found.strength, found.says, found.cites
    known = words.step(step)
    asked = next((item for item in known.requires if item.id == requirement), None) if known else None
    return (asked.strength, asked.because, asked.cites) if asked else ("must", "", ())
