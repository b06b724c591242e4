"""A bundle: one case in a folder that proves itself (BagIt, RFC 8493), to be verified by `bundle_verifier`.

    bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt    the bag
    statement.txt       signed by the school: which manifests, and how many events
    README.txt          what this is, and how to verify it
    verify.py           the verifier in one file
    data/bundle.json    the index
    data/events.jsonl   an event on each line: envelope, facts and words with their salts, inclusion proof
    data/checkpoint.txt, consistency.json    the signed checkpoint, and that it grew from earlier ones
    data/history/, letters/, evidence/, files/, policy/

The formats are in docs/reference/formats.md, "Bundles". Nothing here reads a store or a clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, Protocol

Variant = Literal["full", "masked", "pseudonymised"]
"""What is withheld: nothing; every word and file; or the words and files in which somebody's name stands."""

FORMAT: Final = "casework/bundle/v1"
VERIFIER: Final = Path(__file__).resolve().with_name("bundle_verifier.py")
"""The file that each bundle holds as `verify.py`."""

_BAGIT: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ENDING: Final = re.compile(r"\.[a-z0-9]{1,8}")


class Sink(Protocol):
    """Where the files of a bundle go, by their names."""

    def put(self, name: str, data: bytes) -> None:
        """Take one file."""
        ...


@dataclass(frozen=True, slots=True)
class DisclosedEvent:
    """An event as a bundle discloses it; a part and its salt are None where they are withheld or were erased."""

    envelope: bytes
    proof: Sequence[bytes]
    facts: bytes | None
    facts_salt: bytes | None = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    body_salt: bytes | None = field(default=None, repr=False)

    def line(self) -> bytes:
        """Return the event as a line of `events.jsonl`."""
        return _compact(
            {
                "envelope": self.envelope.decode(),
                "facts": self.facts.decode() if self.facts is not None else None,
                "facts_salt": self.facts_salt.hex() if self.facts_salt is not None else None,
                "body": self.body.decode() if self.body is not None else None,
                "body_salt": self.body_salt.hex() if self.body_salt is not None else None,
                "proof": [item.hex() for item in self.proof],
            }
        )


@dataclass(frozen=True, slots=True)
class Earlier:
    """A checkpoint that was signed earlier, and the proof that the record only grew since (RFC 6962)."""

    note: str
    size: int
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of the payload: its path under `data/`, and to what it belongs.

    Args:
        path: such as `evidence/event-012.png`.
        data: its bytes, made when they are wanted, so that one file at a time is held.
        title: what it is, in words.
        event: the event of the case that brought it, if one did.
        digest: SHA-256 under which events cite it, for a document.
    """

    path: str
    data: Callable[[], bytes] = field(repr=False)
    title: str
    event: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BundleInput:
    """Everything that a bundle holds.

    `made` is in UTC, by release `made_with`; `events` are those of the case and of the school, by position. `stream` is
    the case's; `earlier_keys` are those that signed before a change of key or a restore, or under another origin.
    `generations` are the origins of the log before it was restored from a backup, each with the size that was kept.
    `case_events` says how many of the events are the case's own.
    """

    variant: Variant
    school: str
    reference: str
    stream: str
    log: str
    origin: str
    verifier_key: str
    earlier_keys: Sequence[str]
    generations: Mapping[str, int]
    checkpoint: str
    made: str
    made_with: str
    made_by: str
    recipient: str
    purpose: str
    events: Sequence[DisclosedEvent]
    case_events: int
    earlier: Sequence[Earlier]
    files: Sequence[BundleFile]


def write_bundle(given: BundleInput, sink: Sink, sign: Callable[[str], str]) -> None:
    """Write a bundle.

    Args:
        given: what it holds.
        sink: where it goes.
        sign: returns the signed note over a text, with the key of the record.
    """
    bag = _Bag(sink)
    listed = []
    for file in given.files:
        data = file.data()
        bag.payload(f"data/{file.path}", data)
        listed.append(_listed(file, len(data)))
    lines = b"".join(event.line() for event in given.events)
    earlier = [
        {"note": item.note, "size": item.size, "proof": [one.hex() for one in item.proof]}
        for item in given.earlier
    ]
    for name, data in (
        ("data/events.jsonl", lines),
        ("data/checkpoint.txt", given.checkpoint.encode()),
        ("data/consistency.json", _indented(earlier)),
    ):
        bag.payload(name, data)
        listed.append({"path": name, "bytes": len(data)})
    bag.payload("data/bundle.json", _indented({**_index(given), "files": listed}))
    manifests = bag.close(_tags(given))
    counts = f"{given.stream}\n{given.case_events}\n{len(given.events)}"
    statement = f"{FORMAT}\n{given.origin}\n{counts}\n{manifests}\n{given.made}\n"
    sink.put("statement.txt", sign(statement).encode())


class _Bag:
    """Takes files one by one and writes the manifests at the end."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._manifest: list[str] = []
        self._bytes = 0

    def payload(self, name: str, data: bytes) -> None:
        """Put a file of the payload."""
        self._sink.put(name, data)
        self._manifest.append(f"{sha256(data).hexdigest()}  {name}\n")
        self._bytes += len(data)

    def close(self, tags: Mapping[str, bytes]) -> str:
        """Put the tag files and the manifests, and return SHA-256 of the one that covers all others."""
        oxum = f"Payload-Oxum: {self._bytes}.{len(self._manifest)}\n".encode()
        held = {
            "bagit.txt": _BAGIT.encode(),
            "manifest-sha256.txt": "".join(self._manifest).encode(),
            **tags,
            "bag-info.txt": tags["bag-info.txt"] + oxum,
        }
        for name, data in held.items():
            self._sink.put(name, data)
        last = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in held.items()).encode()
        self._sink.put("tagmanifest-sha256.txt", last)
        return sha256(last).hexdigest()


