"""Verifies a bundle of one casework case: is it whole and unaltered, and who says so?

    python3 verify.py [BUNDLE] [--key-fingerprint HEX] [--against FILE] [--json]

BUNDLE is the .zip or the unpacked folder; without it, the folder that this file lies in. This file needs Python 3.11
or later and nothing else; with the package `cryptography` it checks the two signatures too, and says so if it cannot.
Nothing is unpacked, run or changed. It shares no code with what wrote the bundle; docs/reference/formats.md of casework
says the formats. Take it from a source that you trust: whoever alters a bundle can alter the copy in it.

It shows, in this order:

1. each file is the one that the manifests name (RFC 8493), and the school's signed statement covers the manifests;
2. the school's signed checkpoint covers each event (RFC 6962), in its place, with none missing in between;
3. facts, words and files are those that the events were recorded with, as far as they are disclosed here;
4. checkpoints that were signed earlier agree: the record has only grown.

It does not show that the key is the school's, unless its fingerprint came to you by another way than the bundle; that
nothing was recorded later; that what was recorded is true; or that each step was lawful: `casework verify BUNDLE`
judges that. PDF, CSV and JSON histories are the school's reading of the
events; the statement says that it is the school's.

Longer than 400 lines because it has to be one file that somebody can read and run by itself.

Exit codes: 0 whole; 1 altered, cut short or wrong key; 2 cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import re
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

MOST_FILES, MOST_BYTES, MOST_JSON = 20_000, 8 * 2**30, 256 * 2**20
MOST_GROWTH = 200  # a deflated text grows by ten or twenty; a bomb by a thousand
INDEX, EVENTS, CONSISTENCY = "data/bundle.json", "data/events.jsonl", "data/consistency.json"
CHECKPOINT, STATEMENT = "data/checkpoint.txt", "statement.txt"
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
ALTERED, CUT_SHORT = "altered", "cut short"

NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}/){0,4}[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
HASH, ID = "[0-9a-f]{64}", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
COUNT, INSTANT = "0|[1-9][0-9]{0,15}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ENVELOPE = re.compile(
    f'{{"body_commit":"(?P<body>{HASH})","command":"{ID}","facts_commit":"(?P<facts>{HASH})","log":"(?P<log>{ID})",'
    f'"n":(?P<n>{COUNT}),"pos":(?P<pos>{COUNT}),"recorded":"(?P<recorded>{INSTANT})",'
    f'"sealed_sha256":"{HASH}","stream":"(?P<stream>{ID})","v":1}}',
    re.ASCII,
)


class Unreadable(Exception):
    """What was given is no bundle, or one that would harm whoever opens it."""


class WrongInput(Unreadable):
    """What was given beside the bundle, a fingerprint or a checkpoint, is none."""


class TornOff(Unreadable):
    """A .zip file that ends before its end."""


@dataclass
class Event:
    """One event as the bundle discloses it; `facts` and `body` are None where they are not."""

    stream: str
    n: int
    pos: int
    recorded: str
    envelope: bytes
    facts: dict[str, Any] | None
    body: dict[str, Any] | None


@dataclass
class Report:
    """What was found. `findings` are pairs of a class, `altered` or `cut short`, and a sentence."""

    findings: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    index: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    files: int = 0
    fingerprint: str = ""
    signed: bool = False
    key_known: bool = False

    @property
    def verdict(self) -> str:
        """`altered`, `cut short`, `signature not checked`, `only self-attested` or `whole`."""
        kinds = {kind for kind, _ in self.findings}
        if kinds:
            return ALTERED if ALTERED in kinds else CUT_SHORT
        if not self.signed:
            return "signature not checked"
        return "whole" if self.key_known else "only self-attested"

    def add(self, kind: str, says: str) -> None:
        """Add a finding."""
        self.findings.append((kind, says))

    def case_events(self) -> list[Event]:
        """The events of the case, in order."""
        return [event for event in self.events if event.stream == self.index.get("stream")]


class Files:
    """The files of a bundle by their names, with their sizes; nothing is ever unpacked."""

    def __init__(self, path: Path) -> None:
        self.sizes: dict[str, int] = {}
        self._held: set[str] = set()
        self._folder, self._inside = path, ""
        self._zip: zipfile.ZipFile | None = None
        try:
            if path.is_dir():
                self._list_folder()
            else:
                self._open_zip(path)
        except OSError as problem:
            raise Unreadable(f"{path} cannot be read: {problem.strerror or 'unknown reason'}.") from None
        if len(self.sizes) > MOST_FILES or sum(self.sizes.values()) > MOST_BYTES:
            raise Unreadable(
                f"It holds more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes, as no case does."
            )
        if "bagit.txt" not in self.sizes:
            raise Unreadable("It is no bundle: it holds no file bagit.txt.")

    def _list_folder(self) -> None:
        for found in self._folder.rglob("*"):
            name = found.relative_to(self._folder).as_posix()
            kind = found.lstat().st_mode
            if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
                raise Unreadable(f"It holds {name!a}, which is a link or no file.")
            if stat.S_ISREG(kind):
                self._take(name, found.lstat().st_size)
            if len(self.sizes) > MOST_FILES:
                break

    def _open_zip(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, RecursionError):
            with path.open("rb") as file:
                begun = file.read(4) == b"PK\x03\x04"
            if begun:
                raise TornOff(f"{path.name} is a .zip file without its end.") from None
            raise Unreadable(f"{path} is neither a .zip file nor a folder.") from None
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        roots = {entry.filename.partition("/")[0] for entry in entries}
        self._inside = f"{roots.pop()}/" if len(roots) == 1 else ""
        for entry in entries:
            if entry.flag_bits & 1 or stat.S_ISLNK(entry.external_attr >> 16):
                raise Unreadable(f"It holds {entry.filename!a}, which is encrypted or a link.")
            self._take(entry.filename.removeprefix(self._inside), entry.file_size)
        if sum(self.sizes.values()) > MOST_GROWTH * path.stat().st_size + 2**26:
            raise Unreadable("It would grow to many times its size when it is unpacked. It was not opened.")

    def _take(self, name: str, size: int) -> None:
        if not NAME.fullmatch(name) or ".." in name:
            raise Unreadable(f"It holds a file of the name {name[:200]!a}, which no bundle holds.")
        if name.casefold() in self._held:
            raise Unreadable(f"It holds {name} twice.")
        self._held.add(name.casefold())
        self.sizes[name] = size

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read."""
        if self._zip is not None:
            return self._zip.open(self._inside + name)
        return (self._folder / name).open("rb")

    def sha256(self, name: str) -> str:
        """Return SHA-256 of a file; empty if its bytes cannot be read any more."""
        digest = hashlib.sha256()
        try:
            with self.open(name) as file:
                while piece := file.read(2**20):
                    digest.update(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            return ""
        return digest.hexdigest()

    def read(self, name: str) -> bytes:
        """Return a file's bytes; nothing if it is not there or cannot be read (which the manifest's check names)."""
        if self.sizes.get(name, MOST_JSON + 1) > MOST_JSON:
            return b""
        try:
            with self.open(name) as file:
                return file.read(MOST_JSON + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            return b""


def strict_json(data: bytes) -> Any:
    """Return JSON that has one meaning: no key twice, no fractions, no number beyond 2^53.

    Raises:
        ValueError: it is something else, or too deep.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice")
        return found

    def refused(text: str) -> Any:
        raise ValueError(f"{text[:20]} is no number of a record")

    def whole(text: str) -> int:
        return int(text) if len(text) < 17 and abs(int(text)) < 2**53 else refused(text)

    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=once,
            parse_float=refused,
            parse_constant=refused,
            parse_int=whole,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def verify(path: Path, key_fingerprint: str = "", witnesses: tuple[str, ...] = ()) -> Report:
    """Verify a bundle.

    Args:
        path: the .zip or the folder.
        key_fingerprint: SHA-256 of the school's public key in hexadecimal, or its verifier key, known from elsewhere.
        witnesses: checkpoints of the school's record that were kept elsewhere.

    Raises:
        Unreadable: it is no bundle, or one that would do harm.
    """
    report = Report()
    try:
        files = Files(path)
    except TornOff as problem:
        report.add(CUT_SHORT, str(problem))
        return report
    _check_manifests(files, report)
    try:
        report.index = _object(strict_json(files.read(INDEX)))
        if report.index.get("format") != "casework/bundle/v1":
            raise ValueError("it is of another format")
        name, key = _verifier_key(str(report.index.get("verifier_key")))
    except (ValueError, IndexError) as problem:
        if not report.findings:
            raise Unreadable(f"Its {INDEX} cannot be read: {problem}.") from None
        return report
    report.fingerprint = hashlib.sha256(key).hexdigest()
    _check_key(report, key_fingerprint)
    head = _signed(files.read(CHECKPOINT), name, [key], report, "checkpoint")
    said = _signed(files.read(STATEMENT), name, [key], report, "statement")
    size, root = _head(head, name, report)
    _check_statement(files, report, said, name)
    _check_events(files, report, size, root)
    _check_files(files, report)
    _check_earlier(files, report, _every_key(report, name, key), (size, root), witnesses)
    return report


def _check_manifests(files: Files, report: Report) -> None:
    """Each file is the one that a manifest names, and none is there that no manifest names."""
    named: dict[str, str] = {}
    for manifest in (MANIFEST, TAGMANIFEST):
        if manifest not in files.sizes:
            report.add(CUT_SHORT, f"{manifest} is missing.")
        for line in files.read(manifest).decode("latin-1").splitlines():
            digest, _, name = line.partition("  ")
            if name in named or not re.fullmatch(HASH, digest):
                report.add(ALTERED, f"{manifest} has a line that is none: {line[:80]!a}.")
            named[name] = digest
    for name, digest in named.items():
        if name not in files.sizes:
            report.add(CUT_SHORT, f"{name[:120]!a} is missing.")
        elif files.sha256(name) != digest:
            report.add(_kind_of_change(files, name), f"{name} is not the file that was exported.")
    report.files = len(named)
    for name in sorted(files.sizes.keys() - named.keys() - {TAGMANIFEST, STATEMENT}):
        report.add(ALTERED, f"{name} was not in the export.")


def _kind_of_change(files: Files, name: str) -> str:
    """A file that is shorter than the index says was cut; anything else was altered."""
    try:
        listed = _object(strict_json(files.read(INDEX))).get("files")
        sizes = {item["path"]: item["bytes"] for item in listed} if isinstance(listed, list) else {}
        return CUT_SHORT if files.sizes[name] < sizes.get(name, 0) else ALTERED
    except (ValueError, KeyError, TypeError):
        return ALTERED


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("it holds something else than an object")
    return value


def _verifier_key(line: str) -> tuple[str, bytes]:
    """Read `name+id+base64 of 0x01 and the public key`."""
    name, stated, encoded = line.split("+", 2)
    material = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n\x01" + material[1:]).hexdigest()[:8]
    if len(material) != 33 or material[0] != 1 or stated != expected:
        raise ValueError("its public key is none")
    return name, material[1:]


def _check_key(report: Report, given: str) -> None:
    wanted = re.sub(r"[\s:]", "", given).lower()
    if "+" in given:
        try:
            wanted = hashlib.sha256(_verifier_key(given.strip())[1]).hexdigest()
        except (ValueError, IndexError):
            raise WrongInput("The key that you gave is no verifier key: name+1a2b3c4d+AbCd...") from None
    if wanted and not re.fullmatch(HASH, wanted):
        raise WrongInput("A key fingerprint has 64 hexadecimal digits.")
    report.key_known = wanted == report.fingerprint
    if wanted and not report.key_known:
        report.add(ALTERED, f"It was signed with another key than yours: {report.fingerprint}.")


def _signed(note: bytes, name: str, keys: list[bytes], report: Report, what: str) -> list[str]:
    """Return the lines of a signed note (C2SP); its signature is checked where that can be done."""
    text, _, lines = note.decode("utf-8", "replace").rpartition("\n\n")
    ours = [line[len(name) + 3 :] for line in lines.split("\n") if line.startswith(f"— {name} ")]
    if not text or not ours:
        report.add(ALTERED if note else CUT_SHORT, f"The school's signed {what} is not there.")
        return []
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        report.notes = ["Signatures were not checked: the package cryptography is not here."]
        return text.split("\n")
    public = [Ed25519PublicKey.from_public_bytes(key) for key in keys]
    for signature, by in itertools.product(ours, public):
        try:
            by.verify(base64.b64decode(signature, validate=True)[4:], f"{text}\n".encode())
            break
        except (InvalidSignature, ValueError):
            continue
    else:
        report.add(ALTERED, f"The {what} is not what the school signed.")
    report.signed = True
    return text.split("\n")


def _head(lines: list[str], name: str, report: Report) -> tuple[int, bytes]:
    """Return size and root of a checkpoint."""
    if len(lines) == 3 and lines[0] == name and re.fullmatch(COUNT, lines[1]):
        try:
            return int(lines[1]), base64.b64decode(lines[2], validate=True)
        except ValueError:
            pass
    if lines:
        report.add(ALTERED, "The checkpoint is none of the school's record.")
    return 0, b""


def _check_statement(files: Files, report: Report, lines: list[str], name: str) -> None:
    """The statement covers the manifests, and says how many events there are."""
    if not lines:
        return
    if len(lines) != 7 or lines[:2] != ["casework/bundle/v1", name] or lines[2] != report.index.get("stream"):
        report.add(ALTERED, "The school's statement is about another bundle.")
        return
    if lines[5] != files.sha256(TAGMANIFEST):
        report.add(ALTERED, f"The school's statement does not cover {TAGMANIFEST}.")
    if lines[3] != str(report.index.get("events")) or lines[4] != str(report.index.get("entries")):
        report.add(ALTERED, "The school's statement counts other events than the index.")
    report.index["events"], report.index["entries"] = (int(n) if n.isdecimal() else -1 for n in lines[3:5])


def _check_events(files: Files, report: Report, size: int, root: bytes) -> None:
    """Each event is covered by the checkpoint, in its place, with what it was recorded with."""
    numbers: dict[str, int] = {}
    before, recorded, lines = -1, "", files.read(EVENTS).splitlines()
    for at, line in enumerate(lines):
        try:
            event = _event(line, size, root)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            cut = at == len(lines) - 1 and _kind_of_change(files, EVENTS) == CUT_SHORT
            report.add(CUT_SHORT if cut else ALTERED, f"Entry {at + 1} of {EVENTS}: {str(problem)[:120]}.")
            continue
        report.events.append(event)
        if event.pos <= before or event.recorded < recorded:
            report.add(ALTERED, f"The event at position {event.pos} is out of order.")
        if event.n != numbers.get(event.stream, 0) + 1:
            report.add(CUT_SHORT, f"Before event {event.n} of {_stream(report, event)}, events are missing.")
        numbers[event.stream], before, recorded = event.n, event.pos, event.recorded
    held = (numbers.get(str(report.index.get("stream")), 0), len(report.events))
    stated = (report.index.get("events"), report.index.get("entries"))
    if stated != held and not any(kind == ALTERED for kind, _ in report.findings):
        report.add(CUT_SHORT, f"{stated[0]} events of the case were exported; {held[0]} are here.")


def _stream(report: Report, event: Event) -> str:
    return "the case" if event.stream == report.index.get("stream") else "the school"


def _event(line: bytes, size: int, root: bytes) -> Event:
    """Read one event and check all that it can show by itself.

    Raises:
        ValueError, KeyError, TypeError: what is wrong with it.
    """
    item = _object(strict_json(line))
    envelope = item["envelope"].encode()
    said = ENVELOPE.fullmatch(item["envelope"])
    if said is None:
        raise ValueError("it is no envelope that this verifier knows")
    pos, n = int(said["pos"]), int(said["n"])
    proof = [bytes.fromhex(text) for text in item["proof"]]
    if not included(hashlib.sha256(b"\0" + envelope).digest(), pos, size, proof, root):
        raise ValueError(f"the checkpoint does not cover the event at position {pos}")
    facts = _part(item, "facts", said["facts"])
    body = _part(item, "body", said["body"])
    return Event(said["stream"], n, pos, said["recorded"], envelope, facts, body)


def _part(item: dict[str, Any], part: str, commitment: str) -> dict[str, Any] | None:
    """Return facts or body as far as they are disclosed, and found to be what the envelope commits to."""
    text, salt = item[part], item[f"{part}_salt"]
    if text is None and salt is None:
        return None
    tag = f"casework/{part}/v1\n".encode()
    if hashlib.sha256(tag + bytes.fromhex(salt) + text.encode()).hexdigest() != commitment or len(salt) != 64:
        raise ValueError(f"its {part} are not those that were recorded")
    return _object(strict_json(text.encode()))


def _check_files(files: Files, report: Report) -> None:
    """Each file belongs to an event that holds its fingerprint; each document is what events cite by its digest."""
    by_n = {event.n: event for event in report.case_events()}
    listed = report.index.get("files")
    held = set()
    for item in listed if isinstance(listed, list) else []:
        path, n, digest = (
            item.get(key) if isinstance(item, dict) else None for key in ("path", "event", "digest")
        )
        if not isinstance(path, str) or path not in files.sizes:
            continue
        event, actual = by_n.get(n) if isinstance(n, int) else None, files.sha256(path)
        if digest is not None and digest != actual:
            report.add(ALTERED, f"{path} is not the document that the events cite.")
        if n is not None:
            held.add(n)
            if event is None:
                report.add(CUT_SHORT, f"Event {n}, to which {path} belongs, is missing.")
            elif (event.body or {}).get("file_sha256") != actual:
                report.add(ALTERED, f"{path} is not the file of event {n}.")
    for n, event in by_n.items():
        if "file_key" in (event.body or {}) and n not in held:
            report.add(CUT_SHORT, f"The file of event {n} is missing.")


def _every_key(report: Report, name: str, key: bytes) -> dict[str, list[bytes]]:
    """The keys of the school's record by its names: those of now, and the earlier ones that the signed index tells."""
    keys = {name: [key]}
    told = report.index.get("earlier_keys")
    try:
        for line in told if isinstance(told, list) else []:
            older, public = _verifier_key(str(line))
            keys.setdefault(older, []).append(public)
    except (ValueError, IndexError):
        report.add(ALTERED, f"{INDEX} names an earlier key that is none.")
    return keys


def _check_earlier(
    files: Files,
    report: Report,
    keys: dict[str, list[bytes]],
    head: tuple[int, bytes],
    witnesses: tuple[str, ...],
) -> None:
    """Checkpoints that were signed earlier, or kept elsewhere, agree with the one of the bundle."""
    proofs: dict[int, list[bytes]] = {}
    try:
        for item in strict_json(files.read(CONSISTENCY) or b"[]"):
            proofs[item["size"]] = [bytes.fromhex(text) for text in item["proof"]]
            name = item["note"].partition("\n")[0]
            lines = _signed(item["note"].encode(), name, keys.get(name, []), report, "earlier checkpoint")
            if not consistent(_head(lines, name, report), head, proofs[item["size"]]):
                report.add(
                    ALTERED, f"An earlier checkpoint, of {item['size']} events, is of another history."
                )
    except (ValueError, KeyError, TypeError, AttributeError):
        report.add(ALTERED, f"{CONSISTENCY} cannot be read.")
    if proofs and not report.findings:
        report.notes.append(f"Earlier checkpoints that agree, such as those on letters: {len(proofs)}.")
    for note in witnesses:
        lines = note.replace("\r\n", "\n").partition("\n\n")[0].rstrip("\n").split("\n")
        if lines[0] not in keys or len(lines) != 3:
            raise WrongInput("The witness is no checkpoint of this school's record.")
        _compare(report, lines[0], _head(lines, lines[0], report), head, proofs)


def _compare(
    report: Report, name: str, old: tuple[int, bytes], new: tuple[int, bytes], proofs: dict[int, list[bytes]]
) -> None:
    """Compare a checkpoint that somebody kept with that of the bundle."""
    what = "The checkpoint that you kept"
    generations = report.index.get("generations")
    kept = generations.get(name) if isinstance(generations, dict) else None
    if isinstance(kept, int) and old[0] > kept:
        report.notes.append(
            f"{what}, of {old[0]} events, is from before the record was restored from a backup. Of those events the"
            f" first {kept} were kept; what came after them is lost, or was recorded anew. Ask the school why."
        )
    elif old[0] > new[0]:
        report.notes.append(f"{what} is newer than the bundle, so that the two cannot be compared.")
    elif old[0] != new[0] and old[0] not in proofs:
        report.notes.append(
            f"{what} could not be compared: ask for an export with --since and that checkpoint."
        )
    elif not consistent(old, new, proofs.get(old[0], [])):
        report.add(ALTERED, f"{what}, of {old[0]} events, is of another history.")
    else:
        report.notes.append(f"{what}, of {old[0]} events, agrees: since then the record has only grown.")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Say whether a leaf stands at `index` in the tree of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for hashed in proof:
        if not last:
            return False
        if at & 1 or at == last:
            found = _node(hashed, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, hashed)
        at, last = at >> 1, last >> 1
    return not last and found == root


def consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Say whether a later tree only appended to an earlier one (RFC 9162, 2.1.4.2); each as size and root."""
    if not 0 < old[0] <= new[0] or old[0] == new[0]:
        return old == new
    path: Iterator[bytes] = iter(proof if old[0] & (old[0] - 1) else [old[1], *proof])
    at, last = old[0] - 1, new[0] - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = next(path, b"")
    for hashed in path:
        if not last:
            return False
        if at & 1 or at == last:
            first, second = _node(hashed, first), _node(hashed, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = _node(second, hashed)
        at, last = at >> 1, last >> 1
    return not last and (first, second) == (old[1], new[1])


MEANING = {
    "whole": "Whole and unaltered, and signed with the key whose fingerprint you gave.",
    "only self-attested": "Whole and unaltered, but only self-attested: it was checked with the key that came with it."
    " Ask the school for its key's fingerprint by another way, and give it with --key-fingerprint.",
    "signature not checked": "Nothing in it contradicts anything else, but its signatures were not checked, so that"
    " somebody may have made it all anew. Install the Python package cryptography and verify it again.",
    ALTERED: "Altered: this is not what the school exported, or not the school's record.",
    CUT_SHORT: "Cut short: something is missing that was exported.",
}
"""What each verdict means, in a sentence or two."""


def told(report: Report) -> str:
    """Return what was found, for people to read."""
    facts = sum(event.facts is not None for event in report.events)
    words = sum(event.body is not None for event in report.events)
    return "\n".join(
        [
            MEANING[report.verdict],
            *(f"  - {kind}: {says}" for kind, says in report.findings[:50]),
            f"Checked: {report.files} files; {len(report.events)} events, of which {facts} disclose their facts and"
            f" {words} their words.",
            f"Key fingerprint: {report.fingerprint}" if report.fingerprint else "",
            *dict.fromkeys(report.notes),
        ]
    )


def main() -> int:
    """Run from the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Verify a bundle of one casework case.")
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument(
        "--key-fingerprint", default="", help="SHA-256 of the school's public key, from elsewhere."
    )
    parser.add_argument(
        "--against", action="append", default=[], type=Path, help="A checkpoint that you kept."
    )
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    given = parser.parse_args()
    try:
        notes = tuple(path.read_text(encoding="utf-8") for path in given.against)
        report = verify(given.bundle, given.key_fingerprint, notes)
    except (Unreadable, OSError, UnicodeDecodeError) as problem:
        print(f"It cannot be verified. {problem}", file=sys.stderr)
        return 2
    if given.json:
        findings = [{"kind": kind, "says": says} for kind, says in report.findings]
        print(json.dumps({"verdict": report.verdict, "findings": findings, "notes": report.notes}, indent=2))
    else:
        print(told(report))
        print("Whether each step was lawful is not judged here: `casework verify` does that.")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
