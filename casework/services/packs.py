"""Packs for a hearing or an appeal: gathered, opened safely, put together, and put on the record with a fingerprint.

The record keeps what was in a pack and its fingerprint, not its bytes: everything in it is kept already, and the pack
is a copy that is handed out. What changed since the last pack is told from those lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from casework.base.errors import Findings, Refused
from casework.base.time import describe_date, format_instant
from casework.cases import pack_acts
from casework.records.pack import PackInput, Paper, Section
from casework.services.access import note_access
from casework.services.cases import record_in_case, recorder_of
from casework.services.directory import who_am_i
from casework.services.files import digest_of
from casework.services.guard import require
from casework.services.letter_writing import newest
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.pack_contents import SECTIONS, Contents
from casework.services.pack_files import Opened, Progress
from casework.services.pack_index import charges
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.rendering.assemble import Pagination
    from casework.rendering.parts import Parts
    from casework.services.workspace import Workspace

_TRIES: Final = 4


class NothingToPack(Refused):
    """There is no letter and no item of evidence that could stand in a pack."""

    code = "nothing-to-pack"


class UnknownPack(Findings):
    """A file is none of the packs that the record knows of."""

    code = "unknown-pack"


@dataclass(frozen=True, slots=True)
class Built:
    """A pack that was built.

    `unprinted` are sentences on files that are not in it, `undecided` the numbers of items of which nobody recorded
    that the employee was given them, `late` those that came late; `changes` is what differs from the last one.
    """

    number: int
    title: str
    pages: int
    fingerprint: str
    size: int
    letters: int
    evidence: int
    documents: int
    withheld: tuple[int, ...]
    late: tuple[int, ...]
    undecided: tuple[int, ...]
    unprinted: tuple[str, ...]
    changes: tuple[str, ...]
    changed_since: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack of a case as the record has it."""

    number: int
    purpose: str
    built: str
    pages: int
    fingerprint: str


def build_pack(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    purpose: str,
    into: BinaryIO,
    folder: Path | None = None,
    with_documents: bool = True,
    progress: Progress = lambda done, of: None,
    command: str = "",
) -> Built:
    """Build a pack and write it to `into`, a file that can be read back; record it with its fingerprint.

    Args:
        purpose: `hearing` or `appeal`.
        into: where to.
        folder: on whose disk the opened files are kept meanwhile, without a name.
        with_documents: false leaves the school's own documents out.
        progress: is told how much is done.
        command: the id under which it is recorded.

    Raises:
        NothingToPack. NoAccess, NotYours, NotOpened. CaseMoved: the case moved on meanwhile; nothing was recorded.
    """
    from casework.rendering.parts import Parts

    require(workspace, loaded, "pack")
    note_access(workspace, school, "export", loaded.stream, exported=True, purpose=f"Pack for the {purpose}")
    contents = Contents(workspace, school, loaded, purpose, with_documents)
    if not contents.papers_of_the_case:
        raise NothingToPack(
            "There is nothing to put into a pack yet: no letter to the employee, and no evidence.",
            remedy="Add evidence: `casework evidence add`.",
        )
    with Parts(folder) as parts:
        opened = Opened(workspace, loaded, contents, parts, progress)
        given = _given(workspace, school, contents, opened.papers)
        pagination = _put_together(given, opened, parts, into, progress)
    fingerprint, size = _fingerprint(into)
    return _record(workspace, school, contents, given, opened, pagination, (fingerprint, size), command)


