"""What a policy check has to know of the letters: the procedure names them, and knows nothing else of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """A letter as a policy's check sees it.

    Args:
        id: its name.
        tells_of: the steps that it tells of; it can be issued once one of them is on record.
        sent_by: the roles that may send it.
        covers: other letters that it says everything of, so that it counts for them.
        sources: for each fact that is looked up in the case, its label and the places where it is looked for, such as
            `step.invite_to_hearing.hearing_at`; a fact that whoever writes the letter is asked for is not among them.
        faults: what the letter check finds in it, one sentence each.
        only_for: for facts that are looked up in some schools only, by label: the setting that decides, and the values
            with which the fact is needed.
    """

    id: str
    tells_of: tuple[str, ...]
    sent_by: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    sources: tuple[tuple[str, tuple[str, ...]], ...] = ()
    faults: tuple[str, ...] = ()
    only_for: Mapping[str, tuple[str, frozenset[bool | int | str]]] = field(default_factory=dict)
