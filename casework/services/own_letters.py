"""A school's own letters: checked, adopted as one set, and from then on the letters of its cases.

The files are kept sealed beside the school's own record, and an event says that they were adopted and by whom; the
approvals of reworded passages are part of them. Letters that went out stay as they were.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, parse_canonical, sha256_hex
from casework.base.errors import BadInput
from casework.base.resources import letters_dir
from casework.cases.fields import clean
from casework.cases.request import Decision
from casework.correspondence.approvals import FILE as APPROVALS
from casework.correspondence.approvals import Approval
from casework.correspondence.check import check_files
from casework.correspondence.findings import raise_if_any
from casework.correspondence.library import Library, shipped
from casework.correspondence.overlay import Reworded, approvals_of, read_files, reworded
from casework.services.bodies import open_body
from casework.services.dated import record_truths
from casework.services.directory import who_am_i
from casework.services.files import open_bytes, seal_bytes
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School, log_of
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.services.files import SealedFile
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

_KIND: Final = "letters_adopted"
_OUTDATED: Final = "The letters that the school adopted do not fit this release of casework:"
_ANEW: Final = "Put that right in your folder and adopt it again; until then: `casework letter adopt --none`."


@dataclass(frozen=True, slots=True)
class LettersAdopted:
    """What was adopted: the digest of the set (empty: ours alone), how many files, the approvals among them."""

    digest: str
    files: int
    approvals: tuple[Approval, ...]
    receipt: Receipt


def library_of(workspace: Workspace, school: School) -> Library:
    """Return the letters of a school: its own, as it adopted them last, before ours.

    Where another release of casework has other letters than the one with which they were adopted, they are checked
    anew: a passage that is required since must not be missing.

    Raises:
        NoAccess: this account has no key to them. StoreDamaged: they are not what was adopted. LettersWrong: they do
        not
            pass the check of this release.
    """
    with workspace.store.read() as reader:
        newest = reader.newest_n(school.stream)
    known, library = workspace.own_letters.get(school.stream, (0, None))
    if library is not None and known == newest:
        return library
    files, written_for = _adopted(workspace, school)
    if files and written_for != _release():
        raise_if_any(check_files(files), _OUTDATED, _ANEW)
    found = Library.adopted(files) if files else shipped()
    workspace.own_letters[school.stream] = (newest, found)
    return found


def _adopted(workspace: Workspace, school: School) -> tuple[dict[str, str], str]:
    """The files that a school adopted last, and the digest of the shipped letters of that time; nothing for none."""
    with workspace.store.read() as reader:
        events = [
            (event, json.loads(event.facts)) for event in reader.events_of(school.stream) if event.facts
        ]
        last = next((one for one in reversed(events) if one[1].get("kind") == _KIND), None)
        if last is None or not last[1].get("file"):
            return {}, ""
        event, facts = last
        words = open_body(
            workspace,
            log=log_of(reader, school, "cases").log,
            stream=school.stream,
            n=event.n,
            kind=_KIND,
            sealed=event.sealed or b"",
        )
        data = open_bytes(reader, facts["file"]["id"], words["file_key"])
    if sha256_hex(data) != facts["letters"]:
        raise StoreDamaged(
            "The school’s own letters are not the ones that it adopted.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
        )
    return parse_canonical(data), str(words.get("written_for", ""))


@functools.cache
def _release() -> str:
    """The digest of the shipped letters of this release: of every file that a school's own could stand in for."""
    files = read_files(letters_dir())[0]
    return sha256_hex(canonical_bytes(files))


def sound_letters(folder: Path) -> dict[str, str]:
    """Return the files of a folder of letters, if they may be adopted.

    Raises:
        LettersWrong: the check finds something, all of it. BadInput: there is no letter in it.
    """
    files, wrong = read_files(folder)
    remedy = f"Put that right; `casework letter check {folder}` shows it again."
    raise_if_any([*wrong, *check_files(files)], "These letters cannot be adopted:", remedy)
    if not files:
        raise BadInput("There are no letters in this folder.", remedy="Name the folder with your own files.")
    return files


