"""Makes the golden ledger: a small log written from fixed dice, a fixed clock and fixed keys.

The files beside this one were written by the first release. A test makes them again and compares every byte;
another one verifies what lies here without making it. Renew them only if a format changes on purpose, which
for a published format means a new version beside the old one, never instead of it:

    python -m tests.golden.ledger.generate

`wrap.json` is not made again: HPKE takes its ephemeral key from the operating system. It has to open for ever.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casework.base.canonical import canonical_bytes
from casework.base.ids import SeededDice, new_id
from casework.base.time import FixedClock
from casework.keyring.files import AccountKeys, RecoveryKey, write_account_keys, write_recovery_key
from casework.keyring.signing import SigningKey
from casework.keyring.wrap import wrap
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.event import NewEvent, StoredEvent
from casework.ledger.seal import StreamKey, seal_file

HERE = Path(__file__).parent
RENEW = "python -m tests.golden.ledger.generate"
DAYS = (2, 3, 4, 5, 20)
PASSPHRASE = "four small horses"
FILE_TEXT = b"Minutes of the investigation meeting, 4 March 2026. Nothing here is about anybody real.\n" * 3


@dataclass(frozen=True)
class Golden:
    """The ledger and every key to it."""

    account: AccountKeys
    signing: SigningKey
    recovery: RecoveryKey
    log: str
    origin: str
    keys: dict[str, StreamKey]
    events: list[StoredEvent]
    heads: list[str]
    file_id: str
    file_key: bytes
    file_chunks: list[bytes]


def _story(case: str, person: str, dice: SeededDice) -> list[list[NewEvent]]:
    """Return the events of a short case, one list for each action. All people are invented."""
    adviser, subject, head = new_id(dice), new_id(dice), new_id(dice)
    allegation, letter, minutes = new_id(dice), new_id(dice), new_id(dice)
    policy, calendar, catalogue = (f"{number:064x}" for number in (1, 2, 3))
    by = {"recorded_by": {"party": adviser, "role": "hr_adviser"}}

    def on(day: str) -> dict[str, Any]:
        return {"occurred": {"precision": "day", "date": day}} | by

    chair = {"taken_by": {"party": head, "role": "hearing_chair", "basis": "minute"}}
    return [
        [
            NewEvent(
                case,
                {
                    "kind": "case_opened",
                    "reference": "ASH-26-7KQ4",
                    "policy": policy,
                    "catalogues": [catalogue],
                    "calendar": calendar,
                    **on("2026-03-02"),
                },
            ),
            NewEvent(
                case,
                {
                    "kind": "party_added",
                    "party": subject,
                    "roles": ["employee"],
                    "worker": {"teacher": False, "union_rep": False},
                    **on("2026-03-02"),
                },
                {"name": "Zoë Okonkwo", "title": "Teaching assistant", "address": ["1 Alder Row", "Ashby"]},
            ),
            NewEvent(
                case,
                {"kind": "party_added", "party": head, "roles": ["hearing_chair"], **on("2026-03-02")},
                {"name": "Dana Whitfield", "title": "Head teacher"},
            ),
        ],
        [
            NewEvent(
                case,
                {
                    "kind": "allegation_added",
                    "allegation": allegation,
                    "clause": "SMP-4.1",
                    "breach": "images_without_consent",
                    "band": "S3",
                    "period": {"from": "2026-02-23", "to": "2026-02-27"},
                    "gross_misconduct": False,
                    **on("2026-03-03"),
                },
                {"text": "That you posted named photographs of pupils without consent."},
            )
        ],
        [
            NewEvent(
                case,
                {
                    "kind": "evidence_added",
                    "evidence": minutes,
                    "file": "file",
                    "type": "minutes",
                    "points": "neutral",
                    "supports": [allegation],
                    **on("2026-03-04"),
                },
                {"title": "Minutes “as agreed”", "file_key": "file"},
            ),
            NewEvent(
                case, {"kind": "note_added", "type": "note", **on("2026-03-04")}, {"text": "Rang home."}
            ),
        ],
        [
            NewEvent(
                case,
                {
                    "kind": "letter_issued",
                    "letter": letter,
                    "template": "hearing-invitation",
                    "recipient": subject,
                    "checkpoint": 6,
                    **on("2026-03-05"),
                },
                {},
            )
        ],
        [
            NewEvent(
                case,
                {
                    "kind": "step_taken",
                    "strand": "procedure",
                    "step": "decide_outcome",
                    "from": "hearing_held",
                    "to": "outcome_decided",
                    "policy": policy,
                    "calendar": calendar,
                    "values": {"sanction": "final_written_warning", "months": 12},
                    "given": ["reasons"],
                    "clocks": [{"clock": "appeal", "due": "2026-03-27", "from": "2026-03-20"}],
                    **on("2026-03-20"),
                    **chair,
                },
                {"texts": {"reasons": "The photographs named children.\nConsent had not been asked."}},
            ),
            NewEvent(
                person,
                {"kind": "sanction_recorded", "sanction": "final_written_warning", **on("2026-03-20")},
                {"case": "ASH-26-7KQ4"},
            ),
        ],
    ]


def make() -> Golden:
    """Make the ledger."""
    dice = SeededDice(b"casework golden ledger 1")
    organisation, log = new_id(dice), new_id(dice)
    account, signing = AccountKeys.generate(new_id(dice), dice), SigningKey.generate(dice)
    recovery = RecoveryKey.generate(organisation, dice)
    origin = f"casework.example/{organisation}/cases/1"
    case, person = new_id(dice), new_id(dice)
    keys = {stream: StreamKey.generate(stream, "main", 1, dice) for stream in (case, person)}
    file_id, file_key = new_id(dice), dice.bytes(32)
    chunks = list(seal_file(file_key, file_id, [FILE_TEXT], dice))
    head, number = LogHead.empty(log, origin), {case: 1, person: 1}
    events: list[StoredEvent] = []
    heads: list[str] = []
    for day, action in zip(DAYS, _story(case, person, dice), strict=True):
        sealed = seal_events(
            [_with_file(event, file_id, file_key, chunks) for event in action],
            log=log,
            first_n=number,
            keys=keys.__getitem__,
            dice=dice,
        )
        appended = extend(
            head,
            sealed,
            command=new_id(dice),
            now=FixedClock(datetime(2026, 3, day, 15, 30, 15, 37_000 * day, UTC)).now(),
            sign=signing.signer(origin),
            newest={stream: n - 1 for stream, n in number.items()},
        )
        for event in appended.events:
            number[event.stream] += 1
        head = appended.head
        events += appended.events
        heads.append(appended.note)
    return Golden(account, signing, recovery, log, origin, keys, events, heads, file_id, file_key, chunks)


def _with_file(event: NewEvent, file_id: str, file_key: bytes, chunks: list[bytes]) -> NewEvent:
    """Put the file's id, hash and key into the event that is about it."""
    if event.kind != "evidence_added":
        return event
    digest = hashlib.sha256(b"".join(chunks)).hexdigest()
    return NewEvent(
        event.stream,
        {**event.facts, "file": file_id, "sealed_sha256": digest},
        {**event.body, "file_key": file_key.hex()},
    )


