"""The templates of letters: Jinja2, held tight.

- Sandboxed, and more: a template reaches facts by name and nothing else; no attribute of any Python
  object, no call, no built-in function, and only the filters of `casework.correspondence.words`.
- Strict: a fact that is not there is an error that names it, never a blank.
- Everything printed is escaped; the one filter that makes markup, `paragraphs`, escapes what it is given.
- `{% satisfies "acas:10", "acas:9a/outcome" %} … {% endsatisfies %}` marks a passage that the law or the
  rules for letters require. It prints its content and nothing else; `casework.correspondence.check` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import BaseLoader, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casework.correspondence.errors import MissingFact
from casework.correspondence.language import Language
from casework.correspondence.words import filters
from casework.rendering.markup import PASSAGE

MARK: Final = "satisfies"
"""The tag's name, and the name under which the ids of a passage stand in the parsed template."""


class Satisfies(Extension):
    """The tag `satisfies`: a passage and the ids of what it fulfils.

    In the parsed template it is a `with` block that sets the name `satisfies` to the ids, so that whoever walks the
    template finds it. In the page it leaves two comments around its content, `casework.rendering.markup.PASSAGE`,
    which show nothing; a draft that comes back is held against them.
    """

    tags = {MARK}  # noqa: RUF012 - the base class declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse one passage."""
        line = next(parser.stream).lineno
        ids = [parser.stream.expect("string").value]
        while parser.stream.skip_if("comma"):
            ids.append(parser.stream.expect("string").value)
        body = parser.parse_statements(("name:endsatisfies",), drop_needle=True)
        marked = [_comment(f"{PASSAGE} {' '.join(ids)}", line), *body, _comment(f"/{PASSAGE}", line)]
        return nodes.With([nodes.Name(MARK, "param")], [nodes.Const(tuple(ids))], marked, lineno=line)


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """The world of a letter's template: the facts it is given, and the counters of its loops."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._parsed: dict[str, tuple[str, nodes.Template]] = {}

    def parsed(self, text: str, name: str) -> nodes.Template:
        """Return the template of this name as parsed, once for each text; it is only read, by whoever walks it.

        Raises:
            TemplateSyntaxError: it is none.
        """
        known = self._parsed.get(name)
        if known is None or known[0] != text:
            known = self._parsed[name] = text, self.parse(text, name)
        return known[1]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the fact of this name; a name that is not there is undefined, whatever Python says of it."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return as `getattr` does."""
        return (
            self.getattr(obj, argument)
            if isinstance(argument, str)
            else self.undefined(obj=obj, name=argument)
        )


def environment(language: Language, loader: BaseLoader) -> LetterEnvironment:
    """Return the templates of `loader`, in a language."""
    made = LetterEnvironment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_never_blank,
        extensions=[Satisfies],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters.update(filters(language))
    return made


def _comment(words: str, line: int) -> nodes.Node:
    return nodes.Output([nodes.TemplateData(f"<!--{words}-->")], lineno=line)


def _never_blank(value: Any) -> Any:
    """Refuse to print nothing where a fact should stand."""
    if value is None or value == "":
        raise MissingFact("A fact of this letter is empty.", remedy="Give the fact, or change the template.")
    return value