def adopt(
    workspace: Workspace, school: School, files: Mapping[str, str], *, minute: str = "", command: str = ""
) -> LettersAdopted:
    """Adopt a school's own letters as one set; no files mean that ours are used alone again.

    Args:
        files: as `sound_letters` returns them.
        minute: who decided it, and what shows that.

    Raises:
        BadInput: they are adopted already. EntryChanged. NoAccess.
    """
    approvals = approvals_of(Library.adopted(files)).approvals if files else ()
    data = canonical_bytes(dict(files)) if files else b""
    digest = sha256_hex(data) if files else ""
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return LettersAdopted(digest, len(files), approvals, repeated)
    if _adopted(workspace, school) == (dict(files), _release() if files else ""):
        raise BadInput("The school has exactly these letters already; there is nothing to adopt.")
    sealed = seal_bytes(workspace, data, "letters.json", "application/json") if files else None
    decision = _decision(workspace, school, digest, sealed, approvals, minute)

    def enter(transaction: Transaction) -> None:
        if sealed is not None:
            sealed.enter(transaction, school.stream)

    done = record_truths(workspace, school, [decision], command, enter)
    return LettersAdopted(digest, len(files), approvals, done)


def _decision(
    workspace: Workspace,
    school: School,
    digest: str,
    sealed: SealedFile | None,
    approvals: tuple[Approval, ...],
    minute: str,
) -> Decision:
    facts: dict[str, Any] = {"kind": _KIND, "letters": digest, "account": who_am_i(workspace, school).account}
    said = clean("The minute", minute)
    body: dict[str, Any] = {"minute": said} if said else {}
    if sealed is not None:
        facts["file"] = sealed.facts
        body |= {**sealed.words, "written_for": _release()}
    if approvals:
        body["approvals"] = [one.model_dump(mode="json") for one in approvals]
    return Decision(facts, body)


def rewordings(folder: Path) -> list[Reworded]:
    """Return the required passages that a folder of letters words otherwise than we do."""
    return reworded(Library.adopted(read_files(folder)[0]), shipped())


def approve_words(
    folder: Path, passage: str | None, *, by: str, because: str, on: date
) -> list[tuple[Approval, Reworded]]:
    """Write into a folder's `approvals.yaml` that somebody approves its wording of a passage.

    Args:
        passage: its id; None for every passage that waits for an approval, as when all is said in another language.
        by: who approves it, with name and post.
        because: why the school says it in other words.
        on: the local date of the approval.

    Raises:
        BadInput: the folder words no such passage otherwise, it is approved already, name or reason is too short, or
        the
            file cannot be written.
    """
    found = [one for one in rewordings(folder) if passage in (None, one.passage)]
    pending = [one for one in found if not one.approved]
    if not pending:
        others = sorted({one.passage for one in rewordings(folder) if not one.approved})
        reason = "is approved already" if found else "is in our own words there"
        remedy = (
            f"Waiting for an approval: {', '.join(others)}." if others else "Nothing waits for an approval."
        )
        raise BadInput(f"{f'The passage {passage}' if passage else 'Everything'} {reason}.", remedy=remedy)
    who, why = clean("The name", by), clean("The reason", because)
    if len(who) < 3 or len(why) < 8:
        raise BadInput("An approval names who gives it, with name and post, and says why.")
    done = [
        (Approval(passage=one.passage, wording=one.theirs.short, by=who, on=on, because=why), one)
        for one in pending
    ]
    before = approvals_of(Library.adopted(read_files(folder)[0])).approvals
    _write(folder / APPROVALS, [*before, *(approval for approval, _ in done)])
    return done


def _write(path: Path, approvals: list[Approval]) -> None:
    """Write the approvals anew, whole or not at all."""
    lines = [
        "# Who approved which words of the school's own. Written by: casework letter approve-words",
        "approvals:",
    ]
    for one in approvals:
        said = one.model_dump(mode="json")
        lines += [
            f"  {'- ' if name == 'passage' else '  '}{name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in said.items()
        ]
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text("\n".join(lines) + "\n", "utf-8")
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {problem.strerror or 'unknown reason'}.") from None
