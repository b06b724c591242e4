"""Verifying a ledger of up to a million entries, against the bare cost of hashing the same bytes; and `db rebuild`.

    python -m benchmarks.ledger --cases 10000 [--folder FOLDER] [--plot FILE.svg]

The ledger is written by the core itself: a whole case of the demonstration, with notes up to a hundred entries, is
sealed anew for each case under a key of its own, placed, hashed and signed act by act, all cases side by side. Letters
and evidence get files of a few bytes. The bodies of letters are shortened, so that less is hashed for each entry, which
makes the bare hashing cheaper and the limits harder to hold.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.growth import plot
from casework.base.ids import SystemDice, new_id
from casework.base.time import parse_instant
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.checks import check_event
from casework.ledger.commitment import FACTS_TAG
from casework.ledger.event import Envelope, NewEvent, StoredEvent
from casework.ledger.key_line import KeyLine
from casework.ledger.merkle import Frontier
from casework.ledger.seal import StreamKey, seal_file
from casework.ledger.sound import Sound, signed
from casework.services import audit
from casework.services.audit_around import Spoken
from casework.services.schools import choose_school
from casework.services.upkeep import rebuild
from casework.services.workspace import DATABASE, Workspace
from casework.services.wrapping import enter_key, readers_of
from casework.store.reader import read_only
from casework.store.rows import Log

HASHES, REPLAY = 5.0, 25.0
"""The limits: how many times the bare hashing the check of a log, and the whole verification, may cost."""

_ENTRIES = 100
_WORDS = 300
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def run(rounds: int) -> tuple[str, bool]:
    """Measure a ledger of 20,000 entries, for the suite of all benchmarks; a million takes a run of its own."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "data", 200)
        found = measure(Path(folder) / "data")
    return found.told(), found.holds


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured, in seconds; memory in MiB, of the largest process."""

    entries: int
    cases: int
    size: int
    bare: float
    reading: float
    log: float
    signatures: float
    whole: float
    whole_wall: float
    rebuilt: float
    memory: float

    @property
    def holds(self) -> bool:
        """Whether both limits hold."""
        return self.log <= HASHES * self.bare and self.replayed <= REPLAY * self.bare

    @property
    def replayed(self) -> float:
        """Processor time of hashes and replay: all but the signatures, which are Ed25519's own cost."""
        return self.whole - self.signatures

    def told(self) -> str:
        """Return the figures, for people."""
        return "\n".join(
            (
                f"A ledger of {self.entries:,} entries in {self.cases:,} cases ({self.size / 2**20:,.0f} MiB)",
                f"  reading every entry                    {self.reading:9.2f} s",
                f"  reading and hashing its bytes, bare    {self.bare:9.2f} s    1.00",
                f"  hashes, form, Merkle root at each head {self.log:9.2f} s   {self.log / self.bare:5.2f}"
                f"  limit {HASHES}",
                f"  hashes and replay, lists compared      {self.replayed:9.2f} s   {self.replayed / self.bare:5.2f}"
                f"  limit {REPLAY}",
                f"  signatures of all heads (Ed25519)      {self.signatures:9.2f} s"
                f"   {self.signatures / self.bare:5.2f}",
                f"  audit verify in all, processor time    {self.whole:9.2f} s   {self.whole / self.bare:5.2f}",
                f"  audit verify, by the clock             {self.whole_wall:9.2f} s",
                f"  db rebuild                             {self.rebuilt:9.2f} s",
                f"  memory of the largest process          {self.memory:9.0f} MiB",
            )
        )


def build(folder: Path, cases: int, say: Callable[[str], None] = lambda text: None) -> None:
    """Write a ledger of that many cases of a hundred entries each into a new data folder."""
    out = folder.parent / f"{folder.name}-demo"
    _casework("demo", "--out", str(out))
    (out / "data").rename(folder)
    template = _template(folder)
    _empty(folder)
    with Workspace.open(folder, str) as workspace, closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")
        streams = _streams(workspace, connection, cases)
        _write(workspace, connection, template, streams, say)
        rebuild(workspace)


def _casework(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "casework", *words], check=True, capture_output=True, text=True
    )
    return done.stdout


