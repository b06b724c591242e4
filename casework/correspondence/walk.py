"""Walks a letter's parsed template, through what it extends and includes, and notes what stands where.

What it notes is each required passage, each fact that is read and each run of fixed text, with the
conditions under which the reader gets to see it. From that the check proves that no passage can be
missing, and composing knows which facts this letter will print. Whatever it cannot follow exactly is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from casework.correspondence.catalogue import Letter
from casework.correspondence.conditions import IN_LOOP, UNKNOWN, Condition, Not
from casework.correspondence.expressions import PRINT_FACTS, Expressions
from casework.correspondence.names import Names
from casework.correspondence.template import MARK, LetterEnvironment
from casework.correspondence.walked import Scope, Walked

Texts = Callable[[str], str | None]
"""Returns the text of a template by its name, or None."""

_TAG: Final = re.compile(r"<[^>]*>")


def walk(letter: Letter, texts: Texts, environment: LetterEnvironment) -> Walked:
    """Walk the template of `letter` in this template language."""
    walked = Walked()
    _Walker(letter, texts, environment, walked).template(letter.template, Scope(letter.file), 0)
    return walked


class _Walker:
    """One walk through one letter."""

    def __init__(self, letter: Letter, texts: Texts, environment: LetterEnvironment, walked: Walked) -> None:
        self._names = Names(letter)
        self._expressions = Expressions(self._names, walked)
        self._texts = texts
        self._environment = environment
        self._walked = walked

    def template(self, name: str, scope: Scope, line: int) -> None:
        """Walk the template `name`, asked for by line `line` of where the scope is."""
        if name in scope.trail:
            return self._walked.wrong(scope.file, line, f"{name} includes itself.", "Break the circle.")
        text = self._texts(name)
        if text is None:
            return self._walked.wrong(
                scope.file, line, f"There is no {name}.", "Write it, or correct the name."
            )
        try:
            parsed = self._environment.parsed(text, name)
        except TemplateSyntaxError as error:
            return self._walked.wrong(name, error.lineno, f"{error.message}", "Correct the template.")
        inner = replace(scope, file=name, trail=(*scope.trail, name))
        parent = next((node for node in parsed.body if isinstance(node, nodes.Extends)), None)
        if parent is None:
            return self._statements(parsed.body, inner)
        own = {node.name: (node, name) for node in parsed.body if isinstance(node, nodes.Block)}
        return self._named(parent, replace(inner, blocks={**own, **inner.blocks}))

    def _statements(self, body: Sequence[nodes.Node], scope: Scope) -> None:
        """Walk statements one after another."""
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self._expressions.printed(part, scope)
            elif isinstance(node, nodes.If):
                self._if(node, scope)
            elif isinstance(node, nodes.For):
                self._for(node, scope)
            elif isinstance(node, nodes.With):
                self._with(node, scope)
            elif isinstance(node, nodes.Include):
                self._named(node, scope)
            elif isinstance(node, nodes.Block):
                block, file = scope.blocks.get(node.name, (node, scope.file))
                self._statements(block.body, replace(scope, file=file))
            else:
                what = type(node).__name__.lower()
                self._walked.wrong(scope.file, node.lineno, f"A letter has no use for “{what}”.", PRINT_FACTS)

    def _named(self, node: nodes.Include | nodes.Extends, scope: Scope) -> None:
        """Walk the template that `include` or `extends` names."""
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        plain = isinstance(node, nodes.Extends) or (node.with_context and not node.ignore_missing)
        if isinstance(name, str) and plain:
            self.template(name, scope, node.lineno)
        else:
            self._walked.wrong(
                scope.file, node.lineno, "This include is not plain.", 'Write {% include "name" %}.'
            )

    def _if(self, node: nodes.If, scope: Scope) -> None:
        """Walk the branches of an `if`, each under its condition and the contrary of those before it."""
        before: list[Condition] = []
        for branch in (node, *node.elif_):
            condition = self._expressions.condition(branch.test, scope.under(*before))
            self._statements(branch.body, scope.under(*before, condition))
            before.append(Not(condition))
        self._statements(node.else_, scope.under(*before))

    def _for(self, node: nodes.For, scope: Scope) -> None:
        """Walk a loop. What is inside may never be reached, so no passage in it counts."""
        path = self._expressions.path(node.iter, scope)
        known = self._names.known(path) if path else None
        if path is None or known is None or known.kind != "list" or node.test or node.recursive:
            self._walked.wrong(
                scope.file, node.lineno, "This is not a loop over a list of facts.", PRINT_FACTS
            )
            return
        self._walked.note("read", path, scope, node.lineno)
        name = node.target.name if isinstance(node.target, nodes.Name) else ""
        self._statements(node.body, replace(scope, names={**scope.names, name: f"{path}[]"}).under(IN_LOOP))
        self._statements(node.else_, scope.under(UNKNOWN))

    def _with(self, node: nodes.With, scope: Scope) -> None:
        """Walk a passage, or what is under names given to facts or constants."""
        names, inner = dict(scope.names), scope
        for target, value in zip(node.targets, node.values, strict=True):
            name = target.name if isinstance(target, nodes.Name) else ""
            if name == MARK and isinstance(value, nodes.Const) and isinstance(value.value, tuple):
                self._passage(value.value, node, scope)
                inner = scope.inside(value.value)
            elif isinstance(value, nodes.Const):
                names[name] = value
            elif path := self._expressions.path(value, scope):
                names[name] = path
            else:
                self._walked.wrong(
                    scope.file, node.lineno, f"{name} names no fact and no constant.", PRINT_FACTS
                )
        self._statements(node.body, replace(inner, names=names))

    def _passage(self, ids: Sequence[str], node: nodes.With, scope: Scope) -> None:
        """Note a passage under each of its ids."""
        for passage in ids:
            self._walked.note("passage", passage, scope, node.lineno)
        if not self._speaks(node.body, scope):
            reason = f"The passage {', '.join(ids)} may say nothing."
            self._walked.wrong(scope.file, node.lineno, reason, "Give it words that are always there.")

    def _speaks(self, body: Sequence[nodes.Node], scope: Scope) -> bool:
        """Say whether at least one word is certain to come of these statements."""
        return any(self._says(node, scope) for node in body)

    def _says(self, node: nodes.Node, scope: Scope) -> bool:
        """Say whether at least one word is certain to come of this statement."""
        if isinstance(node, nodes.Output):
            return any(
                not isinstance(part, nodes.TemplateData) or bool(_TAG.sub("", part.data).strip())
                for part in node.nodes
            )
        if isinstance(node, nodes.If):
            branches = [node.body, *(branch.body for branch in node.elif_), node.else_]
            return all(self._speaks(branch, scope) for branch in branches)
        if isinstance(node, nodes.For):
            known = self._names.known(self._expressions.path(node.iter, scope) or "")
            always = known is not None and known.minimum > 0
            return self._speaks(node.body, scope) and (always or self._speaks(node.else_, scope))
        return isinstance(node, nodes.Include) or self._speaks(getattr(node, "body", ()), scope)
