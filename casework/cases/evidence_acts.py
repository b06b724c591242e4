"""The life of an item of evidence: added, revised, checked and locked, redacted, given to the employee or withheld.

Each function is pure and returns what to record. What came is never altered: a newer version, a correction and a
redacted copy each stand beside it. Facts hold kinds and dates; words, names and fingerprints are sealed in the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from casework.base.errors import Refused
from casework.base.time import Occurred
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.fields import FieldInvalid, clean
from casework.cases.model import Case, Evidence
from casework.cases.request import Context, Decision

EVIDENCE_TYPES = (
    *("screenshot", "document", "statement", "interview_notes", "report", "log", "image", "email", "other"),
)
"""Kinds of evidence."""

SPOKEN_TYPES = ("statement", "interview_notes")
"""Kinds that hold somebody's words, who checks them before they are locked (UKGDPR-5d)."""

POINTS = ("for", "against", "neutral")
"""Which way an item of evidence points: `for` the allegation, `against` it, or neither (CASE-3)."""

SUPPLIED = ("school", "employee", "other")
"""From which side an item comes: the school's own inquiry, the employee, or somebody else."""

BASES = ("public_task", "legal_obligation", "contract", "vital_interests")
"""Lawful bases (UKGDPR-6). Schools are public authorities: legitimate interests are no basis for their tasks."""

VISIBILITIES = ("public", "limited", "private", "school")
"""Who could see it where it was: anybody, some people, only those it was sent to, or it is the school's own."""

AUTHORSHIPS = ("own_words", "repost", "reaction", "tag", "forward", "generated", "hacked", "unknown")
"""Whose words a post holds (TQ-9): the person's own, somebody else's passed on, and so on."""

LIVE = ("live", "taken_down", "unknown")
"""Whether a post can still be seen."""

CHECKS = ("agreed", "corrected", "disputed", "no_answer")
"""What the person said of notes or a statement: they are right, right with corrections, not right; or nothing."""


class EvidenceLocked(Refused):
    """The item was checked and locked, so that no newer version takes its place."""

    code = "evidence-locked"


