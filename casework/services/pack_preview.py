"""What a pack would hold if it were built now, what it would leave out, and what differs from the last one.

No file is opened for it: what a file is like inside is known once the pack is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.services.access import note_access
from casework.services.guard import require
from casework.services.pack_contents import SECTIONS, Contents
from casework.services.pack_files import unopened
from casework.services.packs import changes_since

if TYPE_CHECKING:
    from datetime import date

    from casework.records.pack import Held, Paper
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PackPreview:
    """A pack as it would be.

    Args:
        title: what it is called.
        sections: its parts in order: title, and papers.
        left_out: what it leaves out, each with its reason.
        undecided: items in it of which nobody recorded that the employee was given them: number and title.
        papers_due: the last local date for the employee's own papers; None while no hearing is arranged.
        changes: what differs from the last pack for the same purpose; empty if there was none.
        changed_since: which pack that was.
    """

    title: str
    sections: tuple[tuple[str, tuple[Paper, ...]], ...]
    left_out: tuple[Held, ...]
    undecided: tuple[tuple[int, str], ...]
    papers_due: date | None
    changes: tuple[str, ...]
    changed_since: str

    @property
    def late(self) -> tuple[Paper, ...]:
        """The papers that came late."""
        return tuple(paper for _, papers in self.sections for paper in papers if paper.late)

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could stand in it but the school's own documents."""
        return not any(title != SECTIONS["school"] for title, _ in self.sections)


def preview_pack(
    workspace: Workspace, school: School, loaded: LoadedCase, purpose: str, *, with_documents: bool = True
) -> PackPreview:
    """Return a pack as it would be; nothing is recorded but the reading.

    Args:
        purpose: `hearing` or `appeal`.
        with_documents: false leaves the school's own documents out.

    Raises:
        NoAccess, NotYours: packs are not for this account. NotOpened: something was altered.
    """
    require(workspace, loaded, "pack")
    note_access(workspace, school, "case", loaded.stream)
    contents = Contents(workspace, school, loaded, purpose, with_documents)
    papers = {source.id: unopened(workspace, loaded, source) for source in contents.sources}
    changes, since = changes_since(workspace, contents, papers)
    titles = {source.id: source.title for source in contents.sources}
    return PackPreview(
        contents.title,
        tuple(_sections(contents, papers)),
        contents.left_out(),
        tuple((item.number, titles[item.id]) for item in contents.undecided),
        contents.papers_due,
        changes,
        since,
    )


def _sections(contents: Contents, papers: dict[str, Paper]) -> Iterator[tuple[str, tuple[Paper, ...]]]:
    for key, title in SECTIONS.items():
        own = tuple(papers[source.id] for source in contents.sources if source.section == key)
        if own:
            yield title, own
