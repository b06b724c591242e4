"""Erasures under verification: what is gone was destroyed on record, and what the record calls destroyed is gone.

A part that is missing without an erasure on record was taken away. An erasure that the record tells of has to have come
after what it destroyed, not before the day on which it was due, and while nobody had asked for the record to be held.

Generations are judged here too: a log that goes on under another origin says that it was restored from a backup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import MALFORMED, BadInput
from casework.base.time import local_date, parse_instant
from casework.ledger.checkpoint import claimed_size
from casework.services.audit_report import AuditFinding, ToldErasure
from casework.services.erasure import ERASED, Erasure

if TYPE_CHECKING:
    from casework.store.reader import Reader
    from casework.store.rows import Log

HELD: Final = "retention_held"
RELEASED: Final = "retention_released"
GENERATION: Final = "generation_opened"

_GENERATION: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Gone:
    """An event of which a part is missing."""

    pos: int
    n: int
    stream: str
    facts: bool
    words: bool


@dataclass(slots=True)
class Forgetting:
    """What a log says of forgetting, gathered while its events pass."""

    gone: list[Gone] = field(default_factory=list)
    told: list[tuple[int, str, Erasure]] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    held: dict[str, tuple[int, str]] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    generations: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)

    def take(self, pos: int, recorded: str, facts: Mapping[str, Any]) -> None:
        """Take the facts of an event; `recorded` is its instant in UTC, empty if it cannot be read."""
        kind = facts.get("kind")
        if kind == ERASED:
            try:
                erasure = Erasure.from_facts(facts)
            except BadInput:
                self.unreadable.append(pos)
                return
            self.told.append((pos, recorded, erasure))
            if any(stream == erasure.stream for _, stream in self.held.values()):
                self.broken.append(pos)
        elif kind == HELD:
            self.held[str(facts.get("hold"))] = (pos, str(facts.get("stream")))
        elif kind == RELEASED:
            self.held.pop(str(facts.get("hold")), None)
        elif kind == GENERATION:
            self.generations.append((pos, facts))


def check_erasures(reader: Reader, log: Log, found: Forgetting) -> Iterator[AuditFinding]:
    """Yield what does not fit between what is gone and what the record says was destroyed."""
    words: dict[tuple[str, int], int] = {}
    facts: dict[tuple[str, int], int] = {}
    for pos, _, erasure in found.told:
        for n in erasure.events:
            words[erasure.stream, n] = pos
            if erasure.what == "everything":
                facts[erasure.stream, n] = pos
    gone = {(item.stream, item.n): item for item in found.gone}
    for place, item in gone.items():
        if (item.words and words.get(place, -1) <= item.pos) or (
            item.facts and facts.get(place, -1) <= item.pos
        ):
            part = "words" if not item.facts else "facts"
            says = f"Its {part} are gone, and no erasure on record took them away."
            yield AuditFinding(log.name, "removed", says, item.pos, "", item.n)
    for told, part in ((words, "words"), (facts, "facts")):
        for place, pos in told.items():
            item_ = gone.get(place)
            if item_ is None or not (item_.words if part == "words" else item_.facts):
                says = f"The record says that {part} were destroyed, but they are still there."
                yield AuditFinding(log.name, "not_erased", says, pos)
    yield from _left_over(reader, log, found)
    yield from _unlawful(log, found)


def _left_over(reader: Reader, log: Log, found: Forgetting) -> Iterator[AuditFinding]:
    for pos, _, erasure in found.told:
        if erasure.whole and (reader.keys_of(erasure.stream) or reader.files_of(erasure.stream)):
            says = "The record says that keys and files were destroyed, but some are still there."
            yield AuditFinding(log.name, "not_erased", says, pos)


def _unlawful(log: Log, found: Forgetting) -> Iterator[AuditFinding]:
    for pos in found.unreadable:
        yield AuditFinding(log.name, "unlawful", "It does not say what was destroyed, and why.", pos)
    for pos in found.broken:
        says = "It destroyed what somebody had asked to be held."
        yield AuditFinding(log.name, "unlawful", says, pos)
    for pos, recorded, erasure in found.told:
        if recorded and local_date(parse_instant(recorded)).isoformat() < erasure.due:
            says = f"It was destroyed before it was due ({erasure.due})."
            yield AuditFinding(log.name, "unlawful", says, pos)


def told_erasures(log: Log, found: Forgetting) -> list[ToldErasure]:
    """Return each erasure that the record tells of, as a report shows it."""
    return [
        ToldErasure(log.name, pos, recorded, len(erasure.events), erasure.what, erasure.rules)
        for pos, recorded, erasure in found.told
    ]


def earlier_origins(heads: Iterable[object], origin: object) -> dict[str, int]:
    """Return the origins of a log's earlier generations, oldest first, with the size at which each of them ended.

    They follow from its signed heads; whether its facts say so too is for `check_generations`.
    """
    found: dict[str, int] = {}
    stem, _, number = origin.rpartition("/") if isinstance(origin, str) else ("", "", "")
    if not _GENERATION.fullmatch(number) or number == "1":
        return found
    for note in heads:
        if not isinstance(note, str):
            continue
        name, _, generation = note.partition("\n")[0].rpartition("/")
        size = claimed_size(note)
        older = name == stem and _GENERATION.fullmatch(generation) and int(generation) < int(number)
        if older and size is not None:
            found[f"{name}/{generation}"] = size
    return found


def check_generations(log: Log, found: Forgetting, earlier: Mapping[str, int]) -> Iterator[AuditFinding]:
    """Yield what does not fit between the origins under which a log's heads are signed, and what its facts say."""
    said = []
    for pos, facts in found.generations:
        try:
            said.append((str(facts["earlier"]), int(facts["size"])))
            fits = int(facts["size"]) == pos
        except MALFORMED:
            fits = False
        if not fits:
            says = "It does not say rightly where an earlier generation of the log ended."
            yield AuditFinding(log.name, "log_altered", says, pos)
    if dict(said) != dict(earlier):
        says = "It goes on under another origin than before, and does not say that it was restored."
        yield AuditFinding(log.name, "log_altered", says)
