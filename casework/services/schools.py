"""Schools in a data folder: making one, finding one, and what is true of it now.

A school is an organisation with two logs of its own, `cases` and `access`. What lists and letters need
without a key
(name, reference prefix, digests in force) is readable; addresses and contacts are sealed under the school's key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, parse_canonical, sha256_hex
from casework.services.errors import UnknownSchool
from casework.services.school import School as School
from casework.store.backend import EVERY
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader
    from casework.store.rows import Log, Organisation

_OPENED_AT_MOST: Final = 2048
"""Rows of the directory that a process keeps opened."""

_BOUND: Final = "settings_sha256"
"""Where sealed details hold the hash of the readable settings beside them."""


def schools(workspace: Workspace) -> list[School]:
    """Return every school of the data folder, by name; from now on the workspace works for all of them."""
    with workspace.store.read(*EVERY) as reader:
        found = [School.from_row(row) for row in reader.organisations()]
    workspace.work_for(*(school.id for school in found))
    return sorted(found, key=lambda school: school.name)


def choose_school(workspace: Workspace, named: str | None) -> School:
    """Return the school called `named` (name, prefix or id), or the only one there is; it is worked for from now on.

    Raises:
        UnknownSchool: none fits, or there are several and none was named.
    """
    found = schools(workspace)
    if not found:  # the tables of a server were made, and no more
        raise UnknownSchool("No school is set up here yet.", remedy="Set one up: casework init")
    if named is None:
        if len(found) == 1:
            workspace.work_for(found[0].id)
            return found[0]
        names = ", ".join(f"{school.prefix} ({school.name})" for school in found)
        raise UnknownSchool(f"Which school? There are: {names}.", remedy="Name one with --school.")
    wanted = named.casefold()
    fits = [s for s in found if wanted in (s.name.casefold(), s.prefix.casefold(), s.id)]
    if len(fits) != 1:
        names = ", ".join(school.prefix for school in found)
        raise UnknownSchool(f"There is no school {named!r} here. Schools: {names}.")
    workspace.work_for(fits[0].id)
    return fits[0]


def school_of(workspace: Workspace, loaded: LoadedCase) -> School:
    """Return the school whose case this is."""
    with workspace.store.read() as reader:
        row = reader.organisation(loaded.log.organisation)
    if row is None:
        raise UnknownSchool(
            "The entry of the case's school is missing.", remedy="Run `casework audit verify`."
        )
    return School.from_row(row)


def log_of(reader: Reader, school: School, name: str) -> Log:
    """Return one of a school's two logs.

    Raises:
        UnknownSchool: the log is not there.
    """
    found = reader.log_of(school.id, name)
    if found is None:
        raise UnknownSchool(
            f"The {name} log of {school.name} is missing.", remedy="Run `casework audit verify`."
        )
    return found


def details(workspace: Workspace, school: School) -> Mapping[str, Any]:
    """Return the school's sealed details: address, telephone, contacts.

    Raises:
        NoAccess: this account has no key to them. StoreDamaged: the readable settings beside them were changed.
    """
    with workspace.store.read() as reader:
        row = reader.organisation(school.id)
    return _open_details(workspace, school, row) if row else {}


def as_sealed(workspace: Workspace, school: School) -> School:
    """Return the school as its readable settings say, seen to be the ones that were sealed with its details.

    Whoever can write the database could put another procedure, or another recovery key, into the readable settings;
    without the school's key they cannot seal them. So nothing new is begun, and no key wrapped, without this.

    Raises:
        NoAccess: this account has no key to the details. StoreDamaged: they are not.
    """
    with workspace.store.read() as reader:
        row = reader.organisation(school.id)
    if row is None:
        raise UnknownSchool(f"The entry of {school.name} is missing.", remedy="Run `casework audit verify`.")
    _open_details(workspace, school, row)
    return School.from_row(row)


def seal_details(workspace: Workspace, school: School, words: Mapping[str, Any]) -> bytes:
    """Seal a school's details, and with them what its readable settings are."""
    bound = {**words, _BOUND: sha256_hex(school.to_bytes())}
    return seal_row(workspace, school.stream, "organisation", school.id, bound)


def _open_details(workspace: Workspace, school: School, row: Organisation) -> Mapping[str, Any]:
    opened = open_row(workspace, school.stream, "organisation", school.id, row.sealed)
    if opened.pop(_BOUND, None) != sha256_hex(row.settings):
        raise StoreDamaged(
            f"The settings of {school.name} in the database are not the ones that were sealed.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
        )
    return opened


def seal_row(workspace: Workspace, stream: str, kind: str, row: str, data: Mapping[str, Any]) -> bytes:
    """Seal a directory row (person, account, organisation) under the school's key, bound to its place."""
    from casework.ledger.blob import NONCE_BYTES
    from casework.ledger.seal import seal  # imported here: lists need no cryptography

    key = workspace.stream_key(stream)
    context = canonical_bytes({"key": key.key_id, "kind": kind, "row": row})
    return seal(key, canonical_bytes(dict(data)), context, workspace.dice.bytes(NONCE_BYTES))


def open_row(workspace: Workspace, stream: str, kind: str, row: str, blob: bytes) -> dict[str, Any]:
    """Open a directory row.

    Raises:
        NoAccess: this account has no key to it. NotOpened: it was altered, or belongs elsewhere.
    """
    from casework.ledger.seal import open_sealed

    key = workspace.key_to(stream, blob)
    opened = workspace.opened_rows.get((kind, row, blob))
    if opened is None:
        context = canonical_bytes({"key": key.key_id, "kind": kind, "row": row})
        opened = parse_canonical(open_sealed(key, blob, context))
        if len(workspace.opened_rows) >= _OPENED_AT_MOST:
            workspace.opened_rows.clear()
        workspace.opened_rows[kind, row, blob] = opened
    return dict(opened)
