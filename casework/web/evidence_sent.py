"""Evidence as a form sends it: several files at once, a photograph, a post with what is asked about it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile

from casework.base.errors import BadInput
from casework.base.ids import SeededDice, new_id
from casework.base.time import Occurred, parse_occurred
from casework.services.evidence import Post, Provenance, add_evidence
from casework.services.evidence_files import FILE_LIMIT, IncomingFile, incoming
from casework.web.acts import once, where

if TYPE_CHECKING:
    from casework.web.site import Here


def add_files(here: Here) -> str:
    """Add what was sent, each file as an item; what was sent before is not added again. Returns what is said of it.

    Raises:
        BadInput: nothing was sent, or a file is empty or too large; then nothing is added. FieldInvalid.
    """
    files = files_sent(here, "file")
    title = here.text("title")
    if not files and not title:
        raise BadInput("Choose a file, or say what it is.")
    origin = Provenance(
        here.text("supplied") or "school",
        here.text("supplier"),
        method=here.text("method"),
        basis=here.text("basis"),
        visibility=here.text("visibility"),
    )
    command = here.text("command")
    for place, file in enumerate(files or [None]):
        named = title if len(files) < 2 else f"{title}: {file.name if file else ''}".removeprefix(": ")
        _add(
            here,
            _command(command, place),
            title=named or (file.name if file else ""),
            type_=here.text("type") or "document",
            file=file,
            provenance=origin,
        )
    return (
        "Added, and sealed as it came."
        if len(files) < 2
        else f"{len(files)} files added, each sealed as it came."
    )


def add_post(here: Here) -> str:
    """Add a post, from its capture form; what is needed later is asked for now. Returns what is said of it.

    Raises:
        BadInput: something that is needed later was not said, all of it at once. FieldInvalid.
    """
    wanted = {
        "title": "what the post is",
        "address": "the address at which it stood",
        "account": "under which account it was",
        "authorship": "whose words they are",
        "live": "whether it can still be seen",
        "visibility": "who could see it",
        "captured_by": "who captured it",
        "method": "how the school came by it",
    }
    missing = [words for name, words in wanted.items() if not here.text(name)]
    if missing:
        raise BadInput(f"Please say {'; '.join(missing)}.")
    post = Post(
        here.text("authorship"),
        here.text("live"),
        here.text("address"),
        here.text("account"),
        here.text("audience"),
    )
    files = files_sent(here, "file")
    _add(
        here,
        here.text("command"),
        title=here.text("title"),
        type_="screenshot",
        file=files[0] if files else None,
        provenance=Provenance(
            captured=_when(here),
            captured_by=here.text("captured_by"),
            method=here.text("method"),
            basis=here.text("basis"),
            visibility=here.text("visibility"),
            post=post,
        ),
    )
    return "The post is kept, sealed as it came."


def _add(
    here: Here, command: str, *, title: str, type_: str, file: IncomingFile | None, provenance: Provenance
) -> None:
    once(
        here,
        lambda chosen: add_evidence(
            *where(here),
            title=title,
            type_=type_,
            points=here.text("points") or "neutral",
            supports=about(here),
            source=here.text("source"),
            description=here.text("description"),
            file=file,
            provenance=provenance,
            command=chosen,
        ),
        command,
    )


def _command(command: str, place: int) -> str:
    """The id under which the file at a place is added: sent twice, each of several files is added once."""
    return new_id(SeededDice(f"{command} {place}".encode())) if command and place else command


def about(here: Here) -> list[int]:
    """Return the numbers of the allegations that were ticked."""
    return [int(number) for number in here.texts("supports") if number.isdigit()]


def files_sent(here: Here, name: str) -> list[IncomingFile]:
    """The files that were sent, each within its limits.

    Raises:
        BadInput: one is empty or too large.
    """
    found = []
    for sent in here.form.getlist(name):
        if isinstance(sent, UploadFile) and sent.filename:
            data = sent.file.read(FILE_LIMIT + 1)
            if not data:
                raise BadInput(f"The file {sent.filename} is empty, so nothing was added.")
            if len(data) > FILE_LIMIT:
                raise BadInput(
                    f"The file {sent.filename} is too large: at most {FILE_LIMIT // 1024 // 1024} MB."
                )
            found.append(incoming(sent.filename, data))
    return found


def one_file(here: Here) -> IncomingFile:
    """Return the file that was sent.

    Raises:
        BadInput: there is none, or it is empty or too large.
    """
    files = files_sent(here, "file")
    if not files:
        raise BadInput("Choose the file.")
    return files[0]


def _when(here: Here) -> Occurred | None:
    day, time = here.text("captured.day"), here.text("captured.time")
    if not day:
        return None
    return parse_occurred(f"{day}T{time}" if time else day)
