"""What stands around the logs: is it what the logs' own facts say? No key is needed for any of it.

The logs vouch for envelopes, facts and sealed bodies. What commands rely on beside them is held against those facts:

- policies, breach catalogues and calendars are the bytes whose digest the facts cite;
- the school's readable settings are the ones it adopted, and its recovery key the one it was created with;
- its sealed details and the people of its directory are the rows that were entered (`sealed_rows`);
- streams are of the kind that their first entry makes them; a personnel file is of the person, and a register the one
  that it says;
- sealed files are the bytes that their entries name, all are there, and none is that no entry names;
- the key of each sealed body is kept, wrapped for the recovery key, or for the monitoring key;
- what is gone was erased on record, and what the record calls erased is gone (`audit_erasures`);
- the row to which the next entry is appended fits the entries that are there.

Facts are trusted here as they are read: whether they are the recorded ones is what the log's own check says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import has_digest
from casework.base.errors import MALFORMED
from casework.ledger.blob import sealed_under
from casework.ledger.checks import Checked
from casework.ledger.event import StoredEvent
from casework.ledger.findings import Kind
from casework.services.audit_erasures import Forgetting, Gone, check_erasures
from casework.services.audit_report import AuditFinding
from casework.services.sealed_rows import Standing
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.services.school import School
    from casework.store.reader import Reader
    from casework.store.rows import Log, StoredFile

_KINDS: Final = {
    "organisation_created": "organisation",
    "case_opened": "case",
    "warning_recorded": "person",
    "warning_ended": "person",
    "register_entry_added": "register",
    "monitoring_recorded": "monitoring",
    "read": "access",
    "exported": "access",
    "access_log_opened": "access",
    "role_given": "accounts",
}
"""The kind of stream that begins with an event of a kind."""

_BEGINNING: Final = ("kind", "prefix", "recovery_key", "person", "register", "reference", "reader")
"""What is kept of the first fact of each stream; all of it would be most of the memory of a large record."""

_CITED: Final = ("policy", "calendar", "catalogues")


@dataclass(slots=True)
class Spoken:
    """What the facts of a log speak of, gathered in one pass over its events.

    `begun` is what matters of the first fact of each stream, and `files` the entries that name a file: position,
    number, stream, `sealed_sha256` and whether the entry still has its body, by the file's id. `keys` are the ids of
    the keys under which the bodies of each stream are sealed, `lengths` how many entries each stream has.
    """

    begun: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    cited: set[tuple[str, str]] = field(default_factory=set)
    files: dict[str, tuple[int, int, str, str, bool]] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    adopted: Mapping[str, Any] = field(default_factory=dict)
    rows: Standing = field(default_factory=Standing)
    forgetting: Forgetting = field(default_factory=Forgetting)
    events: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    recorded: str = ""
    frontier: bytes = b""

    def take(self, event: StoredEvent, checked: Checked) -> None:
        """Take the next event of the log, and what was read of it."""
        facts = read_facts(event)
        self.events += 1
        self.lengths[event.stream] = self.lengths.get(event.stream, 0) + 1
        recorded = checked.envelope.recorded if checked.envelope is not None else ""
        self.recorded = recorded or self.recorded
        if event.facts is None or event.sealed is None:
            lacks = Gone(event.pos, event.n, event.stream, event.facts is None, event.sealed is None)
            self.forgetting.gone.append(lacks)
        key = sealed_under(event.sealed) if isinstance(event.sealed, bytes) else None
        if key is not None:
            self.keys.setdefault(event.stream, set()).add(key)
        if facts is None:
            return
        self.forgetting.take(event.pos, recorded, facts)
        self.rows.take(facts)
        if event.n == 1:
            self.begun[event.stream] = {name: facts[name] for name in _BEGINNING if name in facts}
        if facts.get("kind") == "policy_adopted":
            self.adopted = facts
        elif facts.get("kind") == "calendar_adopted":
            self.adopted = {**self.adopted, "calendar": facts.get("calendar")}
        for name in _CITED:
            named = policies_cited(facts) if name == "policy" else facts.get(name)
            for digest in named if isinstance(named, list) else [named]:
                if isinstance(digest, str):
                    self.cited.add((name.removesuffix("s"), digest))
        file = facts.get("file")
        if isinstance(file, dict):
            entry = (
                event.pos,
                event.n,
                event.stream,
                str(file.get("sealed_sha256")),
                event.sealed is not None,
            )
            self.files[str(file.get("id"))] = entry

    def kinds(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """Return of each stream what kind it is, by the first fact of it, and that fact."""
        return {stream: (_KINDS.get(facts["kind"], ""), facts) for stream, facts in self.begun.items()}


def policies_cited(facts: Mapping[str, Any]) -> list[str]:
    """Return the digests of the policies that an event's facts cite; a move cites the one it leads to as well."""
    named = [facts.get("policy"), facts.get("to") if facts.get("kind") == "policy_moved" else None]
    return [digest for digest in named if isinstance(digest, str)]


