"""Tampering at random: single changes to a real database, each with the classes that verification may name it by.

    python -m tests.support.tampering --changes 10000 --seed 1

Every change is seeded, so that one that is found wanting can be made again. What verification is known not to notice
without a key is listed in `UNNOTICED`, as docs/security.md says it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.ledger.checkpoint import Checkpoint, Signer
from casework.ledger.commitment import FACTS_TAG, commit
from casework.ledger.event import Envelope
from casework.ledger.merkle import Frontier
from casework.store.schema import metadata
from tests.support.victim import (
    ALTERED,
    DIRECTORY,
    DOCUMENT,
    EXPECTED,
    FILE,
    HEADS,
    KEY,
    LISTS,
    STREAM,
    UNNOTICED,
    Change,
    Outcome,
    Victim,
)


def attempt(victim: Victim, seed: str) -> Outcome:
    """Make the change of that seed, verify, and put everything back."""
    dice = random.Random(seed)
    attack = dice.choices([one for one, _ in _ATTACKS], [weight for _, weight in _ATTACKS])[0]
    try:
        return victim.judge(attack(victim, dice))
    finally:
        victim.restore()


def _value_changed(victim: Victim, dice: random.Random) -> Change:
    """Flip one bit of one value."""
    table, column = dice.choice([*sorted(EXPECTED), *sorted(UNNOTICED)])
    rows = (
        victim.ask(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL")
        if _has_rowid(table)
        else []
    )
    if not rows:
        return _clustered_changed(victim, dice, table, column)
    row, value = dice.choice(rows)
    victim.run((f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?", (_flipped(value, dice), row)))
    return _changed(victim, f"bit of {table}.{column}", table, column, row, value)


def _clustered_changed(victim: Victim, dice: random.Random, table: str, column: str) -> Change:
    keys = [one.name for one in metadata.tables[table].primary_key]
    rows = victim.ask(f"SELECT {', '.join(keys)}, {column} FROM {table} WHERE {column} IS NOT NULL")
    if not rows:
        return Change(f"nothing in {table}.{column}", frozenset())
    row = dice.choice(rows)
    where = " AND ".join(f"{name} = ?" for name in keys)
    sql = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}"
    victim.run((sql, (_flipped(row[-1], dice), *row[:-1])))
    return Change(f"bit of {table}.{column}", EXPECTED.get((table, column), frozenset()))


def _changed(victim: Victim, name: str, table: str, column: str, row: int, value: Any) -> Change:
    """The change, if it was made: where another row has the new value already, SQLite refuses it."""
    if victim.ask(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)) == [(value,)]:
        return Change(f"{name} (refused)", frozenset())
    return Change(name, EXPECTED.get((table, column), frozenset()))


def _has_rowid(table: str) -> bool:
    return metadata.tables[table].dialect_options["sqlite"]["with_rowid"] is not False


def _flipped(value: Any, dice: random.Random) -> Any:
    """The value with one bit flipped: of a text, in its bytes, whether or not that leaves a text."""
    if isinstance(value, int):
        return value ^ 1 << dice.randrange(20)
    data = bytearray(value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape"))
    if not data:
        return b"x" if isinstance(value, bytes) else "x"
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data) if isinstance(value, bytes) else data.decode("utf-8", "replace")


def _row_deleted(victim: Victim, dice: random.Random) -> Change:
    table = dice.choice(sorted({table for table, _ in EXPECTED} | {"wraps"}))
    keys = [one.name for one in metadata.tables[table].primary_key]
    rows = victim.ask(f"SELECT {', '.join(keys)} FROM {table}")
    if not rows:
        return Change(f"nothing in {table}", frozenset())
    row = dice.choice(rows)
    classes = _DELETED.get(table, LISTS)
    if table == "wraps":
        recovery = victim.ask("SELECT 1 FROM organisations WHERE organisation = ?", (row[1],))
        classes = KEY if recovery else frozenset()
    victim.run((f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in keys)}", row))
    return Change(f"row of {table} deleted", classes)


_DELETED = {
    "events": frozenset({"removed", "cut_short", "not_covered", "head_missing"}),
    "logs": frozenset({"removed"}),
    "organisations": frozenset({"removed"}),
    "streams": STREAM,
    "people": DIRECTORY,
    "keys": KEY,
    "files": FILE,
    "file_chunks": FILE,
    **dict.fromkeys(("policies", "catalogues", "calendars"), DOCUMENT),
}


def _log(victim: Victim, dice: random.Random) -> tuple[str, str, int]:
    """A log with at least two entries: its id, its origin and its size."""
    logs = victim.ask("SELECT log, origin, size FROM logs WHERE size > 1 ORDER BY name")
    return dice.choice(logs)  # type: ignore[no-any-return]


_PARTS = "envelope, facts_salt, facts, sealed"


def _contents_swapped(victim: Victim, dice: random.Random) -> Change:
    """Swap two entries of a log whole, or one part of them."""
    log, _, size = _log(victim, dice)
    one, two = dice.sample(range(size), 2)
    columns = dice.choice(["facts", "sealed", "facts_salt", "head", "facts, facts_salt", "envelope", _PARTS])
    read = f"SELECT {columns} FROM events WHERE log = ? AND pos = ?"
    (first,), (second,) = victim.ask(read, (log, one)), victim.ask(read, (log, two))
    put = f"UPDATE events SET ({columns}) = ({', '.join('?' * len(first))}) WHERE log = ? AND pos = ?"
    victim.run((put, (*second, log, one)), (put, (*first, log, two)))
    if first == second:
        return Change(f"the same {columns} swapped", frozenset())
    classes = {"head": HEADS, "envelope": ALTERED | {"reordered"}, _PARTS: ALTERED | {"reordered"}}.get(
        columns, ALTERED
    )
    if any(value is None for value in (*first, *second)):  # of an entry whose words were destroyed
        classes = classes | {"removed"}
    return Change(f"{columns} swapped", classes)


def _rows_swapped(victim: Victim, dice: random.Random) -> Change:
    log, _, size = _log(victim, dice)
    one, two = dice.sample(range(size), 2)
    move = "UPDATE events SET pos = ? WHERE log = ? AND pos = ?"
    victim.run((move, (-1, log, one)), (move, (one, log, two)), (move, (two, log, -1)))
    return Change("rows swapped", frozenset({"reordered"}))


def _replayed(victim: Victim, dice: random.Random) -> Change:
    """Put a copy of an entry behind the last one, or in between with the later ones moved up."""
    log, _, size = _log(victim, dice)
    source, place = dice.randrange(size), dice.choice([size, dice.randrange(size)])
    copied = "log, ?, stream, n + 100000, command, envelope, ?, facts_salt, facts, sealed"
    ((head,),) = victim.ask("SELECT head FROM events WHERE log = ? AND pos = ?", (log, source))
    kept = dice.choice([None, head])
    original = source if source < place else source + 1
    victim.run(
        ("UPDATE events SET pos = -pos - 2 WHERE log = ? AND pos >= ?", (log, place)),
        ("UPDATE events SET pos = -pos - 1 WHERE log = ? AND pos < 0", (log,)),
        (
            f"INSERT INTO events SELECT {copied} FROM events WHERE log = ? AND pos = ?",
            (place, kept, log, original),
        ),
    )
    return Change("entry replayed", frozenset({"inserted", "altered"}))


def _cut(victim: Victim, dice: random.Random) -> Change:
    """Cut the end off; with or without putting the row to which the next entry is appended back as well."""
    log, _, size = _log(victim, dice)
    left = dice.randrange(size)
    statements: list[tuple[str, tuple[Any, ...]]] = [
        ("DELETE FROM events WHERE log = ? AND pos >= ?", (log, left))
    ]
    clean = dice.random() < 0.5
    if clean:
        frontier, recorded = Frontier(), ""
        for (envelope,) in victim.ask(
            "SELECT envelope FROM events WHERE log = ? AND pos < ? ORDER BY pos", (log, left)
        ):
            frontier, recorded = frontier.append(envelope), Envelope.from_bytes(envelope).recorded
        place = "UPDATE logs SET size = ?, frontier = ?, last_recorded = ? WHERE log = ?"
        statements.append((place, (frontier.size, frontier.to_bytes(), recorded, log)))
    victim.run(*statements)
    return Change("end cut off", frozenset({"rolled_back", "not_covered", "cut_short"}))


def _key_exchanged(victim: Victim, dice: random.Random) -> Change:
    """Sign the log anew with a key of one's own, and put that in the place of the log's."""
    log, origin, _ = _log(victim, dice)
    forger = Signer.holding(origin, Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)))
    victim.run(
        ("UPDATE logs SET public_key = ? WHERE log = ?", (forger.public_key, log)),
        *_signed_anew(victim, log, forger),
    )
    return Change("key exchanged, all signed anew", frozenset({"head_forged"}))


def _rewritten(victim: Victim, dice: random.Random) -> Change:
    """Rewrite the facts of an entry with the log's own key, as somebody does who has stolen it."""
    log, origin, size = _log(victim, dice)
    pos = dice.randrange(size)
    ((raw, salt, facts),) = victim.ask(
        "SELECT envelope, facts_salt, facts FROM events WHERE log = ? AND pos = ?", (log, pos)
    )
    changed = facts[:-1] + b',"z":1}'
    made = Envelope.from_bytes(raw).facts_commit.encode()
    envelope = raw.replace(made, commit(FACTS_TAG, salt, changed).encode())
    victim.run(
        ("UPDATE events SET envelope = ?, facts = ? WHERE log = ? AND pos = ?", (envelope, changed, log, pos))
    )
    victim.run(*_signed_anew(victim, log, victim.signer(origin)))
    noticed = frozenset({"rolled_back", "unlawful", "settings_altered", "directory_altered", "log_altered"})
    return Change("rewritten with the stolen key", noticed | HEADS)


