"""What a register names exists: settings, rules, clauses, other registers; and its sentences can be filled in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from casework.procedure.names import Names
from casework.procedure.problem import Problem
from casework.procedure.registers import Register

_ID: Final = re.compile(r"[a-z][a-z0-9-]*")
_HOLE: Final = re.compile(r"\{([^}]*)\}")
_HOLES: Final = frozenset(("person", "account", "day", "entries"))
"""What a register's sentences at triage may leave to be filled in."""


def check_registers(names: Names, clauses: Collection[str]) -> Iterator[Problem]:
    """Every reference of a register that leads nowhere.

    Args:
        names: of the policy.
        clauses: the codes of the conduct policies that cases may charge from; with none, clauses are not looked up.
    """
    registers = names.policy.registers
    for number, count in Counter(item.number for item in registers.values()).items():
        if count > 1:
            message = f"The number {number} stands here {count} times."
            yield Problem("number-twice", message, "registers.yaml: registers", "Give each register its own.")
    for name, register in registers.items():
        where = f"registers.yaml: registers.{name}"
        if not _ID.fullmatch(name):
            message = f"{name} is no name of a register."
            yield Problem("wrong-name", message, where, "Use small letters and hyphens.")
        yield from names.each("rule", register.cites, f"{where}.cites")
        if clauses:
            yield from names.each("clause", register.clauses, f"{where}.clauses", clauses)
        yield from _fields(names, where, register)
        yield from _uses(names, where, register, clauses)


def _fields(names: Names, where: str, register: Register) -> Iterator[Problem]:
    for name, field in register.fields.items():
        here = f"{where}.fields.{name}"
        yield from names.each("rule", field.cites, f"{here}.cites")
        yield from names.each("register", [field.of], f"{here}.of", names.policy.registers)


def _uses(names: Names, where: str, register: Register, clauses: Collection[str]) -> Iterator[Problem]:
    if register.clock is not None:
        yield from names.each("rule", register.clock.cites, f"{where}.clock.cites")
    for at, review in enumerate(register.reviews):
        if clauses:
            known = {*names.policy.rules, *clauses}
            yield from names.each("rule", review.cites, f"{where}.reviews[{at}].cites", known)
        for part in ("hours", "days", "months"):
            yield from names.days(getattr(review, part), f"{where}.reviews[{at}].{part}")
    if register.pattern is not None:
        yield from names.each("rule", register.pattern.cites, f"{where}.pattern.cites")
        yield from names.days(register.pattern.entries, f"{where}.pattern.entries")
        yield from names.days(register.pattern.months, f"{where}.pattern.months")
    if register.triage is not None:
        for part in ("none", "some"):
            for hole in _HOLE.findall(getattr(register.triage, part)):
                if hole not in _HOLES:
                    message = f"Nothing fills in {{{hole}}}."
                    remedy = f"There are: {', '.join(sorted(_HOLES))}."
                    yield Problem("unknown-hole", message, f"{where}.triage.{part}", remedy)