@dataclass(frozen=True, slots=True)
class Post:
    """What is known of a post on social media (TQ-8, TQ-9).

    Args:
        authorship: of `AUTHORSHIPS`.
        live: of `LIVE`, when it was captured.
        address: where it stood.
        account: whose account it was under.
        audience: who could see it, in words: how many followers, which group.
    """

    authorship: str = "unknown"
    live: str = "unknown"
    address: str = ""
    account: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an item comes from: the chain of custody up to its receipt (REG-7).

    Args:
        supplied: from which side, of `SUPPLIED`.
        supplier: who handed it over.
        captured: when it was captured or made; None if nobody said.
        captured_by: who captured or made it.
        method: how it was come by, and under which notice to staff (HRA-8).
        basis: lawful basis, of `BASES`; empty if it was not said.
        visibility: who could see it where it was, of `VISIBILITIES`; empty if it was not said.
        post: for a post on social media.
    """

    supplied: str = "school"
    supplier: str = ""
    captured: Occurred | None = None
    captured_by: str = ""
    method: str = ""
    basis: str = ""
    visibility: str = ""
    post: Post | None = None

    def facts(self, context: Context) -> dict[str, Any]:
        """Return the typed facts.

        Raises: FieldInvalid for a value that there is not, a capture in the future, or something private of which
        nobody says how it was come by.
        """
        for what, value, known in (
            ("side that evidence comes from", self.supplied, SUPPLIED),
            ("lawful basis", self.basis, (*BASES, "")),
            ("visibility", self.visibility, (*VISIBILITIES, "")),
            ("authorship", self.post.authorship if self.post else "unknown", AUTHORSHIPS),
            ("answer whether it is live", self.post.live if self.post else "unknown", LIVE),
        ):
            _one_of(what, value, known)
        if self.visibility in ("limited", "private") and not clean("The method", self.method):
            raise FieldInvalid(
                "Not everybody could see this. Say how it was come by, and under which notice to staff (HRA-8).",
                remedy="Who showed it to the school, and did they do so freely? Covert access to an account is never"
                " used without the data protection officer.",
            )
        facts: dict[str, Any] = {} if self.supplied == "school" else {"supplied": self.supplied}
        facts.update({"basis": self.basis} if self.basis else {})
        facts.update({"visibility": self.visibility} if self.visibility else {})
        if self.captured is not None:
            facts["captured"] = not_in_future(self.captured, context, "The capture").to_facts()
        if self.post is not None:
            facts["post"] = {"authorship": self.post.authorship, "live": self.post.live}
        return facts

    def words(self) -> dict[str, str]:
        """Return the words, for the sealed body."""
        post = self.post or Post()
        said = {
            "method": self.method,
            "supplier": self.supplier,
            "captured_by": self.captured_by,
            "address": post.address,
            "account": post.account,
            "audience": post.audience,
        }
        return {name: word for name, word in said.items() if word.strip()}


def add_evidence(
    case: Case,
    *,
    evidence: str,
    type_: str,
    points: str,
    supports: Iterable[str],
    words: Mapping[str, Any],
    file: Mapping[str, str] | None,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
    provenance: Provenance | None = None,
) -> Decision:
    """Add an item of evidence; `words` (title, source, how it was obtained, file key) go into the body.

    Raises: FieldInvalid for an unknown type, direction or allegation, or a provenance that cannot be.
    """
    _one_of("type of evidence", type_, EVIDENCE_TYPES)
    about = _bearing(case, points, supports)
    origin = provenance or Provenance(method=str(words.get("method", "")))
    facts: dict[str, Any] = {
        "kind": "evidence_added",
        "evidence": evidence,
        "type": type_,
        "points": points,
        "supports": about,
        "occurred": not_in_future(occurred, context, "The evidence").to_facts(),
        "recorded_by": dict(recorder),
        **origin.facts(context),
    }
    if file is not None:
        facts["file"] = dict(file)
    return Decision(facts, _cleaned({**words, **origin.words()}))


def revise_evidence(
    case: Case,
    *,
    evidence: str,
    file: Mapping[str, str],
    words: Mapping[str, Any],
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Put a newer version of notes or a statement beside the earlier ones, before the person has checked it.

    Raises: UnknownItem, FieldInvalid for another kind of evidence, EvidenceLocked.
    """
    item = _evidence(case, evidence)
    _spoken(item, "revised")
    if item.locked:
        raise EvidenceLocked(
            f"Evidence item {item.number} was checked and is locked.",
            remedy="Put what the person corrects beside it: `casework evidence check` with --corrections.",
        )
    facts = {
        "kind": "evidence_revised",
        "evidence": evidence,
        "file": dict(file),
        "occurred": not_in_future(occurred, context, "The version").to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, _cleaned(words))


