"""Packs for a hearing or an appeal: what would go in and what not, building one, and taking it away."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from starlette.responses import Response, StreamingResponse

from casework.base.errors import BadInput, Refused
from casework.services.pack_contents import TITLES
from casework.services.pack_preview import preview_pack
from casework.services.packs import build_pack, packs_of
from casework.web.acts import once, where
from casework.web.failures import told
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.services.packs import Built

PAGES = Pages()

PURPOSES: Final = {"hearing": "For the hearing", "appeal": "For the appeal"}
"""What a pack can be for, for a reader."""

_CHUNK: Final = 256 * 1024


@dataclass(frozen=True, eq=False)
class HeldPack:
    """A pack that was built and waits to be taken away: what was said of it, and its file, without a name on disk."""

    built: Built
    file: BinaryIO

    def __post_init__(self) -> None:
        weakref.finalize(self, self.file.close)


@PAGES.page("/cases/{reference}/packs", access="case", methods=("GET", "POST"))
def case_packs(here: Here) -> Response:
    """Show what would go into a pack, and build it."""
    purpose = here.text("purpose") or here.query.get("purpose", "")
    purpose = purpose if purpose in PURPOSES else _likely(here)
    problem = ""
    if here.sent:
        try:
            return _build(here, purpose)
        except (BadInput, Refused) as refused:
            problem = told(refused)
    documents = here.query.get("documents") != "apart" and here.text("documents") != "apart"
    return here.page(
        "packs.html.j2",
        422 if problem else 200,
        purpose=purpose,
        purposes=PURPOSES,
        titles=TITLES,
        documents=documents,
        shown=preview_pack(*where(here), purpose, with_documents=documents),
        packs=packs_of(*where(here)),
        problem=problem,
    )


def _likely(here: Here) -> str:
    """What the next pack is for: the appeal, once one is arranged."""
    return "appeal" if here.case.case.answer("appeal_at") is not None else "hearing"


def _build(here: Here, purpose: str) -> Response:
    folder = here.workspace.folder if here.workspace.folder.is_dir() else None

    def build(command: str) -> HeldPack:
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (it is held until it is taken away)
        try:
            documents = here.text("documents") != "apart"
            built = build_pack(
                *where(here),
                purpose=purpose,
                into=file,
                folder=folder,
                with_documents=documents,
                command=command,
            )
        except BaseException:
            file.close()
            raise
        return HeldPack(built, file)

    made = once(here, build)
    if made is None:
        return here.go(here.of_case("packs", len(here.case.case.packs)))
    here.site.packs.keep(here.visitor.token, _name(here, made.built.number), made)
    return here.go(here.of_case("packs", made.built.number))


@PAGES.page("/cases/{reference}/packs/{number:int}", access="case")
def built_pack(here: Here) -> Response:
    """Show a pack that was just built: what it holds, what to look at, and where to take it."""
    held = _held(here)
    if held is None:
        said = "A pack is not kept: everything in it is kept already. Build it again to have the file."
        return here.go(here.of_case("packs"), said)
    return here.page("pack.html.j2", built=held.built, size=f"{held.built.size / 1024 / 1024:.1f} MB")


@PAGES.page("/cases/{reference}/packs/{number:int}.pdf", access="case")
def pack_pdf(here: Here) -> Response:
    """Return a pack that was just built."""
    held = _held(here)
    if held is None:
        return here.go(here.of_case("packs"), "Build the pack again to have the file.")
    name = f"{here.case.case.reference}-pack-{held.built.number}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(held.built.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(held), media_type="application/pdf", headers=headers)


def _chunks(held: HeldPack) -> Iterator[bytes]:
    """The file piece by piece; several may take it at once, so nobody moves its place."""
    for start in range(0, held.built.size, _CHUNK):
        yield os.pread(held.file.fileno(), _CHUNK, start)


def _held(here: Here) -> HeldPack | None:
    found = here.site.packs.get(here.visitor.token, _name(here, here.part["number"]))
    return found if isinstance(found, HeldPack) else None


def _name(here: Here, number: int) -> str:
    return f"{here.case.stream}:{number}"