def _given(
    workspace: Workspace, school: School, contents: Contents, papers: Mapping[str, Paper]
) -> PackInput:
    """Return what stands on our own pages."""
    loaded, context = contents.loaded, context_of(workspace, school)
    head = newest(workspace, loaded)
    changes, since = changes_since(workspace, contents, papers)
    due = contents.papers_due
    return PackInput(
        school=school.name,
        reference=loaded.case.reference,
        title=contents.title,
        employee=contents.employee,
        hearing=contents.hearing,
        built=describe_date(context.today),
        made=format_instant(context.now),
        prepared_by=who_am_i(workspace, school).name,
        checkpoint=f"{head.size}-{head.root.hex()[:16]}",
        number=len(loaded.case.packs) + 1,
        deadline=f"The employee’s by {describe_date(due)}; the school’s with the invitation" if due else "",
        charges=charges(contents, papers),
        sections=tuple(_sections(contents, papers)),
        left_out=contents.left_out(),
        posted=contents.posted(),
        changes=changes,
        changed_since=since,
        notice=contents.notice,
    )


def _sections(contents: Contents, papers: Mapping[str, Paper]) -> list[Section]:
    found = []
    for key, title in SECTIONS.items():
        own = tuple(papers[source.id] for source in contents.sources if source.section == key)
        if own:
            found.append(Section(key, title, own))
    return found


def changes_since(
    workspace: Workspace, contents: Contents, papers: Mapping[str, Paper]
) -> tuple[tuple[str, ...], str]:
    """What differs from the last pack for the same purpose, in sentences, and which pack that was."""
    loaded = contents.loaded
    before = [pack for pack in loaded.case.packs if pack.purpose == contents.purpose]
    if not before:
        return (), ""
    kept = body_of(workspace, loaded, before[-1].n).get("papers", ())
    earlier = {item["id"]: item for item in kept}
    gone = {item.id: "it is withheld now" for item in contents.withheld}
    gone.update({item.id: "it is given apart" for item in contents.apart})
    said = [
        *(f"{papers[id_].label}, “{papers[id_].title}”, is new." for id_ in papers if id_ not in earlier),
        *(
            f"{item['label']}, “{item['title']}”, is left out: {gone.get(id_, 'it does not stand any more')}."
            for id_, item in earlier.items()
            if id_ not in papers
        ),
        *(
            f"{paper.label}, “{paper.title}”, {said}."
            for id_, paper in papers.items()
            if id_ in earlier
            for said in _differs(earlier[id_], _told(paper))
        ),
    ]
    since = f"pack {before[-1].number} of {describe_date(before[-1].built)}"
    return tuple(said) or ("Nothing: it holds the same papers.",), since


