"""A refusal in words: everything that is missing at once, the rule behind it, the way out, and the corrected command.

Of a step that the case has not come to, or has left behind, that is said and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.cli.corrected import Corrected, correct
from casework.cli.remedies import first_commands
from casework.cli.shell import one_line
from casework.cli.standing import option_of, typed_step
from casework.cli.tables import day, pairs, paragraph, wrapped
from casework.procedure.sentences import who_may

if TYPE_CHECKING:
    from casework.cases.request import Assessment, StepRefused
    from casework.cli.step_line import StepLine
    from casework.procedure.model import Policy
    from casework.services.loading import LoadedCase


def explain(loaded: LoadedCase, refused: StepRefused, line: StepLine) -> None:
    """Add the explanation to a refusal: as notes for people, as details for programs."""
    if refused.out_of_place:
        _explain_place(loaded, refused, line)
        return
    first = first_commands(loaded, refused, line)
    corrected = correct(loaded, refused, line, first=bool(first))
    listed = refused.missing if len(refused.missing) > 1 else ()
    if listed:
        refused.add_note(f"\n{_missing(listed, line)}")
    told = [*((item,) for item in refused.missing if not listed), *refused.causes]
    for number, items in enumerate(told, start=2 if listed else 1):
        refused.add_note(f"\n{_cause(number, items, loaded.policy)}")
    cited = dict.fromkeys(rule for items in told for item in items for rule in item.cites)
    if cited:
        refused.add_note(f"\nThe rules\n{_rules(loaded.policy, list(cited))}")
    if first:
        refused.add_note("\nFirst:\n" + "\n".join(f"  {command}" for command in first))
    refused.details["first"] = first
    if corrected is not None:
        refused.add_note(
            f"\n{_lead(loaded, refused, line, bool(first))}\n{corrected.line.lines()}{_beside(corrected)}"
        )
        refused.details["corrected"] = corrected.line.text()
    if refused.earliest is not None:
        refused.details["earliest"] = refused.earliest.isoformat()


def _explain_place(loaded: LoadedCase, refused: StepRefused, line: StepLine) -> None:
    """Where the case stands, and where to look for what can be done now."""
    for item in refused.unmet:
        refused.add_note(wrapped(f"{item.says}\n{item.remedy}"))
    first = one_line(line.session.typed("case", "next", loaded.case.reference))
    refused.add_note(f"What can be done now: {first}")
    refused.details["first"] = [first]


def _beside(corrected: Corrected) -> str:
    """What has to be known beside the corrected command."""
    notes = []
    if corrected.to_add:
        notes.append(f"Add to it: {'; '.join(corrected.to_add)}.")
    if corrected.if_true:
        notes.append(f"Only if it is true: {', '.join(corrected.if_true)}.")
    return "".join(f"\n{wrapped(note)}" for note in notes)


def _missing(items: Sequence[Assessment], line: StepLine) -> str:
    """The answers that are missing, as one list, with the rules that ask for each."""
    rows = [
        (item.remedy.removeprefix("Give ").removesuffix("."), _asked(item)) for item in items if item.remedy
    ]
    why = one_line(line.session.typed("policy", "explain", typed_step(line.step_id)))
    rules = f"\n   What these rules say: {why}" if any(item.cites for item in items) else ""
    return f"1. Answers are missing:\n{pairs(rows, indent=3)}{rules}"


def _asked(item: Assessment) -> str:
    """What a missing answer answers, with the rules that ask for it."""
    label = item.says.removesuffix(".").removesuffix(": missing").removesuffix(" is missing")
    return f"{label} [{', '.join(item.cites)}]" if item.cites else label


def _cause(number: int, items: Sequence[Assessment], policy: Policy) -> str:
    """One thing that is not in order, and everything that depends on it."""
    first = items[0]
    if len(items) == 1:
        return _item(number, first, policy)
    whys = dict.fromkeys(item.says.removeprefix(item.cause).strip() for item in items)
    lines = [
        paragraph(first.cause, indent=3, first=f"{number}. "),
        *(paragraph(why, indent=5, first="   - ") for why in whys if why),
        *filter(None, (_details(item, policy) for item in items[:-1] if item.waivable_by or item.earliest)),
    ]
    cites = tuple(dict.fromkeys(rule for item in items for rule in item.cites))
    return "\n".join([*lines, _details(items[-1]._replace(cites=cites), policy)])


def _item(number: int, item: Assessment, policy: Policy) -> str:
    """One thing that is not in order."""
    details = _details(item, policy)
    return "\n".join(part for part in (paragraph(item.says, indent=3, first=f"{number}. "), details) if part)


def _details(item: Assessment, policy: Policy) -> str:
    """The rules of one requirement, what to do, from when it can be, and who may waive it."""
    waive = (
        f"The {who_may(policy, item.waivable_by)}, with a reason:"
        f" --waive {item.requirement} --waived-by NAME --because WORDS{_needed(item)}"
        if item.waivable_by
        else ""
    )
    earliest = (
        f"{day(item.earliest)}. {item.working.sentence() if item.working else ''}" if item.earliest else ""
    )
    return pairs(
        [
            ("Rules" if len(item.cites) > 1 else "Rule", ", ".join(item.cites)),
            ("What to do", item.remedy),
            ("Earliest", earliest.strip()),
            ("May be waived by", waive),
        ],
        indent=3,
    )


def _needed(item: Assessment) -> str:
    """The options that a waiver needs beside its reason."""
    return "".join(f" {option_of(name)} WORDS" for name in item.waiver_needs)


def _rules(policy: Policy, cited: list[str]) -> str:
    """Each rule once: what it says in the policy's own words, and where it stands."""
    known = [(rule_id, policy.rules[rule_id]) for rule_id in cited if rule_id in policy.rules]
    lines = pairs(
        [
            (rule_id, f"{rule.title} ({rule.source}){'' if rule.confirmed else ' *'}")
            for rule_id, rule in known
        ],
        indent=3,
    )
    unconfirmed = any(not rule.confirmed for _, rule in known)
    return f"{lines}\n   * not yet confirmed in its present edition" if unconfirmed else lines


def _lead(loaded: LoadedCase, refused: StepRefused, line: StepLine, first: bool) -> str:
    """What stands before the corrected command: when it can be used."""
    step = loaded.policy.steps[line.step_id][1]
    occurrence = {name for name, field in step.fields.items() if field.occurrence}
    if refused.earliest is not None and occurrence & set(refused.fix):
        return f"To be recorded when it has happened, on {day(refused.earliest)} or later:"
    return "Then:" if first else "Corrected:"
