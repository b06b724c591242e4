"""What is known of an item of evidence, in words: for a screen, and for the sheet before it in a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases.replay import facts_of
from casework.records.entry import Item
from casework.records.provenance import checked, origin, redaction
from casework.services.loading import LoadedCase, body_of

if TYPE_CHECKING:
    from casework.cases.model import Evidence
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FileTold:
    """One file of an item: what it is beside the item, its name, its fingerprint, the event that brought it."""

    what: str
    name: str
    sha256: str
    event: int
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemTold:
    """An item: where it comes from, its files, what the person said of their own words, what was taken out."""

    origin: tuple[Item, ...]
    files: tuple[FileTold, ...]
    checks: tuple[str, ...]
    redaction: tuple[Item, ...]


def item_told(workspace: Workspace, loaded: LoadedCase, item: Evidence) -> ItemTold:
    """Return what is known of an item, from its events. Whoever calls it notes the reading.

    Raises:
        NoAccess: this account has no key to it. NotOpened: it was altered.
    """
    return ItemTold(
        origin(facts_of(loaded.history, item.n), body_of(workspace, loaded, item.n)),
        tuple(_files(workspace, loaded, item)),
        tuple(_checks(workspace, loaded, item)),
        redaction(body_of(workspace, loaded, item.redacted)) if item.redacted else (),
    )


def _files(workspace: Workspace, loaded: LoadedCase, item: Evidence) -> Iterator[FileTold]:
    versions = [*([item.file] if item.file else []), *item.revisions]
    named = [
        *(("As it came" if n == 1 else f"Version {n}", event) for n, event in enumerate(versions, start=1)),
        *(("Signed or corrected copy", event) for event in item.checks),
        *([("Redacted copy", item.redacted)] if item.redacted else []),
    ]
    for what, event in named:
        words = body_of(workspace, loaded, event)
        if "file_sha256" in words:
            yield FileTold(what, str(words["file_name"]), str(words["file_sha256"]), event, words)


def _checks(workspace: Workspace, loaded: LoadedCase, item: Evidence) -> Iterator[str]:
    for event in item.checks:
        facts, body = facts_of(loaded.history, event), body_of(workspace, loaded, event)
        on = Occurred.from_facts(dict(facts["occurred"])).describe()
        said = str(body.get("corrections", ""))
        yield f"{on}: {checked(facts, body)}.{f' {said}' if said else ''}"