def _template(folder: Path) -> list[tuple[dict[str, Any], int, str, str]]:
    """The entries of the case: facts, length of the sealed words, instant, act."""
    with read_only(folder / DATABASE) as reader:
        log = next(log for log in reader.logs() if log.name == "cases")
        (stream,) = reader.streams(log.log, "case")
        told = []
        for event in reader.events_of(stream.stream):
            envelope = Envelope.from_bytes(event.envelope)
            facts = json.loads(event.facts or b"{}")
            told.append((facts, len(event.sealed or b""), envelope.recorded, envelope.command))
    facts, _, instant, _ = told[-1]
    note = {
        "kind": "note_added",
        "type": "other",
        "occurred": facts["occurred"],
        "recorded_by": facts["recorded_by"],
    }
    return told + [(note, 200, instant, new_id(SystemDice())) for _ in range(_ENTRIES - len(told))]


def _empty(folder: Path) -> None:
    """Take the case out again: the log goes back to the beginning of the school."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        ((log,),) = connection.execute("SELECT log FROM logs WHERE name = 'cases'")
        ((school,),) = connection.execute("SELECT stream FROM streams WHERE kind = 'organisation'")
        connection.execute("DELETE FROM events WHERE log = ? AND stream != ?", (log, school))
        for table in ("file_chunks", "files"):
            connection.execute(f"DELETE FROM {table}")
        gone = "(SELECT stream FROM streams WHERE kind IN ('case', 'person'))"
        connection.execute(
            f"DELETE FROM wraps WHERE key_id IN (SELECT key_id FROM keys WHERE stream IN {gone})"
        )
        connection.execute(f"DELETE FROM keys WHERE stream IN {gone}")
        connection.execute("DELETE FROM streams WHERE kind IN ('case', 'person')")
        frontier, recorded = Frontier(), ""
        for (envelope,) in connection.execute(
            "SELECT envelope FROM events WHERE log = ? ORDER BY pos", (log,)
        ):
            frontier, recorded = frontier.append(envelope), Envelope.from_bytes(envelope).recorded
        connection.execute(
            "UPDATE logs SET size = ?, frontier = ?, last_recorded = ? WHERE log = ?",
            (frontier.size, frontier.to_bytes(), recorded, log),
        )
    for file in (folder / "keys").glob("*.checkpoint"):
        file.unlink()


def _streams(workspace: Workspace, connection: sqlite3.Connection, cases: int) -> dict[str, StreamKey]:
    """Enter the streams of the cases and their keys, wrapped for their readers."""
    school = choose_school(workspace, None)
    readers = readers_of(workspace, school)
    with workspace.store.transaction() as transaction:
        log = transaction.log_of(school.id, "cases")
        assert log is not None
        keys = {}
        for _ in range(cases):
            stream = new_id(workspace.dice)
            transaction.add_stream(stream, log=log.log, kind="case")
            keys[stream] = StreamKey.generate(stream, "main", 1, workspace.dice)
            enter_key(transaction, keys[stream], readers)
    return keys


def _write(
    workspace: Workspace,
    connection: sqlite3.Connection,
    template: list[tuple[dict[str, Any], int, str, str]],
    streams: dict[str, StreamKey],
    say: Callable[[str], None],
) -> None:
    ((log, school, origin, public, size, frontier, last),) = connection.execute(
        "SELECT log, organisation, origin, public_key, size, frontier, last_recorded FROM logs WHERE name = 'cases'"
    )
    head, dice = LogHead(log, origin, size, frontier, last), SystemDice()
    sign = workspace.signer(Log(log, school, "cases", origin, public))
    n, begun = 1, perf_counter()
    connection.execute("BEGIN")
    for _, act in groupby(template, key=lambda entry: entry[3]):
        entries = list(act)
        rows: list[Any] = []
        files: list[Any] = []
        for number, stream in enumerate(streams):
            new = [_event(stream, number, facts, words, files, dice) for facts, words, _, _ in entries]
            sealed = seal_events(new, log=log, first_n={stream: n}, keys=streams.__getitem__, dice=dice)
            command, now = new_id(dice), parse_instant(entries[0][2])
            added = extend(head, sealed, command=command, now=now, sign=sign)
            head = added.head
            rows += [
                _row(event, command, added.note if event is added.events[-1] else None)
                for event in added.events
            ]
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO files VALUES (?, ?, ?, 1)", [file[:3] for file in files])
        connection.executemany(
            "INSERT INTO file_chunks VALUES (?, 0, ?)", [(file[0], file[3]) for file in files]
        )
        n += len(entries)
        say(f"{head.size:,} entries after {perf_counter() - begun:.0f} s")
    connection.execute(
        "UPDATE logs SET size = ?, frontier = ?, last_recorded = ? WHERE log = ?",
        (head.size, head.frontier, head.last_recorded, log),
    )
    connection.execute("COMMIT")


def _event(
    stream: str, number: int, facts: dict[str, Any], words: int, files: list[Any], dice: SystemDice
) -> NewEvent:
    if facts["kind"] == "case_opened":
        facts = {**facts, "reference": f"ASH-26-{_counted(number)}"}
    if "file" in facts:
        file, key = new_id(dice), dice.bytes(32)
        (chunk,) = seal_file(key, file, [b"A letter."], dice)
        facts = {**facts, "file": {**facts["file"], "id": file, "sealed_sha256": sha256(chunk).hexdigest()}}
        files.append((file, stream, len(chunk), chunk))
    return NewEvent(stream, facts, {"text": "x" * min(words, _WORDS)})


def _counted(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))


def _row(event: StoredEvent, command: str, note: str | None) -> tuple[Any, ...]:
    parts = (event.envelope, note, event.facts_salt, event.facts, event.sealed)
    return (event.log, event.pos, event.stream, event.n, command, *parts)


def measure(folder: Path) -> Found:
    """Measure everything on the ledger of a data folder."""
    reading, _ = _timed(lambda: sum(1 for _ in _events(folder)))
    bare, entries = _timed(lambda: _bare(folder))
    log, sound = _timed(lambda: _log_alone(folder))
    signatures, good = _timed(lambda: _signatures_alone(folder))
    assert sound and good
    begun, used = perf_counter(), _processor()
    report = audit.verify(folder)
    wall, whole = perf_counter() - begun, _processor() - used
    assert report.whole and report.lists == "fresh", report.findings[:3]
    assert report.events >= entries
    memory = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    with Workspace.open(folder, str) as workspace:
        rebuilt, _ = _timed(lambda: rebuild(workspace))
    size = (folder / DATABASE).stat().st_size
    return Found(entries, report.cases, size, bare, reading, log, signatures, whole, wall, rebuilt, memory)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time, which a busy machine changes little, and what came of the work."""
    begun = process_time()
    result = work()
    return process_time() - begun, result


