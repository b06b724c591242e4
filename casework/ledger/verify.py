"""Verification of a log, an excerpt or one event: pure, and without anything that writes.

Given the events as they are stored, the heads that were kept, and the log's public key **from outside the
database that is being checked**, it promises:

1. *Content.* Every envelope is byte for byte what the log's key signed, from the first to the last event;
   and facts and sealed bodies, as far as they have not been erased, are the ones that were recorded.
2. *Form.* Each envelope is canonical and complete, of this log; positions count from 0, the numbers of each
   stream from 1; recorded times never go back; the store's columns say what the envelope says.
3. *Heads.* Each head that was kept is well formed, names this log, and carries its key's signature; each
   append has left one; they agree with one another; the newest covers the last event.
4. *Witnesses.* Each checkpoint that was found elsewhere (on a letter, in an export) fits the log.
5. *Naming.* If anything is wrong, the first event concerned is named with a class, by the precedence that
   `findings` sets out. Where a whole append is in doubt and its events do not betray which, its range is
   named. It says so for whatever bytes it is given; it never stops with another error.

The first event is found between two heads: the greatest one that fits proves all events before it, the
smallest one that does not fit bounds the damage from above. It is what bisecting the heads would find; as the
roots of all of them come out of one pass, all are compared. It holds although somebody who lacks the signing
key rewrites later heads, since those count for nothing.

It does not promise:

- that the public key is the school's: compare the verifier key with the one on a letter or an export;
- that nothing was cut off together with its heads, unless a witness remembers more;
- anything against whoever holds the signing key, except through witnesses;
- that what is erased was erased lawfully (the log's own events say so), or that what was recorded is true;
- in an excerpt, that nothing newer has been recorded since its checkpoint, or in its streams after it;
- the content of versions or kinds that this release does not know: they are checked by their hashes.

Cost for each event about 10 µs; for each head that is kept one Ed25519 verification, about 100 µs.

Source: RFC 6962 section 2.1; C2SP tlog-checkpoint; architecture, "Event"; docs/reference/formats.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from casework.ledger.checks import check_event
from casework.ledger.errors import UnknownVersion
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.excerpt import Excerpt
from casework.ledger.findings import LedgerFinding, fault_of
from casework.ledger.heads import Heads
from casework.ledger.key_line import KeyLine, Rotation
from casework.ledger.walk import Verified, by_itself
from casework.ledger.whole import Whole

__all__ = ["Verified", "examine", "verify", "verify_event"]


def verify(
    events: Iterable[StoredEvent | bytes],
    heads: Sequence[str],
    public_key: bytes,
    *,
    origin: str,
    log: str | None = None,
    witnesses: Sequence[str] = (),
    proofs: Mapping[int, Sequence[bytes]] | None = None,
    every_head: bool = True,
    rotations: Sequence[Rotation] = (),
    earlier: Collection[str] = (),
) -> Verified:
    """Check a whole log, or with `proofs` an excerpt of it, and return what was verified.

    Args:
        events: in the order of the log; as stored events, or envelopes only.
        heads: the signed heads that the log kept, in any order.
        public_key: the log's Ed25519 key, 32 bytes, known from elsewhere than the log.
        origin: of the log; also its key's name.
        log: id of the log; that of the first event, if not given.
        witnesses: checkpoints of the log that were found elsewhere.
        proofs: for an excerpt: by position, the inclusion proof of each event in the newest of `heads`.
        every_head: whether `heads` are all that the log kept, so that a missing one is a finding.
        rotations: each change of the log's key, oldest first; `public_key` is the one after the last of them.
        earlier: origins of the log's earlier generations: it was restored from a backup and goes on under another.

    Raises:
        LedgerFault: the first finding by precedence, as the subclass of its class.
        BadInput: the public key or the origin is not of its form.
    """
    keys = KeyLine(origin, public_key, rotations, earlier)
    findings, verified = _run(events, heads, keys, log, witnesses, proofs, every_head)
    if findings:
        raise fault_of(findings)
    return verified


def examine(
    events: Iterable[StoredEvent | bytes],
    heads: Sequence[str],
    public_key: bytes,
    *,
    origin: str,
    log: str | None = None,
    witnesses: Sequence[str] = (),
    proofs: Mapping[int, Sequence[bytes]] | None = None,
    every_head: bool = True,
    rotations: Sequence[Rotation] = (),
    earlier: Collection[str] = (),
) -> list[LedgerFinding]:
    """Return everything that is wrong, by precedence; an empty list if nothing is. Arguments as for `verify`.

    After the first break of a log, heads say nothing more; later findings rest on what an event shows itself.

    Raises:
        BadInput: the public key or the origin is not of its form.
    """
    keys = KeyLine(origin, public_key, rotations, earlier)
    findings, _ = _run(events, heads, keys, log, witnesses, proofs, every_head)
    return sorted(findings, key=LedgerFinding.order)


def verify_event(stored: StoredEvent) -> Envelope:
    """Check one stored event by itself and return its envelope. That it is in the log takes heads.

    Raises:
        Altered: the envelope cannot be read, or row, facts or sealed body do not fit it.
        UnknownVersion: the envelope is of a version that this release does not know.
    """
    checked = check_event(stored)
    if checked.unknown:
        raise UnknownVersion("The envelope is of a version that this release does not know.", pos=stored.pos)
    if checked.envelope is None or checked.faults:
        raise fault_of(by_itself(checked, stored.pos))
    return checked.envelope


def _run(
    events: Iterable[StoredEvent | bytes],
    heads: Sequence[str],
    keys: KeyLine,
    log: str | None,
    witnesses: Sequence[str],
    proofs: Mapping[int, Sequence[bytes]] | None,
    every_head: bool,
) -> tuple[list[LedgerFinding], Verified]:
    """Read heads and events, and judge them."""
    known = Heads()
    known.read(heads, keys, "head")
    known.read(witnesses, keys, "witness")
    walk = Excerpt(known, log, proofs) if proofs is not None else Whole(known, log, every_head)
    for item in events:
        walk.take(check_event(item))
    walk.finish()
    return known.findings + walk.findings, walk.verified()
