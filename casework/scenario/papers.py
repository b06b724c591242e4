"""The acts of a scenario that are about papers: evidence and what becomes of it, the school's documents, and packs."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from casework.base.errors import BadInput
from casework.base.resources import letters_dir
from casework.base.time import parse_occurred
from casework.scenario.model import Act
from casework.scenario.played import Played, ScenarioFailed
from casework.services import evidence, school_documents
from casework.services.evidence import IncomingFile, Post, Provenance
from casework.services.packs import build_pack

_LINE, _EDGE, _WIDE = 34, 40, 1000


class PaperActs:
    """Plays them; the player of all acts builds on it."""

    played: Played
    say: Callable[[str], None]

    def tell(self, act: Act, what: str) -> None:
        """Say what happened."""
        raise NotImplementedError

    def _evidence(self, act: Act) -> None:
        given = dict(act.with_)
        file = _file(given)
        origin = _provenance(given)
        evidence.add_evidence(
            self.played.workspace,
            self.played.school,
            self.played.case,
            title=act.evidence or "",
            type_=given.pop("type"),
            supports=given.pop("about", ()),
            file=file,
            occurred=parse_occurred(act.on),
            provenance=origin,
            **given,
        )
        self.tell(act, f"Evidence: {act.evidence}")

    def _link(self, act: Act) -> None:
        evidence.link(*self._case(), act.link or 0, reason=act.because, **act.with_)
        self.tell(act, f"Evidence {act.link} is about {', '.join(map(str, act.with_['about']))}.")

    def _new_version(self, act: Act) -> None:
        file = _needed(act)
        evidence.revise(
            *self._case(),
            act.new_version or 0,
            file=file,
            reason=act.because,
            occurred=parse_occurred(act.on),
        )
        self.tell(act, f"A newer version of evidence {act.new_version}: {act.because}")

    def _check(self, act: Act) -> None:
        given = dict(act.with_)
        file = _file(given)
        evidence.check(*self._case(), act.check or 0, file=file, occurred=parse_occurred(act.on), **given)
        self.tell(act, f"Evidence {act.check} is checked by {given['by']} and locked: {given['outcome']}.")

    def _redact(self, act: Act) -> None:
        file, log = _needed(act), act.with_["log"]
        evidence.redact(*self._case(), act.redact or 0, file=file, log=log, occurred=parse_occurred(act.on))
        self.tell(act, f"A redacted copy of evidence {act.redact} is put beside it.")

    def _disclose(self, act: Act) -> None:
        self._disclosure(act, act.disclose or (), "disclosed")

    def _withhold(self, act: Act) -> None:
        self._disclosure(act, act.withhold or (), "withheld")

    def _disclosure(self, act: Act, numbers: tuple[int, ...], how: Any) -> None:
        evidence.disclose(
            *self._case(), numbers=numbers, how=how, reason=act.because, occurred=parse_occurred(act.on)
        )
        self.tell(act, f"Evidence {how}.")

    def _document(self, act: Act) -> None:
        given = dict(act.with_)
        file = _needed(act)
        school_documents.add_document(
            self.played.workspace,
            self.played.school,
            title=act.document or "",
            type_=given["type"],
            file=file,
            since=date.fromisoformat(given["from"]),
            replaces=given.get("replaces"),
        )
        self.tell(act, f"The school’s own document is kept: {act.document}")

    def _pack(self, act: Act) -> None:
        into = io.BytesIO()
        built = build_pack(*self._case(), purpose=act.pack or "", into=into)
        found = {
            "late": list(built.late),
            "withheld": list(built.withheld),
            "undecided": list(built.undecided),
            "letters": built.letters,
            "evidence": built.evidence,
            "documents": built.documents,
            "changes": list(built.changes),
        }
        for name, expected in act.with_.items():
            if found.get(name) != expected:
                raise ScenarioFailed(f"{name} of the pack: {found.get(name)}, not {expected}")
        self.played.packs[f"{len(self.played.packs) + 1:02d}-{act.pack}-pack.pdf"] = into.getvalue()
        self.tell(
            act,
            f"{built.title} {built.number} is built: {built.pages} pages,"
            f" {built.letters} letters, {built.evidence} items of evidence.",
        )
        for change in built.changes:
            self.say(f"    Changed since {built.changed_since}: {change}")

    def _case(self) -> tuple[Any, Any, Any]:
        return self.played.workspace, self.played.school, self.played.case


def _needed(act: Act) -> IncomingFile:
    file = _file(dict(act.with_))
    if file is None:
        raise BadInput(f"{act.kind} needs a file: its name, and its content or picture.")
    return file


def _file(given: dict[str, Any]) -> IncomingFile | None:
    """Take what makes a file out of what is given: its name, and its words or, line by line, a picture of them."""
    name, content, lines = (given.pop(part, None) for part in ("file", "content", "picture"))
    if lines is not None:
        return evidence.incoming(name or "picture.png", picture(lines))
    return evidence.incoming(name or "evidence.txt", content.encode()) if content else None


def _provenance(given: dict[str, Any]) -> Provenance:
    """Take where an item comes from out of what is given."""
    known = {field.name for field in fields(Provenance)} - {"method", "post"}
    said: dict[str, Any] = {name: given.pop(name) for name in known & given.keys()}
    if "captured" in said:
        said["captured"] = parse_occurred(said["captured"])
    post: Mapping[str, Any] | None = given.pop("post", None)
    return Provenance(**said, post=Post(**post) if post else None)


def picture(lines: list[str]) -> bytes:
    """Return a picture of a page with these lines, the first in a bar at its head: what a capture looks like."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(letters_dir() / "fonts/SourceSans3-Regular.ttf"), 26)
    page = Image.new("RGB", (_WIDE, _EDGE * 3 + _LINE * len(lines)), "white")
    drawn = ImageDraw.Draw(page)
    drawn.rectangle((0, 0, _WIDE, _EDGE + _LINE), fill="#dfe6ea")
    for number, line in enumerate(lines):
        top = _EDGE // 2 if number == 0 else _EDGE * 2 + _LINE * number
        drawn.text((_EDGE, top), line, font=font, fill="#1b2733")
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
