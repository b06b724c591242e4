"""What somebody has begun to fill in and not sent: sealed, their own, and gone when it is done or after a month.

A draft is no record: nothing is proved by it and no history tells of it. It is sealed under the key of the stream that
it is about, so that whoever may not read that may not read the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import sha256_hex
from casework.base.time import format_instant
from casework.services.errors import NoAccess
from casework.services.schools import open_row, seal_row
from casework.store.rows import Draft

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace

KEPT: Final = timedelta(days=30)
"""How long a draft is kept after it was last changed."""


def save_draft(
    workspace: Workspace, school: School, stream: str, about: str, answers: Mapping[str, Any]
) -> None:
    """Keep the answers given so far, in place of any earlier ones.

    Args:
        stream: whose key seals them: of the case, or of the school where there is no case yet.
        about: which form it is, such as `step:hold_hearing`; one draft for each form, stream and account.
        answers: texts, and lists of texts, by the name of the form's field.
    """
    row = _name(workspace, stream, about)
    sealed = seal_row(workspace, stream, "draft", row, {"about": about, "answers": dict(answers)})
    now = workspace.clock.now()
    with workspace.transaction() as transaction:
        transaction.put_draft(
            Draft(row, school.id, stream, workspace.keys.account, format_instant(now), sealed)
        )
        transaction.drop_drafts_before(school.id, format_instant(now - KEPT))


def draft(workspace: Workspace, stream: str, about: str) -> dict[str, Any]:
    """Return the answers that were kept; none if there are none, or if they cannot be opened."""
    row = _name(workspace, stream, about)
    with workspace.store.read() as reader:
        found = reader.draft(row)
    if found is None:
        return {}
    try:
        answers: dict[str, Any] = open_row(workspace, stream, "draft", row, found.sealed)["answers"]
    except NoAccess:
        return {}
    return answers


def drop_draft(workspace: Workspace, stream: str, about: str) -> None:
    """Forget the answers: what they were for is done, or is not to be done."""
    with workspace.transaction() as transaction:
        transaction.drop_draft(_name(workspace, stream, about))


def _name(workspace: Workspace, stream: str, about: str) -> str:
    """The row of a draft; it tells nobody whose it is or what about who does not know that already."""
    return sha256_hex(f"{workspace.keys.account} {stream} {about}".encode())
