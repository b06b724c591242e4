"""The key that signs a school's two logs: kept in the database, sealed under the key of the school's accounts.

So whoever may record there can sign, and nobody else; who that is, the record of accounts says. It is changed when
somebody's right to record ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.keyring.signing import SigningKey
from casework.ledger.errors import WrongSigner
from casework.services.errors import NoAccess
from casework.services.school import School
from casework.services.schools import open_row, seal_row
from casework.store.rows import SigningKey as SigningKeyRow

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.rows import Log

_KIND = "signing_key"


def signing_key_row(workspace: Workspace, school: School, key: SigningKey) -> SigningKeyRow:
    """Return a school's signing key as it is kept."""
    secret = {"secret": key.secret.hex()}
    return SigningKeyRow(
        school.id, key.public, seal_row(workspace, school.accounts_stream, _KIND, school.id, secret)
    )


def signing_key_of(workspace: Workspace, log: Log) -> SigningKey:
    """Return the key that signs a log.

    Raises:
        NoAccess: this account may not record there, or the key is on another machine.
        WrongSigner: what is kept is not the log's key. NotOpened: it was altered.
    """
    with workspace.store.read() as reader:
        row, organisation = reader.signing_key(log.organisation), reader.organisation(log.organisation)
    if row is None or organisation is None:
        raise NoAccess("The key that signs the record is not in this database, so nothing can be recorded.")
    school = School.from_row(organisation)
    opened = open_row(workspace, school.accounts_stream, _KIND, school.id, row.sealed)
    key = SigningKey.from_secret(bytes.fromhex(opened["secret"]))
    if key.public != log.public_key:
        raise WrongSigner(
            "The key that is kept here is not the one that signs the record now. Nothing was recorded.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
            log=log.origin,
        )
    return key
