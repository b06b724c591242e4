"""`casework policy explain`: what a step needs and why, and what stands behind each thing that a message cites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.policy_choice import chosen, chosen_policy, policy_option
from casework.cli.session import Session
from casework.cli.standing import typed_step
from casework.cli.tables import pairs, paragraph

if TYPE_CHECKING:
    from casework.procedure.model import Catalogue, Clause, Policy


@click.command(
    short_help="Say what a step needs and why, or what a rule or clause says.",
    epilog=example(
        "casework policy explain hold-hearing",
        "casework policy explain ACAS-11",
        "casework policy explain SMP-4.1b",
    ),
)
@click.argument("what")
@policy_option
@as_json
@pass_session
def explain(session: Session, what: str, named: str | None, as_json: bool) -> None:
    """Say what step WHAT is, who takes it, what it asks for and what must hold.

    WHAT can also be a rule, a clause or a register: whatever a message cites.

    A clause is one of a breach catalogue, such as SMP-4.1b: those that come with casework, or the one that --policy
    names.
    """
    from casework.procedure.explain import explain as explained
    from casework.procedure.model import Catalogue

    found = chosen(session, named) if named else None
    policy = chosen_policy(session, None) if found is None or isinstance(found, Catalogue) else found
    catalogues = [found] if isinstance(found, Catalogue) else _shipped()
    data, text = _cited(policy, catalogues, what)
    if not data:
        step_id = what.replace("-", "_")
        codes = [code for catalogue in catalogues for code in catalogue.by_code]
        lines = explained(policy, step_id, also=codes)
        data, text = {"step": step_id, "explanation": lines}, "\n".join(map(_wrapped, lines))
    answer(as_json, data, text)


def _shipped() -> list[Catalogue]:
    from casework.procedure.load import load_catalogue, shipped_catalogues

    return [load_catalogue(path) for path in shipped_catalogues().values()]


def _cited(policy: Policy, catalogues: Sequence[Catalogue], what: str) -> tuple[dict[str, Any], str]:
    """What a message can cite beside steps: a rule, a clause of a catalogue, a register; empty if there is none."""
    wanted = what.casefold()
    for rule_id in policy.rules:
        if rule_id.casefold() == wanted:
            return _rule(policy, rule_id)
    for catalogue in catalogues:
        for clause in catalogue.clauses:
            if clause.code.casefold() == wanted:
                return _clause(policy, catalogue, clause)
    for name, register in policy.registers.items():
        if register.number.casefold() == wanted:
            text = pairs(
                [
                    (register.number, register.title),
                    ("What it is", register.plain),
                    ("To see it", f"casework register list {name}"),
                ]
            )
            return {"register": name, "number": register.number, "title": register.title}, text
    return {}, ""


def _clause(policy: Policy, catalogue: Catalogue, clause: Clause) -> tuple[dict[str, Any], str]:
    """A clause of the school's own policy, and what follows from it."""
    registers = {register.number: register.title for register in policy.registers.values()}
    implies = [
        f"{item}: {registers[item] if item in registers else policy.rules[item].title}"
        if item in registers or item in policy.rules
        else item
        for item in clause.implies
    ]
    text = pairs(
        [
            (clause.code, clause.says),
            ("Clause", f"{clause.number} of the {catalogue.policy_name}"),
            ("Kind", clause.type),
            ("Can be alleged", "yes" if clause.chargeable else "no"),
            ("How serious", "-".join(dict.fromkeys((*clause.bands[:1], *clause.bands[-1:])))),
            ("Looks like", clause.looks_like),
            ("Evidence", clause.evidence),
            ("Ask", clause.asks),
            *(("Look at", item) for item in implies),
        ]
    )
    return {"clause": clause.code, "catalogue": catalogue.label, **clause.model_dump(mode="json")}, text


def _rule(policy: Policy, rule_id: str) -> tuple[dict[str, Any], str]:
    """A rule of law or practice, and everything in the procedure that rests on it."""
    from casework.procedure.explain import cited_by

    rule, cited = policy.rules[rule_id], cited_by(policy, rule_id)
    unconfirmed = "" if rule.confirmed else f" (not yet confirmed in its present edition: {rule.status})"
    steps = [typed_step(name) for name in cited.steps]
    others = {name: names for name, names in cited._asdict().items() if name != "steps"}
    text = pairs(
        [
            (rule_id, rule.title),
            ("Source", f"{rule.source}{unconfirmed}"),
            ("Strength", rule.strength),
            ("Cited by", ", ".join(steps) or "no step"),
            *((name.capitalize(), ", ".join(names)) for name, names in others.items() if names),
        ]
    )
    return {"rule": rule_id, **rule.model_dump(), "cited_by": steps, **others}, text


def _wrapped(line: str) -> str:
    """A line of an explanation, what is too long of it under its own beginning."""
    text = line.lstrip(" -")
    return (
        paragraph(text, indent=len(line) - len(text), first=line[: len(line) - len(text)]) if text else line
    )