def read_facts(event: StoredEvent) -> Mapping[str, Any] | None:
    """Return the facts of an event; None where they are gone or cannot be read (which the log's own check names)."""
    try:
        facts = json.loads(event.facts.decode()) if event.facts is not None else None
    except (AttributeError, TypeError, ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) and isinstance(facts.get("kind"), str) else None


def around(reader: Reader, school: School, log: Log, spoken: Spoken) -> Iterator[AuditFinding]:
    """Yield what does not fit around one log of a school.

    Args:
        reader: one snapshot of the database.
        school: as its readable settings say.
        log: the log.
        spoken: what the log's facts speak of.
    """
    if f"/{school.id}/{log.name}/" not in log.origin:
        says = "It is kept as a log of another name or school than its origin says."
        yield AuditFinding(log.name, "log_altered", says)
    if not spoken.events:
        says = "It has no entries, but each log begins with one when the school is set up."
        yield AuditFinding(log.name, Kind.CUT_SHORT.value, says, 0)
    yield from _streams(reader, school, log, spoken)
    yield from _files(reader, log, spoken)
    yield from check_erasures(reader, log, spoken.forgetting)
    if log.name == "access" and spoken.events:
        for what, stream in (("access", school.access_stream), ("accounts", school.accounts_stream)):
            if stream not in spoken.begun:
                says = f"The school's settings are not the ones on record: {what} stream."
                yield AuditFinding(log.name, "settings_altered", says)
    if log.name == "cases":
        yield from _documents(reader, spoken)
        yield from _settings(school, spoken)
        yield from _directory(reader, school, spoken)


def next_place(reader: Reader, log: Log, spoken: Spoken) -> Iterator[AuditFinding]:
    """Yield a finding if the row to which the next entry is appended does not fit the entries that are there.

    Entries and their heads can be cut off together; this row may still know of them. And an entry that is appended to a
    place that does not fit would be signed, and break the record.
    """
    head = reader.head(log.log)
    if head is None or head.size != spoken.events:
        size = "no" if head is None else head.size
        says = f"The database speaks of {size} entries, but there are {spoken.events}."
        yield AuditFinding(log.name, Kind.CUT_SHORT.value, says, spoken.events)
    elif spoken.events and (head.frontier, head.last_recorded) != (
        spoken.frontier,
        spoken.recorded,
    ):
        says = "The place where the next entry belongs does not follow from the entries that are there."
        yield AuditFinding(log.name, Kind.CUT_SHORT.value, says, spoken.events)


def indexes(reader: Reader) -> Iterator[AuditFinding]:
    """Tables that do not agree with their indexes: what is looked up there could be missed."""
    for table in reader.unsound_tables():
        says = f"In the database, the table {table} and its own index do not agree."
        yield AuditFinding("cases", "index_altered", says)


def _documents(reader: Reader, spoken: Spoken) -> Iterator[AuditFinding]:
    kept = [("policy", item.digest, item.resolved) for item in reader.policies()]
    kept += [("catalogue", item.digest, item.resolved) for item in reader.catalogues()]
    labels = {("policy", item.digest): item.label for item in reader.policies()}
    labels |= {("catalogue", item.digest): item.label for item in reader.catalogues()}
    kept += [("calendar", digest, data) for digest, data in reader.calendars()]
    for what, digest, data in kept:
        label = labels.get((what, digest))
        if has_digest(data, digest) and label is not None and label != _label(data):
            says = f"The {what} of the digest {digest:.12} is kept under another name than its own."
            yield AuditFinding("cases", "document_altered", says)
        if not has_digest(data, digest):
            says = f"The {what} that is kept under the digest {digest:.12} is not the one that was adopted."
            yield AuditFinding("cases", "document_altered", says)
    there = {(what, digest) for what, digest, _ in kept}
    for what, digest in sorted(spoken.cited - there):
        says = f"The {what} of the digest {digest:.12}, which the record cites, is gone."
        yield AuditFinding("cases", "document_missing", says)


