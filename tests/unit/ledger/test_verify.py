"""Verification: every kind of tampering is found, and its first event named with its class."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.ledger import findings as found
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.checkpoint import Checkpoint
from casework.ledger.errors import UnknownVersion
from casework.ledger.event import Envelope, NewEvent
from casework.ledger.findings import Kind, LedgerFault, LedgerFinding
from casework.ledger.merkle import root_of
from casework.ledger.verify import Verified, examine, verify, verify_event
from tests.unit.ledger.attacks import ATTACKS, FORGER, GROUPED, LOG, altered, envelope, without
from tests.unit.ledger.building import START, Log, build


def _first(findings: Sequence[LedgerFinding]) -> tuple[Kind, int | None, int | None]:
    assert findings
    return findings[0].kind, findings[0].pos, findings[0].last


def test_an_untouched_log_verifies_and_says_what_was_checked() -> None:
    done = verify(LOG.events, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name, log=LOG.log)
    root = root_of([event.envelope for event in LOG.events])
    assert done == Verified(size=6, root=root, events=6, heads=6, facts=6, bodies=6, unknown=0)
    assert LOG.examine() == GROUPED.examine() == []


def test_envelopes_alone_verify() -> None:
    leaves = [event.envelope for event in LOG.events]
    done = verify(leaves, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name)
    assert (done.events, done.facts, done.bodies) == (6, 0, 0)


def test_an_empty_log_verifies() -> None:
    assert LOG.examine(events=[], heads=[]) == []
    done = verify([], [], LOG.signer.public_key, origin=LOG.signer.name)
    assert (done.size, done.events) == (0, 0)


def test_an_erased_log_still_verifies() -> None:
    bare = [replace(event, facts=None, facts_salt=None, sealed=None) for event in LOG.events]
    assert LOG.examine(events=bare) == []


def test_the_order_in_which_heads_are_given_does_not_matter() -> None:
    assert LOG.examine(heads=LOG.heads[::-1]) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_tampering_is_found_and_its_first_event_named(name: str) -> None:
    attack, kind, pos, last = ATTACKS[name]
    changed = attack()
    log = GROUPED if name.startswith("grouped") else LOG
    findings = log.examine(**changed)
    assert _first(findings) == (kind, pos, last), findings
    with pytest.raises(LedgerFault) as caught:
        verify(
            changed.pop("events", log.events),
            changed.pop("heads", log.heads),
            log.signer.public_key,
            origin=log.signer.name,
            log=log.log,
            **changed,
        )
    assert (caught.value.kind, caught.value.pos) == (kind, pos)
    assert caught.value.exit_code == 1
    assert caught.value.details["others"] == len(findings) - 1
    assert type(caught.value).__name__.lower() == kind.value.replace("_", "")


def test_every_class_of_finding_has_its_attack() -> None:
    # A writer that signs rubbish is not an attack on the log; it has tests of its own below.
    assert {kind for _, kind, _, _ in ATTACKS.values()} == set(Kind) - {Kind.MALFORMED}


def test_several_findings_are_all_collected() -> None:
    events = list(LOG.change(1, facts=b"{}"))
    events[3] = replace(events[3], sealed=b"")
    findings = LOG.examine(events=without(events, 4), heads=without(LOG.heads, 0))
    assert [(finding.kind, finding.part, finding.pos) for finding in findings] == [
        (Kind.HEAD_MISSING, "head", 0),
        (Kind.ALTERED, "facts", 1),
        (Kind.ALTERED, "body", 3),
        (Kind.REMOVED, "envelope", 4),
    ]


def test_what_follows_the_first_break_is_named_by_its_own_position() -> None:
    findings = LOG.examine(events=without(LOG.change(4, facts=b"{}"), 1))
    assert [(finding.kind, finding.pos) for finding in findings] == [(Kind.REMOVED, 1), (Kind.ALTERED, 4)]
    # A row that contradicts its envelope does not know its position: then the place in the log counts.
    findings = LOG.examine(events=without(LOG.change(4, pos=2), 1))
    assert [(finding.kind, finding.pos) for finding in findings] == [(Kind.REMOVED, 1), (Kind.ALTERED, 3)]


def test_an_altered_event_and_a_removed_one_behind_it_are_both_named() -> None:
    findings = LOG.examine(events=without(altered(LOG, 2, command=LOG.log), 3))
    assert [(finding.kind, finding.pos) for finding in findings] == [(Kind.ALTERED, 2), (Kind.REMOVED, 3)]


def test_a_contradiction_is_one_finding_and_no_break() -> None:
    for name in ("two histories signed", "two histories signed at the end", "an empty log signed otherwise"):
        attack, kind, pos, last = ATTACKS[name]
        findings = LOG.examine(**attack())
        assert [(finding.kind, finding.pos, finding.last) for finding in findings] == [(kind, pos, last)]


def test_a_witness_does_not_stand_in_for_a_head_that_is_gone() -> None:
    findings = LOG.examine(heads=without(LOG.heads, 2), witnesses=LOG.heads[2:3])
    assert [(finding.kind, finding.head) for finding in findings] == [(Kind.HEAD_MISSING, 3)]


def test_a_fault_says_how_much_more_there_is() -> None:
    finding = LOG.examine(events=without(LOG.events, 2))[0]
    said = [str(found.fault_of([finding] * count)).removeprefix(finding.message) for count in (1, 2, 3)]
    assert said == ["", " There is one more finding.", " There are 2 more findings."]


def test_a_head_that_is_gone_is_still_named_before_a_break() -> None:
    findings = LOG.examine(events=altered(LOG, 4, command=LOG.log), heads=without(LOG.heads, 2))
    assert [(finding.kind, finding.pos) for finding in findings] == [
        (Kind.HEAD_MISSING, 2),
        (Kind.ALTERED, 4),
    ]


def test_a_first_altered_event_says_what_is_odd_about_it() -> None:
    findings = LOG.examine(events=altered(LOG, 2, n=7))
    assert [(finding.kind, finding.part, finding.pos) for finding in findings] == [
        (Kind.ALTERED, "envelope", 2)
    ] * 2
    assert "number 7 of its stream, where number 2 is due" in findings[1].message


def test_an_odd_event_behind_the_last_head_is_no_worse_than_not_covered() -> None:
    findings = LOG.examine(events=[*LOG.events, envelope(LOG.events[5], pos=6, n=9)])
    assert [(finding.kind, finding.pos) for finding in findings] == [
        (Kind.MALFORMED, 6),
        (Kind.NOT_COVERED, 6),
    ]


def test_findings_are_said_in_plain_sentences() -> None:
    said = {}
    for name, (attack, *_) in ATTACKS.items():
        log = GROUPED if name.startswith("grouped") else LOG
        said[name] = log.examine(**attack())[0].message
    assert said["two events removed"] == "The ledger has lost events 2 to 3."
    assert said["rubbish inserted"] == "Something that was never recorded there has been inserted at event 2."
    assert said["neighbours swapped"] == "The order of events 2 to 3 has been changed."
    assert said["command changed"] == (
        "Event 5 is not as it was recorded: the signed head of size 6 does not fit."
    )
    assert said["grouped: one event changed"] == (
        "Events 4 to 6 are not all as they were recorded: the signed head of size 7 does not fit."
    )
    assert said["position of the last event changed"].startswith("Event 5 is not as it was recorded")
    assert said["facts changed"] == "Event 1 has facts that are not the ones it commits to."
    assert said["row given another number"] == (
        "Event 1 stands in the store under another log, place or stream than it says."
    )
    assert said["head removed"] == "The signed head that was made after event 2 is gone."
    assert said["head by another key"] == (
        "A signed head of size 3 vouches for nothing: No known key has signed this note."
    )
    assert said["a letter with a forged checkpoint"].startswith("A kept checkpoint of size 5")
    assert said["last three events removed"] == (
        "The ledger ends before events 3 to 5, which its newest head signed."
    )
    assert said["last two heads removed"] == "No valid head vouches for events 4 to 5."
    assert said["cut off with its heads, but a letter remembers"] == (
        "A kept checkpoint vouches for events 4 to 5, which neither the ledger nor its heads know of:"
        " it was rolled back."
    )
    assert said["rewritten with the key, but a letter remembers"] == (
        "A kept checkpoint of size 5 tells another history: "
        "events 2 to 4 were recorded otherwise when it was made."
    )
    unreadable = LOG.examine(heads=["rubbish", *LOG.heads])
    assert unreadable[0].message.startswith("A signed head vouches for nothing:")
    assert (unreadable[0].pos, unreadable[0].head) == (None, None)


def test_one_removed_event_is_one_finding() -> None:
    for log, index in ((LOG, 0), (LOG, 3), (GROUPED, 1), (GROUPED, 4)):
        findings = log.examine(events=without(log.events, index))
        assert [finding.kind for finding in findings] == [Kind.REMOVED]


def test_the_wrong_public_key_vouches_for_nothing() -> None:
    findings = examine(LOG.events, LOG.heads, FORGER.public_key, origin=LOG.signer.name)
    assert {finding.kind for finding in findings} == {Kind.HEAD_FORGED, Kind.NOT_COVERED}
    with pytest.raises(BadInput):
        examine(LOG.events, LOG.heads, b"short", origin=LOG.signer.name)


def test_heads_of_another_log_vouch_for_nothing() -> None:
    other = build([1] * 6, b"other")
    findings = LOG.examine(heads=other.heads)
    assert findings[0].kind is Kind.HEAD_FORGED
    assert any(finding.kind is Kind.NOT_COVERED for finding in findings)


def test_another_log_than_the_one_expected_is_found() -> None:
    findings = LOG.examine(log=LOG.events[0].stream)
    assert _first(findings) == (Kind.MALFORMED, 0, 0)


def test_a_subset_of_heads_is_enough_where_not_every_head_is_at_hand() -> None:
    assert LOG.examine(heads=LOG.heads[-1:], every_head=False) == []
    assert len(LOG.examine(heads=LOG.heads[-1:])) == 5


def test_witnesses_that_agree_are_counted() -> None:
    done = verify(
        LOG.events, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name, witnesses=LOG.heads[2:4]
    )
    assert done.heads == 8


def _signed_rubbish(log: Log, envelopes: Sequence[bytes]) -> list[LedgerFinding]:
    heads = [
        log.signer.sign_note(Checkpoint(log.signer.name, size, root_of(envelopes[:size])).text())
        for size in range(1, len(envelopes) + 1)
    ]
    return log.examine(events=envelopes, heads=heads)


@pytest.mark.parametrize(
    ("index", "changed"),
    [
        (2, {"pos": 7}),
        (2, {"n": 7}),
        (4, {"n": 1}),
        (2, {"log": "01e2e853-3f6b-44e4-99ec-3295f3556e81"}),
        (2, {"recorded": "2026-03-01T00:00:00.000Z"}),
    ],
)
def test_a_signed_log_that_breaks_the_rules_is_the_writers_fault(index: int, changed: dict[str, Any]) -> None:
    envelopes = [event.envelope for event in LOG.events]
    envelopes[index] = envelope(LOG.events[index], **changed).envelope
    findings = _signed_rubbish(LOG, envelopes)
    assert _first(findings) == (Kind.MALFORMED, index, index)
    assert len(findings) == 1


def test_a_signed_event_that_is_no_envelope_is_the_writers_fault() -> None:
    envelopes = [event.envelope for event in LOG.events]
    envelopes[2] = b"not JSON"
    assert _first(_signed_rubbish(LOG, envelopes)) == (Kind.MALFORMED, 2, 2)


def test_an_unknown_version_is_verified_by_its_hash_alone() -> None:
    envelopes = [event.envelope for event in LOG.events]
    newer = parse_canonical(envelopes[2]) | {"v": 2, "more": ["things"]}
    envelopes[2] = canonical_bytes(newer)
    assert _signed_rubbish(LOG, envelopes) == []
    heads = LOG.heads
    findings = LOG.examine(events=envelopes, heads=heads)
    assert _first(findings) == (Kind.ALTERED, 2, 2)


def test_verify_event_returns_the_envelope_or_names_the_part() -> None:
    event = LOG.events[2]
    assert verify_event(event) == Envelope.from_bytes(event.envelope)
    for changed, part in (
        ({"facts": b"{}"}, "facts"),
        ({"sealed": b""}, "body"),
        ({"n": 5}, "row"),
        ({"envelope": b"{}"}, "envelope"),
    ):
        with pytest.raises(found.Altered) as caught:
            verify_event(replace(event, **changed))  # type: ignore[arg-type]
        assert (caught.value.details["part"], caught.value.pos) == (part, 2)
    with pytest.raises(UnknownVersion):
        verify_event(replace(event, envelope=b'{"v":2}'))


def test_verification_takes_a_stream_of_events_once() -> None:
    done = verify(iter(LOG.events), LOG.heads, LOG.signer.public_key, origin=LOG.signer.name)
    assert done.events == 6


def test_a_log_may_go_on_after_it_was_verified() -> None:
    stream = LOG.events[0].stream
    head = LogHead(LOG.log, LOG.signer.name, LOG.head.size, LOG.head.frontier, LOG.head.last_recorded)
    (sealed,) = seal_events(
        [NewEvent(stream, {"kind": "k"})],
        log=LOG.log,
        first_n={stream: 4},
        keys=LOG.keys.__getitem__,
        dice=_Zeros(),
    )
    done = extend(head, [sealed], command=LOG.log, now=START.replace(day=9), sign=LOG.signer)
    assert LOG.examine(events=[*LOG.events, *done.events], heads=[*LOG.heads, done.note]) == []


class _Zeros:
    def bytes(self, n: int) -> bytes:
        return bytes(n)


def test_verification_imports_nothing_that_writes() -> None:
    seen: set[str] = set()
    waiting = ["casework.ledger.verify"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None
        for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("casework"):
                waiting.append(str(node.module))
    assert "casework.ledger.merkle" in seen
    assert not seen & {"casework.ledger.append", "casework.ledger.seal"}
    assert all(name.startswith(("casework.ledger", "casework.base")) for name in seen)