def contents(golden: Golden, folder: Path) -> dict[str, bytes]:
    """Return the files that are made anew each time; `folder` is an empty one to write key files into."""
    dice = SeededDice(b"casework golden key files 1")
    write_account_keys(folder / "none.key", golden.account, protection="none", dice=dice)
    write_account_keys(
        folder / "account.key",
        golden.account,
        protection="passphrase",
        passphrase=lambda: PASSPHRASE,
        dice=dice,
    )
    write_recovery_key(
        folder / "recovery.key",
        golden.recovery,
        protection="passphrase",
        passphrase=lambda: PASSPHRASE,
        dice=dice,
    )
    verifier = golden.signing.signer(golden.origin).verifier()
    log = {"log": golden.log, "origin": golden.origin, "verifier": verifier.to_text()}
    keys = [
        {
            "compartment": key.compartment,
            "epoch": key.epoch,
            "key": key.key_id,
            "secret": key.secret.hex(),
            "stream": key.stream,
        }
        for key in golden.keys.values()
    ]
    file = {
        "chunks": [base64.b64encode(chunk).decode() for chunk in golden.file_chunks],
        "file": golden.file_id,
        "key": golden.file_key.hex(),
        "sha256": hashlib.sha256(FILE_TEXT).hexdigest(),
    }
    return {
        "events.jsonl": b"".join(_line(_row(event)) for event in golden.events),
        "heads.jsonl": b"".join(_line({"note": note}) for note in golden.heads),
        "log.json": _line(log),
        "keys.jsonl": b"".join(_line(key) for key in keys),
        "file.json": _line(file),
        "account-unprotected.key": (folder / "none.key").read_bytes(),
        "account.key": (folder / "account.key").read_bytes(),
        "recovery.key": (folder / "recovery.key").read_bytes(),
    }


def _row(event: StoredEvent) -> dict[str, Any]:
    """Return an event as a line that people can read too."""
    assert event.facts is not None and event.facts_salt is not None and event.sealed is not None
    return {
        "envelope": event.envelope.decode(),
        "facts": event.facts.decode(),
        "facts_salt": event.facts_salt.hex(),
        "log": event.log,
        "n": event.n,
        "pos": event.pos,
        "sealed": base64.b64encode(event.sealed).decode(),
        "stream": event.stream,
    }


def read_events() -> list[StoredEvent]:
    """Return the stored golden events, without making anything."""
    rows = [json.loads(line) for line in (HERE / "events.jsonl").read_text("utf-8").splitlines()]
    return [
        StoredEvent(
            row["log"],
            row["pos"],
            row["stream"],
            row["n"],
            row["envelope"].encode(),
            bytes.fromhex(row["facts_salt"]),
            row["facts"].encode(),
            base64.b64decode(row["sealed"]),
        )
        for row in rows
    ]


def read_heads() -> list[str]:
    """Return the stored golden heads."""
    return [json.loads(line)["note"] for line in (HERE / "heads.jsonl").read_text("utf-8").splitlines()]


def _line(value: dict[str, Any]) -> bytes:
    """Return a value as one line."""
    return canonical_bytes(value) + b"\n"


def main() -> None:
    """Write the files, and a wrap if there is none yet."""
    golden = make()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in contents(golden, Path(folder)).items():
            (HERE / name).write_bytes(data)
    if not (HERE / "wrap.json").exists():
        key = next(iter(golden.keys.values()))
        made = wrap(key, golden.account.agreement_public, golden.account.account)
        (HERE / "wrap.json").write_bytes(
            _line(
                {
                    "blob": made.blob.hex(),
                    "key": made.key_id,
                    "recipient": made.recipient,
                    "suite": made.suite,
                }
            )
        )


if __name__ == "__main__":
    main()
