"""What became of evidence and of packs, in plain words: the part of `casework.records.telling` that is about papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from casework.records.provenance import checked, origin, redaction
from casework.records.told import Facts, Told, numbered, said
from casework.records.words import EVIDENCE, POINTS, Words, lowered, readable


def _evidence_added(words: Words, facts: Facts, body: Facts) -> Told:
    kind = evidence_kind(facts["type"])
    return Told(
        f"{numbered('Evidence item', 'Evidence items', words.evidence_numbers([facts['evidence']]))} added",
        f"{kind}; {_bearing(words, facts)}.",
        (*said("Title", body, "title"), *origin(facts, body), *said("Description", body, "description")),
    )


def _bearing(words: Words, facts: Facts) -> str:
    """Which way an item points, and about which allegations it is."""
    numbers = words.allegation_numbers(facts["supports"])
    about = f"; about {numbered('allegation', 'allegations', numbers)}" if numbers else ""
    return f"points {lowered(POINTS.get(facts['points']) or facts['points'])}{about}"


def evidence_kind(kind: str) -> str:
    """Return a kind of evidence in words."""
    return EVIDENCE.get(kind) or readable(kind)


def _evidence_shown(words: Words, facts: Facts, body: Facts) -> Told:
    given = facts["kind"] == "evidence_disclosed"
    items = numbered("Evidence item", "Evidence items", words.evidence_numbers(facts["evidence"]))
    what = "given to the employee" if given else "withheld from the employee"
    return Told(f"{items} {what}", "", said("Reason", body, "reason"))


def _evidence_item(words: Words, facts: Facts) -> str:
    return numbered("Evidence item", "Evidence items", words.evidence_numbers([facts["evidence"]]))


def _evidence_revised(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        f"{_evidence_item(words, facts)}: a newer version",
        "The earlier ones stay beside it.",
        said("Reason", body, "reason"),
    )


def _evidence_checked(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        f"{_evidence_item(words, facts)} checked and locked",
        f"{checked(facts, body)}.",
        said("What they correct", body, "corrections"),
    )


def _evidence_redacted(words: Words, facts: Facts, body: Facts) -> Told:
    places = facts["places"]
    return Told(
        f"{_evidence_item(words, facts)}: a redacted copy",
        f"Something was taken out in {places} place{'' if places == 1 else 's'}. The original stays beside it.",
        redaction(body),
    )


def _evidence_linked(words: Words, facts: Facts, body: Facts) -> Told:
    bearing = _bearing(words, facts)
    return Told(
        f"{_evidence_item(words, facts)}: what it is about",
        f"It {bearing}. What was said before stays on record.",
        said("Reason", body, "reason"),
    )


_PURPOSES = {"hearing": "the hearing", "appeal": "the appeal hearing"}


def _pack_built(words: Words, facts: Facts, body: Facts) -> Told:
    purpose = _PURPOSES.get(facts["purpose"], readable(facts["purpose"]))
    letters, evidence, own = (len(facts.get(name, ())) for name in ("letters", "evidence", "documents"))
    documents = f" The school’s own documents in it: {own}." if own else ""
    return Told(
        f"Pack built for {purpose}",
        f"{facts['pages']} pages, with {letters} letter{'' if letters == 1 else 's'} and {evidence}"
        f" item{'' if evidence == 1 else 's'} of evidence.{documents}",
        said("Fingerprint (SHA-256)", body, "file_sha256"),
    )


EVIDENCE_TELLERS: Final[dict[str, Callable[[Words, Facts, Facts], Told]]] = {
    "evidence_added": _evidence_added,
    "evidence_disclosed": _evidence_shown,
    "evidence_withheld": _evidence_shown,
    "evidence_revised": _evidence_revised,
    "evidence_checked": _evidence_checked,
    "evidence_redacted": _evidence_redacted,
    "evidence_linked": _evidence_linked,
    "pack_built": _pack_built,
}
"""What tells each kind of event."""
