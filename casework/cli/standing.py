"""Where a case stands, what is due and what may be done next: the same words in every command, with no name in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.words import lower_first
from casework.base.words import when_due as when_due
from casework.cli.output import alarming
from casework.cli.tables import day, listed, pairs, paragraph

if TYPE_CHECKING:
    from casework.cases.possible import Possible
    from casework.cases.request import Assessment
    from casework.services.loading import LoadedCase


def states_json(loaded: LoadedCase) -> dict[str, Any]:
    """Return the state of every strand, by strand."""
    policy = loaded.policy
    return {
        strand: {"state": state, "title": policy.strands[strand].states[state].title}
        for strand, state in loaded.case.states.items()
    }


def states_text(loaded: LoadedCase) -> list[tuple[str, str]]:
    """Return each strand and its state in words: the main one always, another once it has been used."""
    policy = loaded.policy
    used = {record.strand for record in loaded.case.steps} | {policy.main_strand}
    rows = []
    for strand, state in loaded.case.states.items():
        if strand in used:
            found = policy.strands[strand].states[state]
            rows.append((policy.strands[strand].title, f"{found.title}. {found.plain}".strip()))
    return sorted(rows, key=lambda row: row[0] != policy.strands[policy.main_strand].title)


def announced(loaded: LoadedCase) -> str:
    """Return what everybody who reads the case has to know of its readers: that the glass was broken; else nothing."""
    broken = [item for item in loaded.case.readers.values() if item.basis == "break_glass"]
    return "\n".join(
        alarming(
            f"The glass was broken (event {item.n}): two people let somebody in"
            f"{f', until {day(item.until)}' if item.until else ''}. Who, and why: casework case readers"
            f" {loaded.case.reference}"
        )
        for item in broken
    )


def due_json(loaded: LoadedCase, today: date) -> list[dict[str, Any]]:
    """Return the clocks that run."""
    from casework.services.loading import running  # imported here: lists need no policy

    return [
        {
            "clock": clock.id,
            "title": loaded.policy.deadline_of(clock.id).title,
            "due": clock.due.isoformat(),
            "counted_from": clock.counted_from.isoformat(),
            "days_left": (clock.due - today).days,
            "act_by": list(loaded.policy.deadline_of(clock.id).act_by),
            "then": loaded.policy.deadline_of(clock.id).then,
        }
        for clock in running(loaded, today)
    ]


def due_text(loaded: LoadedCase, today: date) -> str:
    """Return what is due, by date; what is late says so, and blocks nothing."""
    from casework.procedure.sentences import who_may  # imported here: lists need no policy
    from casework.services.loading import running

    rows = []
    for clock in running(loaded, today):
        deadline = loaded.policy.deadline_of(clock.id)
        who = who_may(loaded.policy, deadline.act_by)
        rows.append((day(clock.due), f"{deadline.title} ({who}): {when_due(clock.due, today)}"))
    return pairs(rows, indent=2)


def typed_step(step_id: str) -> str:
    """Return a step as it is typed."""
    return step_id.replace("_", "-")


def option_of(field_name: str) -> str:
    """Return the option of a field: `--hearing-at` for `hearing_at`."""
    return f"--{field_name.replace('_', '-')}"


def next_json(possible: Sequence[Possible]) -> list[dict[str, Any]]:
    """Return the steps that start from here, ready or not."""
    return [
        {
            "step": item.step_id,
            "title": item.step.title,
            "strand": item.strand,
            "by": list(item.step.by),
            "recorders": list(item.step.recorders),
            "asks": list(item.asks),
            "ready": item.ready,
            "begins": item.begins,
            **({"not_yet": _not_yet(item.held_up_by)} if item.held_up_by else {}),
            "blocks": [block.as_json() for block in item.blocks],
            "open": [block.as_json() for block in item.open],
        }
        for item in possible
    ]


def _not_yet(first: Assessment) -> dict[str, str]:
    """Why the case cannot go on by a step yet, and what to do first."""
    return {"requirement": first.requirement, "because": first.says, "remedy": first.remedy}


def may_be_done(possible: Sequence[Possible]) -> str:
    """Return what may be done next, under its heading, and what would bring the case on but has to wait, and why."""
    ready = ready_text(possible)
    reasons: dict[str, list[str]] = {}
    for item in possible:
        if item.held_up_by:
            reasons.setdefault(_clause(item.held_up_by), []).append(typed_step(item.step_id))
    waiting = [
        paragraph(f"Not yet: {listed(steps)}, because {why}", indent=4, first="  ")
        for why, steps in reasons.items()
    ]
    return (
        "\n".join(part for part in ("May be done next", ready, *waiting) if part) if ready or waiting else ""
    )


def _clause(first: Assessment) -> str:
    """The one reason in short, and the remedy in brackets."""
    says = f"{lower_first(first.says.partition('. ')[0].rstrip('.'))}"
    return f"{says}. ({first.remedy.rstrip('.')}.)" if first.remedy else f"{says}."


def ready_text(possible: Sequence[Possible]) -> str:
    """Return the steps that are ready, as they are typed, with their titles; those that begin something in one line.

    What is done on request only, and what would begin nothing, is left to the whole list, `casework case next`.
    """
    ready = [item for item in possible if item.ready and not item.on_request]
    rows = [(typed_step(item.step_id), item.step.title) for item in ready if not item.begins]
    beginning = [typed_step(item.step_id) for item in ready if item.begins and item.step.to]
    return pairs([*rows, *([("if it arises", ", ".join(beginning))] if beginning else [])], indent=2)


def next_text(loaded: LoadedCase, possible: Sequence[Possible]) -> str:
    """Return every step that starts from here: by whom, what it asks for, and what is in its way."""
    if not possible:
        return "Nothing more can be done in this case: it has ended."
    parts = []
    for ready, heading in ((True, "May be done now:"), (False, "Not yet:")):
        chosen = [item for item in possible if item.ready is ready and not _arises(item)]
        if chosen:
            parts.append("\n\n".join([heading, *(_one(loaded, item) for item in chosen)]))
    beginning = [(typed_step(item.step_id), item.step.title) for item in possible if _arises(item)]
    if beginning:
        what = "If it arises (`casework case step` with --help says what each asks for):"
        parts.append(f"{what}\n\n{pairs(beginning, indent=2)}")
    return "\n\n".join(parts)


def _arises(item: Possible) -> bool:
    return item.begins or item.on_request


def _one(loaded: LoadedCase, item: Possible) -> str:
    from casework.procedure.sentences import who_may  # imported here: lists need no policy

    asks = " ".join(option_of(name) for name in item.asks)
    blocks = [f"{block.says} {block.remedy}".strip() for block in item.blocks]
    lines = pairs(
        [
            ("By", who_may(loaded.policy, item.step.by)),
            ("Asks for", asks),
            *((("In the way", text)) for text in blocks),
        ],
        indent=4,
    )
    return f"  {typed_step(item.step_id)}: {item.step.title}\n{lines}"
