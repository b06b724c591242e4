"""What triage names exists (tasks, routes, steps, registers, letters, rules, clauses), and its answers can be given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from casework.procedure.model import Policy
from casework.procedure.names import Names, possible_values
from casework.procedure.problem import Problem
from casework.procedure.triage import Effect, Triage, TriageQuestion

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
