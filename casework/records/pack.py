"""Our own pages of a pack: cover, index by allegation, a sheet before each item, what was left out, proof of service.

Each chapter begins on a new page under a bookmark that is its key, and links name
chapters by their keys; `casework.rendering.assemble` puts the files between and makes both lead somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from casework.records.entry import Item
from casework.rendering.assemble import LINK

COVER, INDEX, LEFT_OUT, SERVICE = "cover", "index", "left-out", "service"
"""Keys of the chapters that every pack has; the others are `letter-1`, `evidence-2` and so on."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter or an item of evidence in a pack.

    Args:
        key: of its chapter.
        label: what it is called on every page: `Letter 1`, `Evidence 3`.
        title: what it is.
        kind: which kind of paper, in words.
        dated: its date, in words.
        sheets: how many pages its file has here.
        late: a sentence if it came after its deadline, else empty.
        given: whether the employee has it, in words.
        about: the allegations that it is about, in words; empty for none.
        lines: where it comes from.
        description: what it shows.
        text: its words, where the file is plain text.
        remarks: what is to be known of the file.
        checks: what the person said of their own words.
        removed: what was taken out of it, where and why.
        fingerprint: SHA-256 of the file that stands here, as it came.
    """

    key: str
    label: str
    title: str
    kind: str
    dated: str = ""
    sheets: int = 0
    late: str = ""
    given: str = ""
    about: str = ""
    lines: tuple[Item, ...] = ()
    description: str = ""
    text: str = field(default="", repr=False)
    remarks: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    removed: tuple[Item, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Papers of one sort, in order: its key, its title, and the papers."""

    key: str
    title: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """An allegation in the index: what is alleged, what was found so far, and the papers that bear on it.

    `points` says for each paper, by its key, which way it points; `rests` are those that the finding rests on.
    """

    number: int
    text: str
    clauses: str
    when: str
    finding: str
    papers: tuple[Paper, ...]
    points: Mapping[str, str]
    rests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An item that is left out of the pack, and why."""

    label: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Posted:
    """One service of a letter: how it was sent and when, when it counts as received, and what shows it."""

    key: str
    label: str
    title: str
    method: str
    sent: str
    received: str
    proof: str


@dataclass(frozen=True, slots=True)
class PackInput:
    """Everything that stands on our own pages of a pack."""

    school: str
    reference: str
    title: str
    employee: str
    hearing: tuple[Item, ...]
    built: str
    made: str
    prepared_by: str
    checkpoint: str
    number: int
    deadline: str
    charges: tuple[Charge, ...]
    sections: tuple[Section, ...]
    left_out: tuple[Held, ...]
    posted: tuple[Posted, ...]
    changes: tuple[str, ...]
    changed_since: str
    notice: str

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Every paper, in the order of the pack."""
        return tuple(paper for section in self.sections for paper in section.papers)

    @property
    def footer(self) -> str:
        """What stands at the foot of each page, in plain characters."""
        return f"{self.reference} - {self.title}, pack {self.number} - Confidential"


_BATCH: Final = 25
"""Sheets that are laid out together, so that memory does not grow with their number."""


def front_pages(given: PackInput, starts: Mapping[str, int], total: int) -> bytes:
    """Return cover and index as a PDF; `starts` says on which page each chapter begins, of `total`.

    Raises:
        EngineMissing: a system library is not installed. Unavailable: the shipped fonts are missing.
    """
    return _printed(given, ("front",), (), starts, total)


def other_pages(given: PackInput) -> list[bytes]:
    """Return the sheets before the items, and what ends the pack, as PDFs; nothing on them depends on page numbers.

    Raises:
        EngineMissing: a system library is not installed. Unavailable: the shipped fonts are missing.
    """
    items = [paper for paper in given.papers if not paper.key.startswith("letter-")]
    batches = [tuple(items[at : at + _BATCH]) for at in range(0, len(items), _BATCH)]
    return [*(_printed(given, ("sheets",), batch) for batch in batches), _printed(given, ("back",), ())]


def _printed(
    given: PackInput,
    shown: Sequence[str],
    sheets: Sequence[Paper],
    starts: Mapping[str, int] = MappingProxyType({}),
    total: int = 0,
) -> bytes:
    from casework.records.pdf import printed

    return printed(lambda hidden: pack_html(given, shown, sheets, starts, total, hidden), "pack.css")


def pack_html(
    given: PackInput,
    shown: Sequence[str],
    sheets: Sequence[Paper],
    starts: Mapping[str, int],
    total: int,
    hidden: Set[str] = frozenset(),
) -> str:
    """Return the parts of our own pages that are `shown` (front, sheets, back), to be laid out.

    `sheets` are the papers that get one; `hidden` characters, which no font shows, appear by their number.
    """
    from casework.records.pdf import environment

    return (
        environment(frozenset(hidden))
        .get_template("pack.html.j2")
        .render(
            given=given,
            shown=shown,
            sheets=sheets,
            starts=starts,
            total=total,
            link=LINK,
            hidden=bool(hidden),
        )
    )
