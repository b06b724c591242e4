"""Writes docs/reference/fairness-review.md: every rule that is asked, and the whole vocabulary of paper cases.

`python scripts/review_reference.py` renews the page; a test compares it with the rules and the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from casework.base.resources import workflows_dir
from casework.cases.chronology import Allegation, Conflict, Employee, EvidenceItem, Organisation, Person
from casework.cases.chronology_steps import STEP_KINDS, Belief, Comparator, Meeting, Mitigation, StepBase
from casework.cases.chronology_values import Part
from casework.cases.review import CODES, Asks
from casework.cases.review_rules import NOT_ASKED, RULES
from casework.procedure.source import read_source

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference" / "fairness-review.md"
EXAMPLES = ROOT / "tests" / "unit" / "cases" / "review_rules.yaml"

BESIDES = {"SSR-20a": "to: local_authority, ", "EA02-141D": "to: tra, ", "SVGA-35": "to: dbs, "}
"""What else a step has to say for some rules to look at it."""

HEAD = """# The fairness review

What `casework case review` asks, and what a [paper case](../adviser/paper-cases.md) can say. Renew this page with
`python scripts/review_reference.py`.

A live case is reviewed with the requirements that decided its steps, asked again, and with the rules marked ● below,
which no step can require. A paper case is held against all of them.
"""

FACTS = """## What a paper case can say

Facts are `yes`, `no` or `unknown`, unless other values are named. *Excuse*: the fact explains what would be a breach
without it.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_codes(), *_rules(), *_shown(), *_not_asked(), FACTS, *_vocabulary()])


def _codes() -> Iterator[str]:
    yield "## Finding codes\n\n| code | finding | rules |\n| --- | --- | --- |"
    for code, title in CODES.items():
        rules = ", ".join(dict.fromkeys(rule.id for rule in RULES if rule.code == code))
        yield f"| `{code}` | {title} | {rules} |"
    yield ""


def _rules() -> Iterator[str]:
    known = read_source(Path(str(workflows_dir() / "rules.yaml")), "rules.yaml").value["rules"]
    yield "## Rules that are asked\n\n| rule | says | finding | if it is breached |\n| --- | --- | --- | --- |"
    for rule in sorted(RULES, key=lambda item: list(known).index(item.id)):
        mark = " ●" if rule.ledger else ""
        code = f"`{rule.code}`" if rule.code else ""
        yield f"| {rule.id}{mark} | {known[rule.id]['title']} | {code} | {rule.remedy} |"
    yield ""


def _shown() -> Iterator[str]:
    """What shows a breach of each rule: the facts that it asks, or the examples that its tests hold it to."""
    yield "## What shows a breach\n\nEach line is one way to say it in a paper case.\n"
    examples = read_source(EXAMPLES, EXAMPLES.name).value
    for rule in RULES:
        lines: list[str] = []
        if isinstance(rule, Asks):
            what = next(word for word, kind in STEP_KINDS.items() if kind is rule.kind)
            facts = [f"{name}: no" for name in rule.good] + [f"{name}: yes" for name in rule.bad]
            facts += ["happened: no"] if rule.denied == "breached" else []
            lines += [f"{{what: {what}, {BESIDES.get(rule.id, '')}{fact}}}" for fact in facts]
        else:
            for entry in examples:
                if (entry["rule"], entry.get("code", "")) == (rule.id, rule.code):
                    lines += [_flow(case) for case in entry.get("breached", ())]
        if lines:
            yield f"- {rule.id}{f', `{rule.code}`' if rule.code else ''}"
            yield from (f"  - `{line}`" for line in lines)
    yield ""


def _flow(value: Any) -> str:
    """A part of a paper case on one line, as YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    return str(value)


def _not_asked() -> Iterator[str]:
    yield "## Rules that are not asked\n\n| rule | why |\n| --- | --- |"
    yield from (f"| {rule} | {why} |" for rule, why in NOT_ASKED.items())
    yield ""


def _vocabulary() -> Iterator[str]:
    about: list[tuple[str, type[Part]]] = [
        ("`organisation`", Organisation),
        ("`employee`", Employee),
        ("`people`, by key", Person),
        ("`conflicts` of a person", Conflict),
        ("`allegations`, by key", Allegation),
        ("`evidence`, by key", EvidenceItem),
        ("Every step", StepBase),
        ("`hearing` and `appeal`", Meeting),
    ]
    about += [(f"Step `{what}`", kind) for what, kind in STEP_KINDS.items()]
    about += [
        ("`mitigation` of a decision", Mitigation),
        ("`comparators` of a decision", Comparator),
        ("`belief` of a decision", Belief),
    ]
    for title, model in about:
        yield f"### {title}\n\n{' '.join((model.__doc__ or '').split())}\n"
        own = [(name, info) for name, info in model.model_fields.items() if _own(model, name)]
        if own:
            yield "| fact | values | meaning |\n| --- | --- | --- |"
            yield from (
                f"| `{info.alias or name}` | {_values(info)} | {_meaning(info)} |" for name, info in own
            )
            yield ""


def _own(model: type[Part], name: str) -> bool:
    """Whether a fact is the model's own, and not one that every step or meeting has."""
    return name != "what" and all(
        name not in base.model_fields for base in (StepBase, Meeting) if base in model.__mro__[1:]
    )


def _values(info: FieldInfo) -> str:
    if set(get_args(info.annotation)) == {"yes", "no", "unknown"}:
        return ""
    options = [item for item in get_args(info.annotation) if isinstance(item, str)]
    options += [
        item for part in get_args(info.annotation) for item in get_args(part) if isinstance(item, str)
    ]
    if isinstance(info.annotation, type) and issubclass(info.annotation, Part):
        return "see below"
    if options:
        return ", ".join(f"`{item}`" for item in options if item != "unknown")
    return {str: "words", int: "number"}.get(
        info.annotation, "number" if "int" in str(info.annotation) else "list"
    )


def _meaning(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    excuse = " *Excuse.*" if isinstance(extra, dict) and extra.get("excuse") else ""
    return f"{info.description or ''}{excuse}".strip()


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
