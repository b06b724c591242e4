"""The second person: who approves a letter before it is issued, and which letters the policy wants approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from casework.base.time import Occurred
from casework.cases.acts import not_in_future
from casework.cases.fields import FieldInvalid, clean
from casework.cases.letter_parts import LetterNotReady, find_letter, require_open
from casework.cases.model import Case
from casework.cases.request import Context, Decision
from casework.procedure.model import Policy

APPROVAL_SETTING: Final = "letter_approval"
"""The setting that says which letters a second person approves: `none`, `decisions`, `all`."""

_DECIDING: Final = (
    "decision",
    "accepted_without_hearing",
    "appeal_decision",
    "suspension",
    "suspension_lifted",
)


def needs_approval(policy: Policy, template: str) -> bool:
    """Say whether the policy wants a second person to approve a letter before it is issued.

    `decisions` are the letters in which a decision takes effect: sanctions, appeals, suspension and its end.
    """
    setting = policy.settings.get(APPROVAL_SETTING)
    if setting is None or setting.value == "none":
        return False
    if setting.value == "all":
        return True
    deciding = {
        letter for _, step in policy.steps.values() if step.act in _DECIDING for letter in step.letters
    }
    return template in deciding | {sanction.letter for sanction in policy.sanctions.values()}


def approve_letter(
    case: Case,
    *,
    letter: str,
    approved_by: Mapping[str, str],
    evidence: str,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record that a second person approves a proposed letter as it stands.

    Args:
        approved_by: party and role of who approves it.
        evidence: what shows the approval, where whoever records it is somebody else.

    Raises: UnknownItem, LetterNotReady when it was issued, withdrawn or approved before; FieldInvalid when it is
        approved by whoever wrote it, or by whom it goes to.
    """
    item = find_letter(case, letter)
    require_open(item)
    if item.approved is not None:
        raise LetterNotReady("This letter has been approved as it stands.", remedy="Issue it.")
    if approved_by["party"] == item.written_by:
        raise FieldInvalid("Whoever wrote a letter does not approve it: that takes a second person.")
    if approved_by["party"] == item.recipient:
        raise FieldInvalid("Whoever a letter goes to does not approve it.")
    said = clean("What shows the approval", evidence)
    if approved_by["party"] != recorder["party"] and not said:
        raise FieldInvalid("Say what shows the approval, such as an e-mail and its date.")
    facts: dict[str, Any] = {
        "kind": "letter_approved",
        "letter": letter,
        "version": item.version,
        "approved_by": dict(approved_by),
        "calendar": context.calendar_digest,
        "occurred": not_in_future(occurred, context, "The approval").to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {"evidence": said} if said else {})