def _index(given: BundleInput) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "variant": given.variant,
        "school": given.school,
        "reference": given.reference,
        "stream": given.stream,
        "log": given.log,
        "origin": given.origin,
        "verifier_key": given.verifier_key,
        "earlier_keys": list(given.earlier_keys),
        "generations": dict(given.generations),
        "made": given.made,
        "made_with": given.made_with,
        "made_by": given.made_by,
        "recipient": given.recipient,
        "purpose": given.purpose,
        "events": given.case_events,
        "entries": len(given.events),
    }


def _listed(file: BundleFile, size: int) -> dict[str, Any]:
    listed: dict[str, Any] = {"path": f"data/{file.path}", "bytes": size, "title": file.title}
    if file.event is not None:
        listed["event"] = file.event
    if file.digest:
        listed["digest"] = file.digest
    return listed


def _tags(given: BundleInput) -> dict[str, bytes]:
    info = {
        "Source-Organization": given.school,
        "External-Identifier": given.reference,
        "Bagging-Date": given.made[:10],
    }
    lines = "".join(f"{name}: {' '.join(value.split())}\n" for name, value in info.items())
    return {
        "bag-info.txt": lines.encode(),
        "README.txt": _readme(given).encode(),
        "verify.py": VERIFIER.read_bytes(),
    }


_HELD: Final[Mapping[str, str]] = {
    "full": "It holds everything that is on record: names, words, letters and evidence. Keep it as the case.",
    "masked": "Names, words, letters and evidence are withheld. People appear by numbers: P1, P2 and so on. What"
    " happened, when, and by which rule can be read and verified all the same.",
    "pseudonymised": "Names of people with a part in the case are replaced by numbers: P1, P2 and so on. The words of"
    " the history were changed for that, so that only words in which no such name stands can be verified. Letters and"
    " evidence are withheld. Other names, and what tells who somebody is, may still stand in them: read them first.",
}


def _readme(given: BundleInput) -> str:
    return f"""{given.school}
The case {given.reference}, exported on {given.made[:10]} ({given.variant}).
For: {given.recipient}
Purpose: {given.purpose}

{_HELD[given.variant]}

WHERE TO BEGIN
data/history/case-history.pdf     everything that happened, to be read
data/history/case-history.json    the same for programs; case-history.csv for a spreadsheet

HOW TO VERIFY IT
    python3 verify.py --key-fingerprint FINGERPRINT
Ask the school for the fingerprint of its key by another way than this bundle. Without it, the verifier can only say
that the bundle agrees with itself. With casework installed, `casework verify` and the name of this bundle also judges
whether each step was lawful by the policy in data/policy/. Neither needs an account, a database or a network.

WHAT IT DOES NOT SHOW
That what people recorded is true; or that nothing was recorded after the checkpoint in data/checkpoint.txt.
"""


def ending_of(name: str) -> str:
    """Return the ending of a file's name if it is harmless, such as `.png`; empty otherwise."""
    ending = Path(name).suffix.lower()
    return ending if _ENDING.fullmatch(ending) else ""


def without_names(words: Any, names: Mapping[str, str]) -> Any:
    """Return words with each name replaced, at whole words and in any letter case.

    Args:
        words: text, or lists and objects with text in them.
        names: what to replace, and with what; longer ones go first.
    """
    if not names:
        return words
    longest = sorted(names, key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
    folded = {name.casefold(): number for name, number in names.items()}
    return _replaced(words, lambda text: found.sub(lambda hit: folded.get(hit[0].casefold(), "P?"), text))


def _replaced(words: Any, change: Callable[[str], str]) -> Any:
    if isinstance(words, str):
        return change(words)
    if isinstance(words, Mapping):
        return {key: _replaced(value, change) for key, value in words.items()}
    if isinstance(words, list | tuple):
        return [_replaced(value, change) for value in words]
    return words


def names_of(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what stands for whom in a text: each whole name, and each of its parts that only one person has.

    Args:
        people: name and number of each person, such as `Tom Bell` and `P2`.
    """
    parts: dict[str, set[str]] = {}
    whole: dict[str, str] = {}
    for name, number in people:
        if not name.strip():
            continue
        whole[name] = number
        for part in re.split(r"[\s.,]+", name):
            if len(part) > 1:
                parts.setdefault(part, set()).add(number)
    several = {part: numbers.pop() if len(numbers) == 1 else "P?" for part, numbers in parts.items()}
    return {**several, **whole}


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _indented(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
