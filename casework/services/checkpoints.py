"""What is given to others so that they can hold the record to it: checkpoints, keys, and proofs of consistency."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput, Findings
from casework.ledger.checkpoint import Checkpoint, Verifier, open_note, strict_base64
from casework.ledger.errors import NoteRefused
from casework.ledger.merkle import leaf_hash, verify_consistency
from casework.ledger.proofs import Proofs
from casework.services.audit_erasures import earlier_origins
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

_MOST_HASHES: Final = 128
_DIGITS: Final = 10


class NotConsistent(Findings):
    """A checkpoint that was kept and a newer one tell different histories, or their proof proves nothing."""

    code = "not-consistent"


@dataclass(frozen=True, slots=True)
class Consistency:
    """A proof that a log only grew since an older checkpoint: the older size, the hashes, the newer checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    note: str

    def to_text(self) -> str:
        """Return the proof in the form in which C2SP tlog-witness sends it: `old`, hashes in base64, checkpoint."""
        lines = [f"old {self.old}", *(b64encode(one).decode("ascii") for one in self.hashes)]
        return "\n".join([*lines, "", self.note])

    @classmethod
    def from_text(cls, text: str) -> Consistency:
        """Read what `to_text` wrote.

        Raises:
            BadInput: it is not of that form.
        """
        head, _, note = text.partition("\n\n")
        first, *hashes = head.split("\n")
        size = first.removeprefix("old ")
        if not first.startswith("old ") or not (size.isascii() and size.isdigit()) or len(size) > 16:
            raise BadInput(
                "This is no proof of consistency.", remedy="Its first line says: old, and a number."
            )
        if len(hashes) > _MOST_HASHES:
            raise BadInput("This proof of consistency has more hashes than any log can need.")
        return cls(int(size), tuple(strict_base64(line) for line in hashes), note)


def checkpoint(workspace: Workspace, school: School, log: str = "cases") -> str:
    """Return the newest signed checkpoint of a log: what letters and exports carry.

    Raises:
        UnknownSchool: the log is not there.
    """
    with workspace.store.read() as reader:
        found = log_of(reader, school, log)
        return reader.newest_note(found.log) or ""


def verifier_key(workspace: Workspace, school: School, log: str = "cases") -> str:
    """Return the public key that verifies a log, in signed-note form, to be kept outside.

    Raises:
        UnknownSchool: the log is not there.
    """
    with workspace.store.read() as reader:
        found = log_of(reader, school, log)
    return Verifier(found.origin, found.public_key).to_text()


def prove_consistency(workspace: Workspace, old: str) -> Consistency:
    """Return the proof that the log of an older checkpoint only grew until now (RFC 6962 section 2.1.2).

    Args:
        old: the older checkpoint, as a signed note. Its signature is not looked at: whoever checks the proof does that.

    Raises:
        BadInput: it is not a checkpoint of a log here, or is of more entries than there are.
        NotConsistent: the record here is not the one that it was made of.
    """
    before = _said(old)
    with workspace.store.read() as reader:
        logs = reader.logs()
        log = next((one for one in logs if generation_of(before.origin, one.origin) is not None), None)
        note = reader.newest_note(log.log) if log is not None else None
        if log is None or note is None:
            raise BadInput(
                "This checkpoint is not of a log in this data folder.", remedy="Check which file it is."
            )
        now = _said(note)
        _require_kept(before, earlier_origins(reader.heads(log.log), log.origin))
        if before.size > now.size:
            raise NotConsistent(
                f"The checkpoint is of {before.size} entries, and here are {now.size}: the record was rolled back.",
                remedy="Verify the record against it: casework audit verify --against FILE",
            )
        leaves = map(leaf_hash, reader.envelopes(log.log))
        hashes = Proofs(leaves, now.size, firsts=[before.size]).consistency[before.size]
    if not verify_consistency(before.size, now.size, before.root, now.root, hashes):
        raise NotConsistent(
            "The record here is not the one that this checkpoint was made of.",
            remedy="Verify the record against it: casework audit verify --against FILE",
        )
    return Consistency(before.size, tuple(hashes), note)


def check_consistency(proof: Consistency, old: str, keys: Sequence[str]) -> tuple[Checkpoint, Checkpoint]:
    """Check a proof alone, with nothing but the older checkpoint and the public keys; return what both say.

    Where the key was changed in between, the older checkpoint is signed by one of them and the newer one by another.
    Where the record was restored in between, the newer one is of a later generation of the same log; its key is still
    the one that was given under the name of an earlier generation.

    Raises:
        NoteRefused: a checkpoint is signed by none of the keys. BadInput: the key, or the proof, is not of its form.
        NotConsistent: the proof does not show that the newer checkpoint only added to the older one.
    """
    given, origins = (
        [Verifier.from_text(key) for key in keys],
        {_said(note).origin for note in (old, proof.note)},
    )
    verifiers = [
        Verifier(origin, verifier.public_key)
        for verifier in given
        for origin in sorted({verifier.name, *(one for one in origins if _stem(one) == _stem(verifier.name))})
    ]
    before, now = (Checkpoint.from_text(open_note(note, verifiers)) for note in (old, proof.note))
    same = all(_stem(verifier.name) == _stem(now.origin) for verifier in given)
    if not same or generation_of(before.origin, now.origin) is None:
        raise BadInput(
            "The two checkpoints and the keys are not all of one log.", remedy="Check which files they are."
        )
    if proof.old != before.size or not verify_consistency(
        before.size, now.size, before.root, now.root, proof.hashes
    ):
        raise NotConsistent(
            "The proof does not show that the newer checkpoint only added to the one that was kept.",
            remedy="Ask for the proof again, for this very checkpoint. If it fails again, verify the record itself.",
        )
    return before, now


def generation_of(origin: str, newer: str) -> int | None:
    """Return which generation of the log `newer` an origin names; None if of another log, or of a later generation."""
    if _stem(origin) != _stem(newer):
        return None
    numbers = [one.rpartition("/")[2] for one in (origin, newer)]
    if not all(number.isascii() and number.isdigit() and len(number) < _DIGITS for number in numbers):
        return None
    this, last = map(int, numbers)
    return this if this <= last else None


def _stem(origin: str) -> str:
    """An origin without its generation."""
    return origin.rpartition("/")[0]


def _require_kept(before: Checkpoint, earlier: Mapping[str, int]) -> None:
    """Refuse a checkpoint of an earlier generation that vouches for more than that generation left behind."""
    kept = earlier.get(before.origin, before.size)
    if before.size > kept:
        raise NotConsistent(
            f"The checkpoint is of {before.size} entries of an earlier generation of the record. It was restored from a"
            f" backup since, and only the first {kept} of them are left.",
            remedy="That this happened stands on record: casework audit verify --against FILE says so.",
        )


def _said(note: str) -> Checkpoint:
    """What a checkpoint says, whoever signed it."""
    try:
        return Checkpoint.from_text(note.rpartition("\n\n")[0] + "\n")
    except NoteRefused as problem:
        raise BadInput(problem.message, remedy="Give a file that casework audit checkpoint wrote.") from None
