"""A job says by ids alone what is to be done, so that it can stand in a queue; keys and words go another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from casework.base.time import Clock

KindName = Literal["letter", "pack", "export"]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do in one case.

    `school` and `stream` are the ids of the school and of the case; `command` is a random id under which it is
    recorded, so that doing it twice records it once. `what` holds ids, and words out of a closed list, of this kind of
    job: never a name, a text or a path.
    """

    kind: KindName
    school: str
    stream: str
    command: str
    what: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hands:
    """What a process needs to do jobs, and what must not stand in a queue; it goes through a pipe and is kept nowhere.

    Args:
        folder: the data folder.
        account: whose key it is.
        key: the private half of the account's key, 32 bytes; never shown.
        drafts: an empty folder, its owner's only, in which the files of a job are made under its command.
        words: what was typed for all jobs: the fields of letters, the recipient and purpose of exports.
        clock: tells the time; the system's if None.
        rehearsal: nothing is recorded.
    """

    folder: Path
    account: str
    key: bytes = field(repr=False)
    drafts: Path
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)
    clock: Clock | None = None
    rehearsal: bool = False
