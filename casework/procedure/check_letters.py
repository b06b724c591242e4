"""The letters of a policy: each passes its own check, tells of steps of this policy, and finds its facts there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from casework.procedure.check_paths import possible_sanctions
from casework.procedure.graph import ways
from casework.procedure.letters import KnownLetter
from casework.procedure.model import Policy, Step
from casework.procedure.problem import Problem, in_step
from casework.procedure.requirements import (
    AllegationsNotified,
    GrossMisconductNotified,
    LetterIssued,
    LetterServed,
    Notice,
)

_NAMING_A_LETTER = (AllegationsNotified, GrossMisconductNotified, LetterIssued, LetterServed, Notice)

_OF_EVERY_STEP: Final = ("occurred", "taken_by")
"""What a letter can ask of a step beside its fields."""


def check_letters(policy: Policy, letters: Mapping[str, KnownLetter]) -> Iterator[Problem]:
    """Every property of this module, for each letter that the policy names and that there is."""
    for name, where in _named(policy).items():
        if name in letters:
            yield from _fits(policy, letters[name], where)
    for step_id, (_, step) in policy.steps.items():
        yield from _sanction_letter(policy, step_id, step)
        yield from _can_come_before(policy, step_id, step, letters)


def _named(policy: Policy) -> dict[str, str]:
    """Every letter that the policy names, with the first place that does."""
    found: dict[str, str] = {}
    for name, sanction in policy.sanctions.items():
        if sanction.letter:
            found.setdefault(sanction.letter, f"sanctions.yaml: sanctions.{name}.letter")
    for step_id, (_, step) in policy.steps.items():
        for letter in step.letters:
            found.setdefault(letter, in_step(policy, step_id, "letters"))
        for item in step.requires:
            if isinstance(item.rule, _NAMING_A_LETTER):
                found.setdefault(item.rule.letter, in_step(policy, step_id, f"requires.{item.id}"))
    for name, deadline in policy.deadlines.items():
        triggers = [
            t.partition(":")[2]
            for t in (*deadline.starts, *deadline.stops)
            if t.startswith("letter") and ":" in t
        ]
        for letter in (*([deadline.letter] if deadline.letter else []), *triggers):
            found.setdefault(letter, f"deadlines.yaml: deadlines.{name}")
    return found


def _fits(policy: Policy, letter: KnownLetter, where: str) -> Iterator[Problem]:
    for fault in letter.faults:
        yield Problem(
            "letter-fails",
            f"The letter {letter.id} does not pass its check: {fault}",
            where,
            "Mend the letter.",
        )
    if not letter.tells_of:
        return
    if not any(step_id in policy.steps for step_id in letter.tells_of):
        yield Problem(
            "letter-of-no-step",
            f"The letter {letter.id} tells of {' or '.join(letter.tells_of)}, which is no step of this policy.",
            where,
            "Name a step of the policy under `steps` in its letter.yaml.",
        )
        return
    for label, sources in letter.sources:
        if _needed(policy, letter, label) and not any(_there(policy, source) for source in sources):
            yield Problem(
                "letter-lacks-fact",
                f"The letter {letter.id} looks for “{label}” in {' or '.join(sources)}, which the policy lacks.",
                where,
                "Name a source that there is, or `asked`, in its letter.yaml.",
            )


def _needed(policy: Policy, letter: KnownLetter, label: str) -> bool:
    """Whether a school with this policy can need a fact: the setting that decides can have one of those values."""
    if label not in letter.only_for:
        return True
    name, values = letter.only_for[label]
    setting = policy.settings.get(name)
    return setting is None or not setting.options or not values.isdisjoint(setting.options)


def _there(policy: Policy, source: str) -> bool:
    """Whether a policy can have the fact of that name; what is not of the policy is there."""
    kind, *names = source.split(".")
    match kind, names:
        case "step", [step_id, part]:
            fields = policy.steps[step_id][1].fields if step_id in policy.steps else None
            return fields is not None and (part in fields or part in _OF_EVERY_STEP)
        case "party", [role, *_]:
            return role in policy.roles
        case "clock", [clock, *_]:
            return clock in policy.deadlines
        case "setting", [setting, *_]:
            return setting in policy.settings
    return True


def _sanction_letter(policy: Policy, step_id: str, step: Step) -> Iterator[Problem]:
    """A step that gives a sanction offers the letter in which the sanction is given."""
    if step.imposes is None or step.act == "appeal_decision":
        return
    for name in possible_sanctions(policy, step):
        letter = policy.sanctions[name].letter
        if letter and letter not in step.letters:
            yield Problem(
                "sanction-without-letter",
                f"The sanction {name} is given by the letter {letter}, which this step does not offer.",
                in_step(policy, step_id, "letters"),
                f"Add {letter} to its `letters`.",
            )


def _can_come_before(
    policy: Policy, step_id: str, step: Step, letters: Mapping[str, KnownLetter]
) -> Iterator[Problem]:
    """A letter that must be there before a step can be issued before it: it tells of something that comes earlier."""
    for item in step.requires:
        rule = item.rule
        if not isinstance(rule, LetterIssued | LetterServed | Notice) or rule.letter not in letters:
            continue
        wanted = [one for one in letters.values() if one.id == rule.letter or rule.letter in one.covers]
        told = {name for letter in wanted for name in letter.tells_of if name in policy.steps}
        if told and not any(_before(policy, name, step_id) for name in told):
            yield Problem(
                "letter-comes-too-late",
                f"The letter {rule.letter} has to be there first, but it tells of {' or '.join(sorted(told))}, which "
                "cannot come before.",
                in_step(policy, step_id, f"requires.{item.id}"),
                "Let the letter tell of an earlier step, or ask for another letter.",
            )


def _before(policy: Policy, earlier: str, later: str) -> bool:
    """Whether one step can come before another; in different strands it always can."""
    (strand, first), (other, second) = policy.steps[earlier], policy.steps[later]
    if strand != other or earlier == later:
        return strand != other or bool(set(second.from_) & {first.to or state for state in first.from_})
    reached = ways(policy.strands[strand])
    return any(
        set(second.from_) & ways(policy.strands[strand], first.to or state).keys()
        for state in first.from_
        if state in reached
    )
