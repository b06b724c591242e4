"""What triage names exists (tasks, routes, steps, registers, letters, rules, clauses), and its answers can be given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from casework.procedure.model import Policy, StepField
from casework.procedure.names import Names, possible_values
from casework.procedure.problem import Problem
from casework.procedure.registers import RegisterField
from casework.procedure.triage import Effect, Matter, Triage, TriageQuestion

_FILE: Final = "triage.yaml: triage"
_SAYS: Final = ("none", "some", "pattern")


def check_triage(names: Names, clauses: Collection[str]) -> Iterator[Problem]:
    """Every reference of the triage questions that leads nowhere.

    Args:
        names: of the policy.
        clauses: the codes of the conduct policies that cases may charge from; with none, clauses are not looked up.
    """
    triage = names.policy.triage
    if triage is None:
        return
    for number, count in Counter(question.number for question in triage.questions.values()).items():
        if count > 1:
            message = f"The number {number} stands here {count} times."
            yield Problem("number-twice", message, f"{_FILE}.questions", "Give each question its own.")
    yield from _routes(names, triage)
    for name, task in triage.tasks.items():
        yield from names.each(
            "register", [task.register_], f"{_FILE}.tasks.{name}.register", names.policy.registers
        )
        yield from _cites(names, task.cites, clauses, f"{_FILE}.tasks.{name}.cites")
    for name, matter in triage.opens.items():
        yield from _opens(names, matter, f"{_FILE}.opens.{name}")
    for name, question in triage.questions.items():
        where = f"{_FILE}.questions.{name}"
        yield from _cites(names, question.cites, clauses, f"{where}.cites")
        yield from _fills(names.policy, triage, question, where)
        for at, known in enumerate(question.known):
            here = f"{where}.known[{at}]"
            yield from names.each("register", [known.register_], here, names.policy.registers)
            yield from _cites(names, known.clauses, clauses, here)
        for at, effect in enumerate(question.effects):
            yield from _effect(names, triage, effect, clauses, f"{where}.effects[{at}]")


def check_card(names: Names) -> Iterator[Problem]:
    """Whom the card tells people to ring is on it, and what it cites exists."""
    card = names.policy.card
    if card is None:
        return
    lines = [("yes", card.yes), ("unsure", card.unsure)]
    lines += [(f"do_now[{at}]", line) for at, line in enumerate(card.do_now)]
    lines += [(f"do_not[{at}]", line) for at, line in enumerate(card.do_not)]
    for name, line in lines:
        yield from names.each("contact", line.ring, f"card.yaml: card.{name}.ring", card.contacts)
        yield from names.each("rule", line.cites, f"card.yaml: card.{name}.cites")


def _routes(names: Names, triage: Triage) -> Iterator[Problem]:
    for letter, band in triage.bands.items():
        yield from names.each("route", [band.route or None], f"{_FILE}.bands.{letter}.route", triage.routes)
        yield from names.each("rule", band.cites, f"{_FILE}.bands.{letter}.cites")
    for name, route in triage.routes.items():
        yield from names.each("step", [route.step], f"{_FILE}.routes.{name}.step")


_FITS: Final[Mapping[str, tuple[str, ...]]] = {
    "reported": ("date", "datetime"),
    "answered": ("date", "datetime"),
    "reason": ("text",),
    "employee": ("person", "party"),
}
"""The types of field that each source can fill."""


def _opens(names: Names, matter: Matter, where: str) -> Iterator[Problem]:
    """The step or register of a matter exists, what is filled fits, and the step asks for nothing that is not known."""
    yield from names.each("step", [matter.step], f"{where}.step")
    yield from names.each("register", [matter.register_], f"{where}.register", names.policy.registers)
    step = names.policy.steps.get(matter.step or "")
    register = names.policy.registers.get(matter.register_ or "")
    if step is None and register is None:
        return
    fields: Mapping[str, StepField | RegisterField] = step[1].fields if step else {}
    fields = register.fields if register else fields
    for field, source in matter.fills.items():
        if field not in fields:
            yield Problem(
                "unknown-field", f"There is no field {field} to fill.", f"{where}.fills", "Name one."
            )
        elif fields[field].type not in _FITS[source]:
            message = f"{field} is of type {fields[field].type}, which {source} cannot fill."
            yield Problem("wrong-source", message, f"{where}.fills.{field}", "Name another source or field.")
    if step is not None:
        lacks = [
            name for name, item in step[1].fields.items() if not item.optional and name not in matter.fills
        ]
        if lacks:
            message = f"Triage takes {matter.step}, but does not know its {', '.join(lacks)}."
            yield Problem(
                "step-not-known", message, f"{where}.step", "Fill them, or open it with a step of its own."
            )


def _effect(
    names: Names, triage: Triage, effect: Effect, clauses: Collection[str], where: str
) -> Iterator[Problem]:
    yield from _cites(names, effect.cites, clauses, f"{where}.cites")
    yield from names.each("letter", effect.letters, f"{where}.letters")
    parts: list[tuple[str, Collection[str], Mapping[str, object]]] = [
        ("task", effect.tasks, triage.tasks),
        ("tag", effect.tags, triage.tags),
        ("matter", effect.opens, triage.opens),
        ("handler", [effect.handled_by] if effect.handled_by else [], triage.handlers),
    ]
    for kind, wanted, known in parts:
        for name in wanted:
            if name not in known:
                message, remedy = (
                    f"There is no {kind} {name}.",
                    f"There are: {', '.join(sorted(known)) or 'none'}.",
                )
                yield Problem(f"unknown-{kind}", message, where, remedy)
    for name, wanted in effect.with_.items():
        here = f"{where}.with.{name}"
        if name in triage.questions:
            yield from possible_values(wanted, set(triage.questions[name].answers), here)
        elif name in names.policy.registers:
            yield from possible_values(wanted, set(_SAYS), here)
        else:
            message = f"{name} is neither a question nor a register."
            yield Problem("unknown-question", message, where, "Name one of them.")


def _fills(policy: Policy, triage: Triage, question: TriageQuestion, where: str) -> Iterator[Problem]:
    """What an answer fills is a field, with such an answer, of a step to which triage leads."""
    steps = [policy.steps[route.step][1] for route in triage.routes.values() if route.step in policy.steps]
    for part, filled in (("fills", question.fills), ("reason_fills", question.reason_fills)):
        field, _, entry = (filled or "").partition(".")
        found = [step.fields[field] for step in steps if field in step.fields]
        if filled is not None and not found:
            message = f"No step to which triage leads has a field {field}."
            yield Problem("unknown-field", message, f"{where}.{part}", "Name a field of such a step.")
        for item in found:
            checklist = policy.checklists.get(item.checklist or "")
            if entry and (checklist is None or entry not in checklist.questions):
                message = f"The field {field} has no question {entry}."
                yield Problem("unknown-field", message, f"{where}.{part}", "Name one that it has.")
            elif part == "fills" and (checklist is not None or item.options):
                answers = question.takes.values() if question.takes else question.answers
                possible = (
                    checklist.questions[entry].answers if checklist is not None else tuple(item.options)
                )
                yield from possible_values(answers, set(possible), f"{where}.{part}")


def _cites(names: Names, wanted: Collection[str], clauses: Collection[str], where: str) -> Iterator[Problem]:
    """A citation is a rule or, where the conduct policies are known, one of their clauses."""
    if clauses:
        yield from names.each("rule", wanted, where, {*names.policy.rules, *clauses})
