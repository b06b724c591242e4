"""What each kind of job does in a process, with a workspace of its own; its files go into its drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.jobs.model import Hands, Job
from casework.services.errors import CaseMoved, NoAccess
from casework.services.workers import WorkerLost
from casework.store.errors import StoreBusy

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace

Outcome = Mapping[str, Any]
"""What is told of a job that was done; `files` are the names of its files."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a job is done."""

    workspace: Workspace
    school: School
    loaded: LoadedCase
    hands: Hands
    drafts: Path


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Args:
        do: does it.
        tries: how often it may be tried; once where trying again would record something twice.
        worth: from how many jobs on several processes are worth their start.
    """

    do: Callable[[_Place, Job], Outcome]
    tries: int
    worth: int


def _letter(place: _Place, job: Job) -> Outcome:
    from casework.services import letters

    issued = letters.issue(
        place.workspace,
        place.school,
        place.loaded,
        job.what["letter"],
        recipient=job.what["recipient"],
        fields=place.hands.words.get("fields"),
        delivery=job.what.get("delivery", ""),
        command=job.command,
        dry_run=place.hands.rehearsal,
    )
    (place.drafts / issued.file_name).write_bytes(issued.pdf)
    return {"number": issued.number, "sha256": issued.fingerprint, "files": [issued.file_name]}


def _pack(place: _Place, job: Job) -> Outcome:
    from casework.services.packs import build_pack

    name = f"{job.what['purpose']}-pack.pdf"
    with (place.drafts / name).open("w+b") as file:
        built = build_pack(
            place.workspace,
            place.school,
            place.loaded,
            purpose=job.what["purpose"],
            into=file,
            folder=place.drafts,
            with_documents=job.what["documents"] == "yes",
        )
    return {"built": built, "files": [name]}


def _export(place: _Place, job: Job) -> Outcome:
    from casework.services import history

    files = history.export(
        place.workspace,
        place.school,
        place.loaded,
        purpose=place.hands.words["purpose"],
        recipient=place.hands.words["recipient"],
        formats=job.what["formats"].split(),
    )
    for name, data in files.items():
        (place.drafts / name).write_bytes(data)
    return {"files": list(files)}


KINDS: Final[dict[str, Kind]] = {
    "letter": Kind(_letter, tries=3, worth=8),
    "pack": Kind(_pack, tries=1, worth=2),
    "export": Kind(_export, tries=1, worth=8),
}


def again(job: Job, problem: Exception, tries: int) -> bool:
    """Say whether a job is tried again: where its command makes that harmless, and what stopped it may have passed."""
    return isinstance(problem, CaseMoved | StoreBusy | WorkerLost) and tries < KINDS[job.kind].tries


@contextmanager
def begin(hands: Hands) -> Iterator[Callable[[Job], Outcome]]:
    """Make a process ready: open the data folder with the key that it was given."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from casework.keyring.files import AccountKeys
    from casework.services.schools import schools
    from casework.services.workspace import Workspace

    keys = AccountKeys(hands.account, X25519PrivateKey.from_private_bytes(hands.key))
    with Workspace.open(hands.folder, str, clock=hands.clock, account_keys=lambda: keys) as workspace:
        workspace.rehearsal = hands.rehearsal
        known = {school.id: school for school in schools(workspace)}

        def do(job: Job) -> Outcome:
            if job.school not in known:
                raise NoAccess("There is no such school here.")
            school = known[job.school]
            workspace.work_for(school.id)
            loaded = workspace.cases.load(job.stream)
            drafts = hands.drafts / job.command
            drafts.mkdir(mode=0o700, exist_ok=True)
            return KINDS[job.kind].do(_Place(workspace, school, loaded, hands, drafts), job)

        yield do