def _label(resolved: bytes) -> str:
    """What a policy or catalogue calls itself."""
    try:
        told = json.loads(resolved)
        return f"{told['id']}@{told['version']}"
    except MALFORMED:
        return ""


def _settings(school: School, spoken: Spoken) -> Iterator[AuditFinding]:
    created, adopted = spoken.begun.get(school.stream, {}), spoken.adopted
    said = {
        "prefix": created.get("prefix"),
        "recovery_key": created.get("recovery_key"),
        **{name: adopted.get(name) for name in _CITED},
    }
    is_now = {
        "prefix": school.prefix,
        "recovery_key": school.recovery_key.hex(),
        "policy": school.policy,
        "calendar": school.calendar,
        "catalogues": list(school.catalogues),
    }
    wrong = [name.replace("_", " ") for name, value in is_now.items() if value != said[name]]
    if wrong:
        says = f"The school's settings are not the ones on record: {', '.join(wrong)}."
        yield AuditFinding("cases", "settings_altered", says)


def _directory(reader: Reader, school: School, spoken: Spoken) -> Iterator[AuditFinding]:
    unknown, gone = spoken.rows.compare(reader, school.id)
    if unknown or gone:
        says = (
            "The school’s details and its directory of people are not the ones on record: of the sealed entries,"
            f" {unknown} were never entered like this, and {gone} are gone."
        )
        yield AuditFinding("cases", "directory_altered", says)


def _streams(reader: Reader, school: School, log: Log, spoken: Spoken) -> Iterator[AuditFinding]:
    for stream, facts in spoken.begun.items():
        row, kind = reader.stream(stream), _KINDS.get(facts["kind"])
        refs = {"case": None, "person": facts.get("person"), "register": facts.get("register")}
        refs["monitoring"] = None
        about = refs.get(str(kind), school.id)
        if row is None or row.log != log.log or (kind is not None and (row.kind, row.ref) != (kind, about)):
            says = f"The list of streams does not say of {stream} what its first entry says."
            yield AuditFinding(log.name, "stream_altered", says)
        apart = kind == "monitoring"  # which the recovery key does not open
        wrapped = {
            wrap.key_id for wrap in reader.wraps_of(stream, str(facts.get("reader")) if apart else school.id)
        }
        if not spoken.keys.get(stream, set()) <= wrapped:
            whose = "monitoring" if apart else "recovery"
            says = f"The key to the words of {stream} is gone, as it was wrapped for the {whose} key."
            yield AuditFinding(log.name, "key_missing", says)


def _files(reader: Reader, log: Log, spoken: Spoken) -> Iterator[AuditFinding]:
    for file, (pos, n, stream, sealed_sha256, has_body) in spoken.files.items():
        row = reader.case(stream)
        place = (pos, row.reference if row is not None else "", n)
        entry = reader.file(file)
        if entry is None:
            if has_body:  # a file goes with the body that holds its key
                yield AuditFinding(log.name, "file_missing", "The file that it names is gone.", *place)
            continue
        if not _intact(reader, entry, sealed_sha256) or entry.stream != stream:
            yield AuditFinding(
                log.name, "file_altered", "The file that it names is not the one recorded.", *place
            )
    for stream in spoken.begun:
        for entry in reader.files_of(stream):
            if entry.file not in spoken.files:
                says = f"There is a file {entry.file} that no entry names."
                yield AuditFinding(log.name, "file_inserted", says)


def _intact(reader: Reader, entry: StoredFile, sealed_sha256: str) -> bool:
    """Whether a file's chunks are all there, of the size that its entry says, and hash to what is on record."""
    try:
        digest, size = sha256(), 0
        for chunk in reader.file_chunks(entry.file):
            digest.update(chunk)
            size += len(chunk)
    except (StoreDamaged, TypeError):
        return False
    return digest.hexdigest() == sealed_sha256 and entry.size == size
