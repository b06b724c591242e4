"""The expressions of a letter's template: which facts are printed, and which conditions are asked.

The language is kept so small that a check of it is exact. Conditions test declared enum and boolean
fields, with `==`, `!=`, `in`, `not`, `and`, `or`; facts are printed through known filters; nothing is
computed or called.
"""

from __future__ import annotations

from typing import Final

from jinja2 import nodes

from casework.correspondence.conditions import UNKNOWN, AllOf, Condition, Fixed, IsOneOf, Not, any_of
from casework.correspondence.names import Known, Names
from casework.correspondence.walked import Scope, Walked, What
from casework.correspondence.words import FILTERS

PRINT_FACTS: Final = "Print facts through the filters that there are; a template does not compute."
_TEST_FIELDS: Final = "A condition tests an enum or boolean field that the letter declares."
_LOOP: Final = ("loop.first", "loop.last", "loop.index", "loop.length")
_TAKES_LIST: Final = ("joined", "length", "listed")


class Expressions:
    """Reads the expressions of one letter's template and notes in `walked` what they use.

    Args:
        names: what the template's names stand for.
        walked: where facts that are read, and findings, are noted.
    """

    def __init__(self, names: Names, walked: Walked) -> None:
        self._names = names
        self._walked = walked

    def path(self, node: nodes.Node, scope: Scope) -> str | None:
        """Return the dotted path of the fact that `node` names, or None if it is no such name."""
        if isinstance(node, nodes.Name):
            meaning = scope.names.get(node.name, node.name)
            return meaning if isinstance(meaning, str) else None
        if isinstance(node, nodes.Getattr):
            base = self.path(node.node, scope)
            return f"{base}.{node.attr}" if base else None
        return None

    def printed(self, node: nodes.Node, scope: Scope) -> None:
        """Note what an expression that is printed reads."""
        if isinstance(node, nodes.TemplateData):
            self._walked.note("text", node.data, scope, node.lineno)
        elif isinstance(node, nodes.Filter):
            self._filtered(node, scope)
        elif isinstance(node, nodes.Concat):
            for part in node.nodes:
                self.printed(part, scope)
        elif path := self.path(node, scope):
            if path not in _LOOP:
                self._read(path, node, scope, want="leaf")
        elif not self._constant(node, scope):
            self._walked.wrong(scope.file, node.lineno, "This is not a fact to print.", PRINT_FACTS)

    def condition(self, node: nodes.Node, scope: Scope) -> Condition:
        """Return the condition of an `if`, and note what it reads."""
        if isinstance(node, nodes.Not):
            return Not(self.condition(node.node, scope))
        if isinstance(node, nodes.And | nodes.Or):
            sides = (self.condition(node.left, scope), self.condition(node.right, scope))
            return AllOf(sides) if isinstance(node, nodes.And) else any_of(sides)
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            return self._compared(node, node.ops[0], scope)
        path = self.path(node, scope)
        if path in _LOOP:
            return UNKNOWN
        if path is None:
            return self._refused("This is not a condition on a field.", node, scope)
        known = self._read(path, node, scope, want="any", kind="asked")
        if known is None:
            return UNKNOWN
        if not known.asked or known.values not in ((), (True, False)):
            return self._refused(f"{path} is no field to ask about.", node, scope)
        return IsOneOf(known.choice, frozenset({True})) if known.choice else UNKNOWN

    def _compared(self, node: nodes.Compare, operand: nodes.Operand, scope: Scope) -> Condition:
        """Return the condition of a comparison with fixed values."""
        values = _fixed(operand.expr)
        if isinstance(node.expr, nodes.Filter):
            return self._counted(node.expr, values, scope)
        if values is None or operand.op not in ("eq", "ne", "in", "notin"):
            return self._refused("This is not a comparison with fixed values.", node, scope)
        contrary = operand.op in ("ne", "notin")
        constant = scope.names.get(node.expr.name) if isinstance(node.expr, nodes.Name) else None
        if isinstance(constant, nodes.Const):
            return Fixed((constant.value in values) != contrary)
        path = self.path(node.expr, scope)
        known = self._read(path, node, scope, want="leaf", kind="asked") if path else None
        if path and known is None:
            return UNKNOWN
        if known is None or not known.values:
            return self._refused("This compares something that is no field.", node, scope)
        for value in values:
            if value not in known.values:
                remedy = f"It is one of {', '.join(str(value) for value in known.values)}."
                self._walked.wrong(scope.file, node.lineno, f"{path} is never {value!r}.", remedy)
        found: Condition = IsOneOf(known.choice, frozenset(values)) if known.choice else UNKNOWN
        return Not(found) if contrary else found

    def _counted(
        self, counted: nodes.Filter, values: tuple[bool | str, ...] | None, scope: Scope
    ) -> Condition:
        """Allow to ask how many there are of a list: for "it" or "them", never for a required passage."""
        if counted.name != "length" or values is None:
            return self._refused("This is not a count of a list.", counted, scope)
        self._filtered(counted, scope)
        return UNKNOWN

    def _refused(self, reason: str, node: nodes.Node, scope: Scope) -> Condition:
        """Note what is wrong with a condition, of which nothing is known then."""
        self._walked.wrong(scope.file, node.lineno, reason, _TEST_FIELDS)
        return UNKNOWN

    def _filtered(self, node: nodes.Filter, scope: Scope) -> None:
        """Note what a filter is applied to."""
        if node.name not in FILTERS:
            remedy = f"There are: {', '.join(sorted(FILTERS))}."
            self._walked.wrong(scope.file, node.lineno, f"There is no filter {node.name}.", remedy)
        for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self.printed(argument, scope)
        path = self.path(node.node, scope) if node.node else None
        if path and node.name in _TAKES_LIST:
            self._read(path, node, scope, want="list")
        elif node.node:
            self.printed(node.node, scope)
        self._walked.note("filter", node.name, scope, node.lineno)

    def _read(
        self, path: str, node: nodes.Node, scope: Scope, want: str, kind: What = "read"
    ) -> Known | None:
        """Note that a fact is read; return what is known of it; None, with a finding, if it is none."""
        known = self._names.known(path)
        if known is None or (want != "any" and known.kind != want):
            reason = (
                f"There is no fact {path}." if known is None else f"{path} is a {known.kind}, not a {want}."
            )
            self._walked.wrong(scope.file, node.lineno, reason, "Declare the field, or correct the name.")
            return None
        self._walked.note(kind, path, scope, node.lineno)
        return known

    def _constant(self, node: nodes.Node, scope: Scope) -> bool:
        """Say whether `node` is a constant, or a name given to one; its words are noted as text."""
        found = scope.names.get(node.name) if isinstance(node, nodes.Name) else node
        if not isinstance(found, nodes.Const):
            return False
        self._walked.note("text", str(found.value), scope, node.lineno)
        return True


def _fixed(node: nodes.Node) -> tuple[bool | str, ...] | None:
    """Return the fixed values that a comparison compares with, or None if they are not fixed."""
    if isinstance(node, nodes.Const):
        return (node.value,)
    if isinstance(node, nodes.Tuple | nodes.List) and all(
        isinstance(item, nodes.Const) for item in node.items
    ):
        return tuple(item.value for item in node.items if isinstance(item, nodes.Const))
    return None
