"""What the record says of an erasure: apart from `erasing`, for verification reads it and must not write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from casework.base.errors import BadInput

ERASED: Final = "record_erased"
"""The kind of event that says what was destroyed."""

What = Literal["words", "everything"]


class ErasuresAltered(BadInput):
    """A list of erasures is not one, or not as it was signed."""

    code = "erasures-altered"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be destroyed, and why it may be.

    Args:
        stream: its id.
        events: numbers of the events whose words, or words and facts, go.
        what: words, or everything.
        whole: the stream is forgotten as a whole: its keys go too.
        class_: the retention class of the policy.
        rules: what it rests on, such as RET-1d.
        due: the first local date on which it may be done, ISO.
        approved_by: ids of the two people.
        words: for the sealed body: the reference, the reason, the names of those who agreed.
    """

    stream: str
    events: tuple[int, ...]
    what: What
    whole: bool
    class_: str
    rules: tuple[str, ...]
    due: str
    approved_by: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def facts(self, account: str, **more: Any) -> dict[str, Any]:
        """Return what the record says of it."""
        return {
            "kind": ERASED,
            "stream": self.stream,
            "events": list(self.events),
            "what": self.what,
            "whole": self.whole,
            "class": self.class_,
            "rules": list(self.rules),
            "due": self.due,
            "approved_by": list(self.approved_by),
            "account": account,
            **more,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Erasure:
        """Return the erasure that facts tell of.

        Raises:
            ErasuresAltered: they are not of that form.
        """
        try:
            what = facts["what"]
            if facts["kind"] != ERASED or what not in ("words", "everything"):
                raise ValueError
            return cls(
                str(facts["stream"]),
                tuple(int(n) for n in facts["events"]),
                what,
                bool(facts["whole"]),
                str(facts["class"]),
                tuple(str(rule) for rule in facts["rules"]),
                str(facts["due"]),
                tuple(str(person) for person in facts["approved_by"]),
            )
        except (KeyError, TypeError, ValueError):
            raise ErasuresAltered("An erasure is not of the form that this release knows.") from None
