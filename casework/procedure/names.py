"""The names that a policy defines, and what is said about one that it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, Literal

from casework.base.words import did_you_mean
from casework.procedure.model import Condition, Policy, StepField
from casework.procedure.problem import Problem
from casework.procedure.requirements import Days

_LISTED: Final = 12
"""How many known names are listed at most."""

Kind = Literal[
    "role",
    "power",
    "letter",
    "rule",
    "setting",
    "sanction",
    "checklist",
    "clock",
    "step",
    "strand",
    "state",
    "field",
    "question",
    "register",
    "clause",
    "route",
    "matter",
    "contact",
]
"""What a name can be the name of."""


class Names:
    """Looks names up and reports those that lead nowhere."""

    def __init__(self, policy: Policy, letter_ids: frozenset[str]) -> None:
        self.policy = policy
        self._known: dict[Kind, Collection[str]] = {
            "role": policy.roles,
            "power": policy.powers,
            "letter": letter_ids,
            "rule": policy.rules,
            "setting": policy.settings,
            "sanction": policy.sanctions,
            "checklist": policy.checklists,
            "clock": policy.deadlines,
            "step": policy.steps,
            "strand": policy.strands,
        }

    def each(
        self, kind: Kind, wanted: Iterable[str | None], where: str, known: Collection[str] | None = None
    ) -> Iterator[Problem]:
        """A problem for each name that is not known; None is no name. `known` replaces the policy's own names."""
        there = self._known[kind] if known is None else known
        for name in wanted:
            if name is not None and name not in there:
                yield unknown(kind, name, there, where)

    def days(self, number: Days | None, where: str) -> Iterator[Problem]:
        """A number of days that is no number must be the name of an integer setting."""
        if isinstance(number, str):
            setting = self.policy.settings.get(number)
            if setting is None:
                numbers = [name for name, one in self.policy.settings.items() if one.type == "integer"]
                remedy = _close(number, numbers) or "Write a number, or the name of a whole-number setting."
                yield Problem(
                    "unknown-setting", f"{number} is neither a number nor a setting.", where, remedy
                )
            elif setting.type != "integer":
                message = f"The setting {number} is no whole number, so it cannot be a number of days."
                yield Problem("wrong-type", message, where, "Name an integer setting.")

    def condition(
        self, when: Condition | None, fields: Mapping[str, StepField], where: str
    ) -> Iterator[Problem]:
        """A condition tests a field of the same step, or a setting, for values that it can have."""
        if when is None:
            return
        if when.field is not None or when.earlier is not None:
            yield from self._answered(when, fields, f"{where}.when")
            return
        possible: set[bool | int | str] | None = {True, False}
        if when.setting is not None:
            yield from self.each("setting", [when.setting], f"{where}.when")
            setting = self.policy.settings.get(when.setting)
            if setting is None or setting.type != "boolean":
                possible = set(setting.options) if setting and setting.type == "enum" else None
        yield from possible_values(when.is_, possible, f"{where}.when")

    def _answered(self, when: Condition, fields: Mapping[str, StepField], where: str) -> Iterator[Problem]:
        """A condition on an answer: the field is there, in this step or in any, and can be answered so."""
        steps = [fields] if when.field else [step.fields for _, step in self.policy.steps.values()]
        name = when.field or when.earlier or ""
        yield from self.each("field", [name], where, {key for there in steps for key in there})
        asked = [there[name] for there in steps if name in there]
        if when.question is None:
            lists = [self.values(field) for field in asked]
            possible = None if None in lists or not lists else {item for one in lists for item in one or ()}
            yield from possible_values(when.is_, possible, where)
            return
        questions = {
            key: question
            for field in asked
            if field.checklist in self.policy.checklists
            for key, question in self.policy.checklists[field.checklist].questions.items()
        }
        if asked and not questions:
            message = f"The field {name} is no checklist, so it has no question."
            yield Problem("wrong-type", message, where, "Leave `question` out.")
        elif asked:
            yield from self.each("question", [when.question], where, questions)
            if when.question in questions:
                yield from possible_values(when.is_, set(questions[when.question].answers), where)

    def values(self, field: StepField) -> set[bool | int | str] | None:
        """Every value that a field can have; None where there is no list of them."""
        if field.type == "boolean":
            return {True, False}
        if field.type == "checklist":
            checklist = self.policy.checklists.get(field.checklist or "")
            return None if checklist is None else {a for q in checklist.questions.values() for a in q.answers}
        if field.type == "sanction" and not field.options:
            return set(self.policy.sanctions)
        return set(field.options) if field.type in ("enum", "sanction") else None


def possible_values(
    wanted: Iterable[bool | int | str], possible: set[bool | int | str] | None, where: str
) -> Iterator[Problem]:
    """A problem for each wanted value that can never occur; None admits every value."""
    typed = {(type(value), _shown(value)) for value in possible or ()}
    for value in wanted if possible is not None else ():
        if (type(value), _shown(value)) not in typed:
            remedy = f"There are: {', '.join(sorted(name for _, name in typed))}."
            yield Problem(
                "impossible-value", f"The value {_shown(value)} is not possible here.", where, remedy
            )


def _shown(value: bool | int | str) -> str:
    """A value as policy files write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def unknown(kind: Kind, name: str, known: Collection[str], where: str) -> Problem:
    """The problem of a name that leads nowhere, with the name that was probably meant."""
    listed = sorted(known)[:_LISTED]
    more = f" and {len(known) - len(listed)} more" if len(known) > len(listed) else ""
    hint = _close(name, known) or f"There are: {', '.join(listed) or 'none'}{more}."
    return Problem(f"unknown-{kind}", f"There is no {kind} {name}.", where, hint)


def _close(name: str, known: Collection[str]) -> str:
    """Asks for the name that was probably meant: misspelt, or begun with the same words; empty if there is none."""
    begun = sorted(other for other in known if other.startswith(f"{name}_") or name.startswith(f"{other}_"))
    near, far = (get_close_matches(name, sorted(known), n=1, cutoff=cutoff) for cutoff in (0.8, 0.62))
    close = near or begun or far
    return did_you_mean(close[:1])
