"""Reading a register: its entries with their words. Whoever opens them is on the access log first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.ledger.seal import open_body
from casework.procedure.registers import RegisterField
from casework.registers.model import Entry
from casework.services.access import note_access
from casework.services.directory import list_people
from casework.services.guard import cases_of
from casework.services.registers import LoadedRegister, register_called
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry with its words: `shown` is each field that it has as text for people, in the register's order."""

    entry: Entry
    shown: Mapping[str, str]
    texts: Mapping[str, str]
    reasons: tuple[str, ...]
    case: str


def read_register(
    workspace: Workspace, school: School, name: str, number: int | None = None
) -> tuple[LoadedRegister, list[OpenedEntry]]:
    """Return a register with the words of its entries, or of one; the reading is put on the access log first.

    Raises:
        UnknownRegister, UnknownEntry. NoAccess: this account has no key to it. StoreReadOnly: it cannot be noted.
    """
    loaded = register_called(workspace, school, name)
    chosen = loaded.book.entries if number is None else (loaded.book.entry(number),)
    if chosen:
        note_access(workspace, school, "register", register=loaded.name)
    return loaded, _opened(workspace, school, loaded, chosen)


def _opened(
    workspace: Workspace, school: School, loaded: LoadedRegister, chosen: tuple[Entry, ...]
) -> list[OpenedEntry]:
    people = {person.id: person.name for person in list_people(workspace, school)} if chosen else {}
    named = {item.of for item in loaded.register.fields.values() if item.of}
    others = {name: register_called(workspace, school, name) for name in named}
    references = {row.stream: row.reference for row in cases_of(workspace, school.id)}
    bodies: dict[int, Mapping[str, Any]] = {}

    def body(n: int) -> Mapping[str, Any]:
        if n not in bodies:
            bodies[n] = _body(workspace, loaded, n)
        return bodies[n]

    found = []
    for entry in chosen:
        texts = {name: str(body(n).get("texts", {}).get(name, "")) for name, n in entry.words.items()}
        shown = {}
        for name, item in loaded.register.fields.items():
            if name in texts:
                shown[name] = texts[name] or "(destroyed)"
            elif name in entry.values:
                shown[name] = _in_words(item, entry.values[name], people, others)
        last = [entry.annulled] if entry.annulled else []
        reasons = tuple(str(body(n).get("reason", "")) for n in (*entry.corrected, *last))
        found.append(OpenedEntry(entry, shown, texts, reasons, references.get(entry.case, "")))
    return found


def _body(workspace: Workspace, loaded: LoadedRegister, n: int) -> Mapping[str, Any]:
    """The opened body of event `n`; empty once it was erased."""
    event = loaded.events[n - 1]
    return (
        open_body(event, workspace.key_to(event.stream, event.sealed)).value()
        if event.sealed is not None
        else {}
    )


def _in_words(
    known: RegisterField, value: Any, people: Mapping[str, str], others: Mapping[str, LoadedRegister]
) -> str:
    if known.type == "boolean":
        return "Yes" if value else "No"
    if known.type == "enum":
        return known.options.get(value, str(value))
    if known.type == "person":
        return people.get(value, "(not in the directory any more)")
    if known.type == "entry":
        other = others[known.of or ""]
        entry = other.book.by_id(value)
        return f"{other.register.entry} {entry.number}" if entry else "(no such entry)"
    return str(value)
