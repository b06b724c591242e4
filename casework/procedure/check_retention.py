"""What the retention rules name exists, every answer that chooses a class has one, and each period is a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casework.procedure.names import Names
from casework.procedure.problem import Problem

_FILE: Final = "retention.yaml: retention"


def check_retention(names: Names) -> Iterator[Problem]:
    """Every reference of the retention rules that leads nowhere, and every answer for which there is no class."""
    rules, policy = names.policy.retention, names.policy
    if rules is None:
        return
    fields = [
        (f"{step_id}.{name}", name, field)
        for step_id, (_, step) in policy.steps.items()
        for name, field in step.fields.items()
    ]
    known = {name for _, name, _ in fields}
    yield from names.each("field", [rules.field], f"{_FILE}.field", known)
    for name, one in rules.classes.items():
        where = f"{_FILE}.classes.{name}"
        yield from names.days(one.months, f"{where}.months")
        yield from names.each("sanction", [one.sanction], f"{where}.sanction")
        yield from names.each("rule", one.cites, f"{where}.cites")
    for at, also in enumerate(rules.also):
        yield from names.each("field", [also.field], f"{_FILE}.also[{at}].field", known)
        yield from names.each("field", [also.class_], f"{_FILE}.also[{at}].class", rules.classes)
    for register, class_ in rules.registers.items():
        yield from names.each("register", [register], f"{_FILE}.registers", policy.registers)
        yield from names.each("field", [class_], f"{_FILE}.registers.{register}", rules.classes)
    for at, leaves in enumerate(rules.leaves_personnel_file):
        yield from names.each("field", [leaves.field], f"{_FILE}.leaves_personnel_file[{at}].field", known)
    yield from names.days(rules.claim.months, f"{_FILE}.claim.months")
    yield from names.days(rules.claim.weeks, f"{_FILE}.claim.weeks")
    yield from names.days(rules.facts_months, f"{_FILE}.facts_months")
    yield from names.each("rule", [*rules.claim.cites, *rules.facts_cites, *rules.leaves_cites], _FILE)
    for place, name, field in fields:
        for option in field.options if name == rules.field else ():
            if option not in rules.classes:
                message = f"{place} can be answered {option}, and there is no retention class of that name."
                yield Problem("no-retention-class", message, f"{_FILE}.classes", "Add the class.")