def _signed_anew(victim: Victim, log: str, signer: Signer) -> list[tuple[str, tuple[Any, ...]]]:
    frontier, statements = Frontier(), list[tuple[str, tuple[Any, ...]]]()
    for pos, envelope, head in victim.ask(
        "SELECT pos, envelope, head FROM events WHERE log = ? ORDER BY pos", (log,)
    ):
        frontier = frontier.append(envelope)
        if head is not None:
            note = signer.sign_note(Checkpoint(signer.name, frontier.size, frontier.root()).text())
            statements.append(("UPDATE events SET head = ? WHERE log = ? AND pos = ?", (note, log, pos)))
    return [*statements, ("UPDATE logs SET frontier = ? WHERE log = ?", (frontier.to_bytes(), log))]


def _head_exchanged(victim: Victim, dice: random.Random) -> Change:
    """Put another head in the place of one: of another size, root or key; or none."""
    log, origin, _ = _log(victim, dice)
    (pos, head) = dice.choice(
        victim.ask("SELECT pos, head FROM events WHERE log = ? AND head IS NOT NULL", (log,))
    )
    forger = Signer.holding(origin, Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)))
    lines = head.split("\n")
    other = b64encode(dice.randbytes(32)).decode()
    new = dice.choice(
        [
            None,
            forger.sign_note("\n".join(lines[:3]) + "\n"),
            victim.signer(origin).sign_note(f"{origin}\n{pos + 1}\n{other}\n"),
            victim.signer(origin).sign_note(f"{origin}\n{pos + 1000}\n{other}\n"),
            head.replace(lines[2], other),
            head + head.split("\n\n")[1],
            "",
            head.encode(),
        ]
    )
    victim.run(("UPDATE events SET head = ? WHERE log = ? AND pos = ?", (new, log, pos)))
    repeated = isinstance(new, str) and new == head + head.split("\n\n")[1]
    return Change("head exchanged", frozenset() if repeated else HEADS | {"cut_short"})