def _processor() -> float:
    """Processor time of this process and of those that it started and saw end."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _events(folder: Path) -> Iterator[StoredEvent]:
    with read_only(folder / DATABASE) as reader:
        log = next(log for log in reader.logs() if log.name == "cases")
        yield from (event for event, _, _ in reader.signed_events(log.log))


def _bare(folder: Path) -> int:
    """Hash what verification has to hash, and nothing else: leaves, commitments, sealed bodies, inner nodes."""
    count = 0
    for event in _events(folder):
        sha256(b"\x00" + event.envelope).digest()
        sha256(FACTS_TAG + (event.facts_salt or b"") + (event.facts or b"")).hexdigest()
        sha256(event.sealed or b"").hexdigest()
        sha256(event.envelope[:65]).digest()
        count += 1
    return count


def _log_alone(folder: Path) -> bool:
    """What verification does with a log, without its signatures."""
    with read_only(folder / DATABASE) as reader:
        log = next(log for log in reader.logs() if log.name == "cases")
        sound, spoken = Sound(log.origin, log.log, {}), Spoken()
        for event, _, head in reader.signed_events(log.log):
            checked = check_event(event)
            spoken.take(event, checked)
            sound.take(checked, head)
        return sound.finish()


def _signatures_alone(folder: Path) -> bool:
    with read_only(folder / DATABASE) as reader:
        log = next(log for log in reader.logs() if log.name == "cases")
        return signed(reader.heads(log.log), KeyLine(log.origin, log.public_key))


def main() -> int:
    """Build a ledger, measure it, and smaller ones for the plot; 0 when the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, nargs="+", default=[1000], help="how many; several for the plot")
    parser.add_argument("--folder", type=Path, help="where; kept afterwards")
    parser.add_argument("--plot", type=Path, help="draw growth with size into this SVG file")
    given = parser.parse_args()
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n",
        flush=True,
    )
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for cases in given.cases:
            folder = (given.folder or Path(temporary)) / f"ledger-{cases}"
            if not folder.exists():
                build(folder, cases, lambda text: print(f"  {text}", file=sys.stderr, flush=True))
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:  # for its memory alone
                found.append(fresh.submit(measure, folder).result())
            print(f"{found[-1].told()}\n  {'held' if found[-1].holds else 'NOT HELD'}\n", flush=True)
    if given.plot:
        lines = {
            "audit verify in all": [one.whole for one in found],
            "hashes and Merkle roots": [one.log for one in found],
            "db rebuild": [one.rebuilt for one in found],
            "bare hashing": [one.bare for one in found],
        }
        given.plot.write_text(plot([one.entries for one in found], lines), encoding="utf-8")
    return 0 if all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
