"""The files of a pack: each opened safely, and what is to be said of it on its sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from casework.base.time import describe_date
from casework.records.entry import Item
from casework.records.pack import COVER, INDEX, LEFT_OUT, SERVICE, Paper
from casework.records.phrases import visible
from casework.services.evidence import file_of
from casework.services.evidence_files import file_remarks
from casework.services.loading import LoadedCase, body_of
from casework.services.pack_contents import SECTIONS, Contents, Source
from casework.services.school_documents import document_bytes

if TYPE_CHECKING:
    from casework.rendering.assemble import Chapter
    from casework.rendering.parts import Part, Parts
    from casework.services.workspace import Workspace

Progress = Callable[[int, int], object]
"""Is told how much is done, of how much: files that were opened and pages that were added."""


class Opened:
    """The papers of a pack, each with its files opened.

    Args:
        workspace: where.
        loaded: the case.
        contents: what the pack holds.
        parts: opens the files, and keeps their pages.
        progress: is told how many files were opened; as much again is expected of what follows.
    """

    def __init__(
        self, workspace: Workspace, loaded: LoadedCase, contents: Contents, parts: Parts, progress: Progress
    ) -> None:
        self._workspace, self._loaded, self._parts = workspace, loaded, parts
        self.papers: dict[str, Paper] = {}
        self.parts: dict[str, Part] = {}
        self.copies: dict[str, list[Part]] = {}
        self.files = sum(_has_file(source) + len(source.more) for source in contents.sources)
        self.done = 0
        for source in contents.sources:
            self.papers[source.id] = self._paper(source, progress)
        self.contents = contents

    def _paper(self, source: Source, progress: Progress) -> Paper:
        """Open the files of a paper, and say what is to be said of it."""
        part = self._take(self._bytes(source, source.event), progress) if _has_file(source) else None
        copies = [self._take(self._bytes(source, event), progress) for event in source.more]
        if part is not None:
            self.parts[source.key] = part
        self.copies[source.key] = [copy for copy in copies if copy.pages]
        found = {} if part is None else {"unprinted": part.cleaned.why, "remarks": part.cleaned.remarks}
        return replace(
            unopened(self._workspace, self._loaded, source),
            sheets=(part.pages if part else 0) + sum(copy.pages for copy in copies),
            text=part.text if part else "",
            remarks=tuple(file_remarks(found)),
        )

    def _bytes(self, source: Source, event: int | None) -> bytes:
        if source.document is not None:
            return document_bytes(self._workspace, source.document)
        return file_of(self._workspace, self._loaded, event or 0)[1]

    def _take(self, data: bytes, progress: Progress) -> Part:
        from casework.rendering.untrusted.kinds import kind_of

        part = self._parts.take(data, kind_of(data))
        self.done += 1
        progress(self.done, self.files * 2)
        return part

    def chapters(self) -> list[Chapter]:
        """Return the chapters in order: ours, each paper with its file, and what ends the pack."""
        from casework.rendering.assemble import Chapter

        found = [Chapter(COVER, "Cover"), Chapter(INDEX, "Index")]
        section = ""
        for source in self.contents.sources:
            if source.section != section:
                section = source.section
                found.append(Chapter(f"section-{section}", SECTIONS[section]))
            paper = self.papers[source.id]
            bookmark = visible(f"{source.label}: {source.title}")
            found.append(Chapter(source.key, bookmark, 1, self.parts.get(source.key), source.label))
            for n, copy in enumerate(self.copies[source.key], start=1):
                label = f"{paper.label}, signed or corrected copy"
                found.append(Chapter(f"{source.key}-copy-{n}", part=copy, label=label))
        return [*found, Chapter(LEFT_OUT, "What was left out"), Chapter(SERVICE, "Proof of service")]


def unopened(workspace: Workspace, loaded: LoadedCase, source: Source) -> Paper:
    """Return what is said of a paper as far as the record tells, without opening its file."""
    told = source.told
    return Paper(
        key=source.key,
        label=source.label,
        title=source.title,
        kind=source.kind,
        dated=describe_date(source.dated) if source.dated else "",
        sheets=0,
        late=source.late,
        given=source.given,
        about=source.about,
        lines=_lines(source),
        description=source.description,
        text="",
        remarks=(),
        checks=told.checks if told else (),
        removed=told.redaction if told else (),
        fingerprint=str(_words(workspace, loaded, source).get("file_sha256", "")),
    )


def _words(workspace: Workspace, loaded: LoadedCase, source: Source) -> Mapping[str, Any]:
    """What the record says of the file of a paper; nothing for one without."""
    if source.document is not None:
        return source.document.words
    return body_of(workspace, loaded, source.event) if source.event else {}


def _has_file(source: Source) -> bool:
    return source.event is not None or source.document is not None


def _lines(source: Source) -> tuple[Item, ...]:
    """Where a paper comes from; for the school's own document, when it is in force."""
    if source.document is not None:
        return (Item("In force", source.document.in_force, None),)
    return source.told.origin if source.told else ()