def _erased(victim: Victim, dice: random.Random) -> Change:
    log, _, size = _log(victim, dice)
    columns = dice.choice([("sealed",), ("facts",), ("facts_salt",), ("facts", "facts_salt", "sealed")])
    sets, pos = ", ".join(f"{column} = NULL" for column in columns), dice.randrange(size)
    (before,) = victim.ask(f"SELECT {', '.join(columns)} FROM events WHERE log = ? AND pos = ?", (log, pos))
    victim.run((f"UPDATE events SET {sets} WHERE log = ? AND pos = ?", (log, pos)))
    if not any(value is not None for value in before):
        return Change("parts of an entry erased that were erased before", frozenset())
    return Change("parts of an entry erased", frozenset({"altered", "removed"}))


def _page_broken(victim: Victim, dice: random.Random) -> Change:
    """Flip one bit anywhere in the file, as a bad disk does."""
    data = bytearray(victim.pristine)
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    victim.path.write_bytes(bytes(data))
    return Change("page with a flipped bit", frozenset())


_ATTACKS: list[tuple[Callable[[Victim, random.Random], Change], int]] = [
    (_value_changed, 48),
    (_row_deleted, 10),
    (_contents_swapped, 8),
    (_rows_swapped, 3),
    (_replayed, 5),
    (_cut, 6),
    (_key_exchanged, 2),
    (_rewritten, 2),
    (_head_exchanged, 6),
    (_erased, 4),
    (_page_broken, 6),
]