def _differs(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What is said of a paper that was in the last pack already, and is not as it was."""
    if before.get("sha256", "") != now.get("sha256", ""):
        redacted = now.get("redacted") and not before.get("redacted")
        yield "is a redacted copy now" if redacted else "has another file than before"
    if before.get("about") != now.get("about"):
        yield f"is about {now['about']} now" if now.get("about") else "is about no allegation any more"
    if before.get("checks", 0) != now.get("checks", 0):
        yield "was checked by the person whose words it holds"


def _put_together(
    given: PackInput, opened: Opened, parts: Parts, into: BinaryIO, progress: Progress
) -> Pagination:
    """Lay our own pages out, the index until its numbers are right, and put everything together."""
    from casework.base.resources import letters_dir
    from casework.records.pack import front_pages, other_pages
    from casework.rendering.assemble import Pagination, assemble, own_pages, paginate
    from casework.rendering.pdf import FONTS

    chapters, others = opened.chapters(), other_pages(given)
    expected = Pagination({}, 999)
    own: list[bytes] = []
    for _ in range(_TRIES):
        own = [front_pages(given, expected.starts, expected.total), *others]
        found = paginate(chapters, own_pages(own))
        if found == expected:
            break
        expected = found
    total, added = opened.files + expected.total, 0

    def tell(pages: int) -> None:
        nonlocal added
        added += pages
        progress(opened.files + added, total)

    return assemble(
        own,
        chapters,
        parts,
        title=f"{given.title}, {given.reference}",
        footer=given.footer,
        font=letters_dir() / FONTS[0],
        into=into,
        progress=tell,
    )


def _fingerprint(written: BinaryIO) -> tuple[str, int]:
    written.flush()
    written.seek(0)
    return _sha256(written), written.tell()


def _sha256(file: BinaryIO) -> str:
    return digest_of(iter(partial(file.read, 1024 * 1024), b""))


def _record(
    workspace: Workspace,
    school: School,
    contents: Contents,
    given: PackInput,
    opened: Opened,
    pagination: Pagination,
    written: tuple[str, int],
    command: str,
) -> Built:
    loaded, papers = contents.loaded, opened.papers
    fingerprint, size = written
    letters = [source.id for source in contents.sources if source.section == "letters"]
    documents = [source.id for source in contents.sources if source.document is not None]
    evidence = [source.id for source in contents.papers_of_the_case if source.section != "letters"]
    late = [source.id for source in contents.sources if source.late]
    items = loaded.case.evidence
    built = Built(
        number=given.number,
        title=given.title,
        pages=pagination.total,
        fingerprint=fingerprint,
        size=size,
        letters=len(letters),
        evidence=len(evidence),
        documents=len(documents),
        withheld=tuple(item.number for item in contents.withheld),
        late=tuple(sorted(items[item].number for item in late)),
        undecided=tuple(item.number for item in contents.undecided),
        unprinted=tuple(
            f"{paper.label}: {remark}"
            for paper in papers.values()
            if (part := opened.parts.get(paper.key)) is not None and part.cleaned.why
            for remark in paper.remarks
        ),
        changes=given.changes,
        changed_since=given.changed_since,
        receipt=Receipt("", loaded.stream, (), 0, ""),
    )
    decision = pack_acts.build_pack(
        pack=workspace.new_id(),
        purpose=contents.purpose,
        pages=pagination.total,
        checkpoint_size=newest(workspace, loaded).size,
        letters=letters,
        evidence=evidence,
        withheld=[item.id for item in contents.withheld],
        late=late,
        documents=documents,
        words={
            "file_sha256": fingerprint,
            "file_size": size,
            "papers": [_kept(id_, paper, pagination) for id_, paper in papers.items()],
        },
        recorder=recorder_of(workspace, school, loaded),
        context=context_of(workspace, school),
    )
    return replace(built, receipt=record_in_case(workspace, loaded, [decision], command))


def _kept(id_: str, paper: Paper, pagination: Pagination) -> dict[str, Any]:
    return {"id": id_, "page": pagination.starts[paper.key], **_told(paper)}


def _told(paper: Paper) -> dict[str, Any]:
    """What the record keeps of a paper in a pack, so that the next one can say what changed."""
    told = {
        "label": paper.label,
        "title": paper.title,
        "sha256": paper.fingerprint,
        "about": paper.about,
        "redacted": bool(paper.removed),
        "checks": len(paper.checks),
    }
    return {name: value for name, value in told.items() if value}


def packs_of(workspace: Workspace, school: School, loaded: LoadedCase) -> Sequence[PackRow]:
    """Return the packs of a case, oldest first; the reading is put on the access log.

    Raises:
        NoAccess: this account has no key to the case.
    """
    note_access(workspace, school, "case", loaded.stream)
    return [
        PackRow(
            pack.number,
            pack.purpose,
            pack.built.isoformat(),
            pack.pages,
            str(body_of(workspace, loaded, pack.n).get("file_sha256", "")),
        )
        for pack in loaded.case.packs
    ]


def which_pack(workspace: Workspace, school: School, loaded: LoadedCase, file: BinaryIO) -> PackRow:
    """Return the pack of the case that a file is, by its fingerprint.

    Raises:
        UnknownPack: it is none of them, or was changed since.
    """
    fingerprint = _sha256(file)
    for row in packs_of(workspace, school, loaded):
        if row.fingerprint == fingerprint:
            return row
    raise UnknownPack(
        f"This file is none of the packs of {loaded.case.reference} as they were built.",
        remedy="It was changed since, or belongs to another case. `casework pack list` has the fingerprints.",
        fingerprint=fingerprint,
    )
