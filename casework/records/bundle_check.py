"""`casework verify BUNDLE`: the one-file verifier, and then what it leaves out: was each step lawful when it was taken?

No database, account or network is needed: the bundle holds the policy, the calendars, and what the school's own stream
says of its settings and delegations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from casework.base.canonical import parse_canonical, sha256_hex
from casework.base.errors import MALFORMED, BadInput, CaseworkError
from casework.cases.dated import DATED, dated_truths, unfounded
from casework.cases.followed import in_force
from casework.cases.legality import unlawful_steps
from casework.cases.replay import Recorded
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy
from casework.procedure.resolve import from_resolved
from casework.records import bundle_verifier
from casework.records.bundle_verifier import MEANING as MEANING
from casework.records.bundle_verifier import Event, Report

LAWFUL: Final = "whole and lawful"
UNLAWFUL: Final = "unlawful"


class BundleRefused(BadInput):
    """What was given is no bundle, or one that would do harm."""

    code = "bundle-refused"


@dataclass(frozen=True, slots=True)
class Wrong:
    """An event of the case that does not follow from the policy: its number, and what is wrong."""

    event: int
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: by the verifier, and of the steps.

    `judged` is false where the steps could not be judged: the bundle is not whole, or facts are missing.
    """

    report: Report
    judged: bool
    steps: int
    unlawful: tuple[Wrong, ...]

    @property
    def verdict(self) -> str:
        """`whole and lawful`, `unlawful`, `whole` (not judged), or what the verifier says."""
        if self.unlawful:
            return UNLAWFUL
        return LAWFUL if self.judged and self.report.verdict == "whole" else self.report.verdict

    @property
    def found(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.report.findings or self.unlawful)


def check_bundle(path: Path, *, key_fingerprint: str = "", witnesses: Sequence[str] = ()) -> Checked:
    """Verify a bundle, and judge its steps by the policy that it holds.

    Args:
        path: the .zip or the folder.
        key_fingerprint: of the school's key, or its verifier key, known from elsewhere than the bundle.
        witnesses: checkpoints that were kept elsewhere.

    Raises:
        BundleRefused: it cannot be read, and why.
    """
    try:
        report = bundle_verifier.verify(path, key_fingerprint, tuple(witnesses))
        history = _history(report)
        if report.findings or not history:
            return Checked(report, False, 0, ())
        documents = _documents(path, report)
    except bundle_verifier.Unreadable as problem:
        raise BundleRefused(str(problem), remedy="Ask for the bundle again, and check its name.") from None
    wrong = sorted(_wrong(report, history, documents), key=lambda item: item.event)
    steps = sum(event.facts["kind"] in ("step_taken", "step_irregular") for event in history)
    return Checked(report, True, steps, tuple(wrong))


def _history(report: Report) -> list[Recorded]:
    """The facts of the case, or nothing if any are missing."""
    events = report.case_events()
    if any(event.facts is None or not isinstance(event.facts.get("kind"), str) for event in events):
        return []
    return [Recorded(event.n, event.recorded, event.facts or {}) for event in events]


def _documents(path: Path, report: Report) -> tuple[dict[str, Policy], dict[str, Calendar]]:
    """The policies and calendars of a bundle, each under the digest that its bytes have."""
    files = bundle_verifier.Files(path)
    policies: dict[str, Policy] = {}
    calendars: dict[str, Calendar] = {}
    for item in report.index.get("files") or ():
        if "digest" not in item:
            continue
        data = files.read(item["path"])
        # What cannot be read is missing, and each step that rests on it says so.
        with suppress(CaseworkError, *MALFORMED):
            if "/policy-" in item["path"]:
                policies[sha256_hex(data)] = from_resolved(data)
            elif "/calendar-" in item["path"]:
                calendars[sha256_hex(data)] = Calendar.from_data(parse_canonical(data))
    return policies, calendars


def _wrong(
    report: Report, history: Sequence[Recorded], documents: tuple[dict[str, Policy], dict[str, Calendar]]
) -> Iterator[Wrong]:
    policies, calendars = documents
    for item in unlawful_steps(history, policies, calendars):
        yield Wrong(item.n, item.says)
    own = [event for event in report.events if event.stream != report.index["stream"] and event.facts]
    for recorded, event in zip(history, report.case_events(), strict=True):
        policy = policies.get(recorded.facts.get("policy", in_force(history, recorded.n)))
        before = [held.facts for held in own if held.pos < event.pos]
        says = _not_founded(recorded.facts, policy, before) or _not_adopted(recorded.facts, own, event)
        if says:
            yield Wrong(recorded.n, says)


def _not_founded(facts: Mapping[str, Any], policy: Policy | None, own: Sequence[Any]) -> str:
    """Why an event does not rest on what the school's own stream said before it; empty if it does."""
    dated = [held for held in own if held.get("kind") in DATED]
    if policy is None or not (dated or "relied" in facts):
        return ""
    try:
        return unfounded(facts, policy, dated_truths(dated))
    except MALFORMED:  # which the judgment of the event itself names
        return ""


def _not_adopted(facts: Mapping[str, Any], own: Sequence[Event], event: Event) -> str:
    """Why a case could not begin under, or move to, a policy: the school had not adopted it; empty if it had."""
    wanted = {"case_opened": "policy", "policy_moved": "to"}.get(str(facts.get("kind")))
    adopted = [
        (held.facts or {}).get("policy")
        for held in own
        if held.pos < event.pos and (held.facts or {}).get("kind") == "policy_adopted"
    ]
    if wanted is None or facts.get(wanted) in adopted:
        return ""
    return "The school had not adopted the policy that the case follows here."