def main() -> int:
    """Make many changes to a small database, or to that of a folder, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--data", type=Path, help="a data folder, which is copied")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = make_victim(Path(temporary) / "data", given.data)
        victim, begun = Victim(folder), time.perf_counter()
        done: Counter[tuple[str, str]] = Counter()
        wrong = []
        for number in range(given.changes):
            seed = f"{given.seed}/{number}"
            try:
                outcome = attempt(victim, seed)
            except Exception as problem:
                wrong.append(f"{seed}: crashed: {type(problem).__name__}: {problem}")
                continue
            done[outcome.change.name, outcome.named] += 1
            if not outcome.right:
                wrong.append(
                    f"{seed}: {outcome.change.name}: {outcome.named}, not {sorted(outcome.change.classes)}"
                )
    for (name, named), count in sorted(done.items()):
        print(f"{count:6}  {name:45} {named}")
    print(f"\n{given.changes} changes in {time.perf_counter() - begun:.0f} s; {len(wrong)} not named rightly")
    print("\n".join(wrong[:60]))
    return 1 if wrong else 0


def make_victim(folder: Path, of: Path | None) -> Path:
    """Copy a data folder, or make a small one with everything that a record can have been through.

    A case with an item of evidence, another one whose words were destroyed, a warning, a register entry, an entry on
    who looked, two changes of key, and a restore from a backup, after which it goes on in another generation.
    """
    if of is not None:
        shutil.copytree(of, folder)
        return folder
    from tests.integration.cli.desk import Desk
    from tests.security.conftest import make_attacked

    first = folder.with_name("first")
    desk = Desk(first, make_attacked(first))
    desk.type("case", "show", desk.reference)
    desk.type("register", "add", "low-level-concerns", *_CONCERN)
    words = ("--reported", "2026-02-24", "--employee", "Daniel Okoro", "--summary", "Late", "--json")
    other = desk.type("case", "open", *words, "--role", "headteacher=Helen Marsh").json["reference"]
    desk.type("audit", "rotate-key")
    _erase(first, other)
    backup = str(folder.with_name("one.backup"))
    desk.type("db", "backup", backup)
    recovery = ("--recovery-key", str(first / "recovery.key"))
    desk.type("db", "restore", backup, "--to", str(folder), *recovery)
    restored = Desk(folder, desk.reference)
    restored.type("case", "note", desk.reference, "After the restore")
    restored.type("audit", "rotate-key")
    restored.type("case", "note", desk.reference, "After the change of key")
    return folder


_CONCERN = (
    *("--person", "Ruth Adeyemi", "--raised-on", "2026-03-01", "--concern", "Gave a pupil a lift"),
    *("--context", "After the match", "--action", "Talked about it"),
)


def _erase(folder: Path, reference: str) -> None:
    """Destroy the words of a case on record, as retention does."""
    from casework.base.time import FixedClock
    from casework.services.erasing import erase
    from casework.services.erasure import Erasure
    from casework.services.loading import find_case
    from casework.services.schools import choose_school
    from casework.services.workspace import Workspace
    from tests.integration.cli.desk import NOW

    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        case = find_case(workspace, school, reference)
        numbers = tuple(range(1, case.n + 1))
        erase(
            workspace,
            school,
            [Erasure(case.stream, numbers, "words", True, "no_action", ("RET-1d",), "2026-03-02")],
        )


if __name__ == "__main__":
    sys.exit(main())