def check_evidence(
    case: Case,
    *,
    evidence: str,
    outcome: str,
    words: Mapping[str, Any],
    file: Mapping[str, str] | None,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record what the person said of the notes or statement that hold their words, and lock it (UKGDPR-5d).

    Later corrections are recorded in the same way; each stands beside the locked version, never over it.

    Raises: UnknownItem, FieldInvalid for another kind of evidence, or corrections and disputes without words.
    """
    item = _evidence(case, evidence)
    _spoken(item, "checked")
    _one_of("outcome of a check", outcome, CHECKS)
    said = file is not None or clean("The corrections", str(words.get("corrections", "")))
    if outcome in ("corrected", "disputed") and not said:
        raise FieldInvalid("Say what the person corrects or disputes, or add the paper on which they did.")
    facts: dict[str, Any] = {
        "kind": "evidence_checked",
        "evidence": evidence,
        "outcome": outcome,
        "occurred": not_in_future(occurred, context, "The check").to_facts(),
        "recorded_by": dict(recorder),
    }
    if file is not None:
        facts["file"] = dict(file)
    return Decision(facts, _cleaned(words))


def redact_evidence(
    case: Case,
    *,
    evidence: str,
    file: Mapping[str, str],
    log: Sequence[Mapping[str, str]],
    words: Mapping[str, Any],
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Put a redacted copy beside the original, with the log of what was taken out where and why (UKGDPR-5c).

    Raises: UnknownItem, FieldInvalid when there is no original file, or the log is empty or not whole.
    """
    item = _evidence(case, evidence)
    if item.newest is None:
        raise FieldInvalid(f"Evidence item {item.number} has no file that could be redacted.")
    lines = [
        {name: clean(name.capitalize(), line.get(name, "")) for name in ("where", "what", "why")}
        for line in log
    ]
    if not lines or any(not word for line in lines for word in line.values()):
        raise FieldInvalid(
            "A redacted copy needs its log: for each place where it is, what was taken out and why.",
            remedy="Say each as --removed 'page 2: name of a pupil: not needed for the allegation'.",
        )
    facts = {
        "kind": "evidence_redacted",
        "evidence": evidence,
        "places": len(lines),
        "file": dict(file),
        "occurred": not_in_future(occurred, context, "The redaction").to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {**_cleaned(words), "log": lines})


def link_evidence(
    case: Case,
    *,
    evidence: str,
    supports: Iterable[str],
    points: str,
    reason: str,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Say anew which allegations an item is about and which way it points: often it came before they were put.

    Raises: UnknownItem, FieldInvalid for an unknown direction or allegation, or when that is on record already.
    """
    item = _evidence(case, evidence)
    about = _bearing(case, points, supports)
    if (points, about) == (item.points, sorted(item.supports)):
        raise FieldInvalid(f"That is on record of evidence item {item.number} already.")
    because = clean("The reason", reason)
    facts = {
        "kind": "evidence_linked",
        "evidence": evidence,
        "points": points,
        "supports": about,
        "occurred": context.occurred_today.to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {"reason": because} if because else {})


def disclose_evidence(
    case: Case,
    *,
    evidence: Iterable[str],
    how: Literal["disclosed", "withheld"],
    reason: str,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record that items were given to the employee, or withheld with a reason (ACAS-9b).

    Raises: UnknownItem, FieldInvalid when items are withheld without a reason.
    """
    items = sorted(set(evidence), key=lambda item: _evidence(case, item).number)
    if not items:
        raise FieldInvalid("Name at least one item of evidence.")
    because = clean("The reason", reason)
    if how == "withheld" and not because:
        raise FieldInvalid("Withholding evidence from the employee needs a reason.")
    facts = {
        "kind": f"evidence_{how}",
        "evidence": items,
        "occurred": not_in_future(occurred, context, "The disclosure").to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {"reason": because} if because else {})


def _bearing(case: Case, points: str, supports: Iterable[str]) -> list[str]:
    """The allegations that an item is about, each once, if they are in the case and there is such a direction."""
    if points not in POINTS:
        raise FieldInvalid(f"Evidence points {', '.join(POINTS)}; not {points!r}.")
    about = sorted(set(supports))
    if any(item not in case.allegations for item in about):
        raise FieldInvalid("The evidence names an allegation that is not in the case.")
    return about


def _evidence(case: Case, item: str) -> Evidence:
    if item not in case.evidence:
        raise UnknownItem(
            "There is no such item of evidence in the case.", remedy="`casework evidence list` lists them."
        )
    return case.evidence[item]


def _spoken(item: Evidence, what: str) -> None:
    if item.type not in SPOKEN_TYPES:
        raise FieldInvalid(
            f"Only statements and interview notes are {what}; item {item.number} is of another kind.",
            remedy="Add what is new as an item of its own: `casework evidence add`.",
        )


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        choices = ", ".join(item for item in known if item)
        raise FieldInvalid(f"There is no {what} {value!r}. There are: {choices}.")


def _cleaned(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return words without what cannot be printed, and without those that are empty."""
    said = {
        name: clean(name.replace("_", " ").capitalize(), word) if isinstance(word, str) else word
        for name, word in words.items()
    }
    return {name: word for name, word in said.items() if word != ""}
