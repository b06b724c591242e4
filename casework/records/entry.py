"""One event of a case, ready to be printed, and what it is made of.

Units: dates are local (Europe/London), as ISO text; instants are in UTC; days are calendar days. Text is as
it was recorded: whoever shows it escapes it. Empty text means "none"; None means "not known" or "not yet".
People appear under a number (P1, P2 ...) and, unless it is withheld, their name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Typed = bool | int | str | None
"""A value as a program reads it: a date as ISO text, an option's code, a person's number; None for words."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody with a part in the case. `name` is empty where it is withheld or was destroyed."""

    number: str
    name: str

    @property
    def shown(self) -> str:
        """The name, or the number in its place."""
        return self.name or self.number

    @property
    def full(self) -> str:
        """The name with its number, so that a reader can match it with a masked copy."""
        return f"{self.name} ({self.number})" if self.name else self.number


@dataclass(frozen=True, slots=True)
class When:
    """When something happened, as exactly as it is known; `words` says it in British English."""

    precision: Literal["day", "minute", "unknown"]
    date: str | None
    time: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Cite:
    """A rule of law or practice: its id and, where the policy knows it, its words and source.

    `confirmed` is true only if the source itself was read in its present edition.
    """

    id: str
    title: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an answer with several: a question or an allegation, and what was answered."""

    label: str
    value: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a step. `items` holds the lines of a field that has several; `value` is empty then.

    `withheld` is true where words were given that are not disclosed here.
    """

    name: str
    label: str
    value: str
    typed: Typed
    items: tuple[Item, ...]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """Who decided: the person with authority, in which role, on what basis, and what proves it."""

    who: Who
    role: str
    basis: str
    authority: str


@dataclass(frozen=True, slots=True)
class Typist:
    """Who entered it, in which role."""

    who: Who
    role: str


@dataclass(frozen=True, slots=True)
class Waived:
    """A requirement that was not met and was waived: by whom, in which role, why, and what HR advised."""

    requirement: str
    name: str
    strength: str
    says: str
    cites: tuple[Cite, ...]
    by: Who
    role: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Breached:
    """A requirement that was not met and was not waived, with what can be done about it.

    `mended_by` is the correction after which it is no longer unmet, or None.
    """

    requirement: str
    name: str
    strength: str
    says: str
    cites: tuple[Cite, ...]
    cure: str
    mended_by: int | None


@dataclass(frozen=True, slots=True)
class Started:
    """A clock that an event started."""

    clock: str
    title: str
    counted_from: str
    due: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that an event stopped; `days_late` is 0 where it was in time."""

    clock: str
    title: str
    due: str | None
    days_late: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction, new details or a late change of a letter replaced. Old and new both stand."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction says: of which event, why, what changed, and what the true facts show as unmet."""

    corrects: int
    title: str
    reason: str
    changes: tuple[Change, ...]
    breached: tuple[Breached, ...]
    annulled_by: int | None


@dataclass(frozen=True, slots=True)
class Annulment:
    """An event that counts no more: which, and why. It stays in the history."""

    annuls: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in order.

    `position` is its place in the log; `days_to_record` the days between what happened and its entry, if
    known; `stage` where the procedure stood after it. `opened` is false where its words are not shown,
    `readable` where its facts are not either. `letter` and `evidence` are numbers as used below. `changes`
    holds what an event other than a correction replaced: a person's details, or parts of a letter between its
    proposal and its issue.
    """

    n: int
    position: int
    recorded: str
    occurred: When | None
    days_to_record: int | None
    kind: str
    strand: str
    stage: str
    title: str
    says: str
    taken_by: Taken | None
    recorded_by: Typist | None
    fields: tuple[Field, ...]
    words: tuple[Item, ...]
    readable: bool
    opened: bool
    irregular: bool
    waived: tuple[Waived, ...]
    breached: tuple[Breached, ...]
    started: tuple[Started, ...]
    stopped: tuple[Stopped, ...]
    correction: Correction | None
    annulment: Annulment | None
    corrected_by: tuple[int, ...]
    annulled_by: int | None
    changes: tuple[Change, ...]
