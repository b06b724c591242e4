"""Approvals of reworded passages: who agreed, on which day, to which wording of which passage.

An approval names the first digits of the wording's digest, so that it holds for that wording and no other.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import Field, field_validator

from casework.correspondence.catalogue import PASSAGE, Model
from casework.correspondence.wording import SHOWN, Wording

FILE: Final = "approvals.yaml"
"""The file of a school's own letters that holds the approvals."""


class Approval(Model):
    """One approval.

    Args:
        passage: the passage's id: `acas:25`.
        wording: the first digits of the digest of the wording that was approved.
        by: who approved it, with name and post.
        on: when, a local date.
        because: why the school says it in other words.
    """

    passage: str
    wording: str = Field(pattern=rf"^[0-9a-f]{{{SHOWN}}}$")
    by: str = Field(min_length=3, max_length=120)
    on: date
    because: str = Field(min_length=8, max_length=1000)

    @field_validator("passage")
    @classmethod
    def _well_formed(cls, value: str) -> str:
        if not PASSAGE.fullmatch(value):
            raise ValueError(f"{value!r} is not the id of a passage")
        return value

    def covers(self, passage: str, wording: Wording) -> bool:
        """Say whether this is an approval of that wording of that passage."""
        return (self.passage, self.wording) == (passage, wording.short)


class Approvals(Model):
    """What `approvals.yaml` says."""

    approvals: tuple[Approval, ...] = ()

    def cover(self, passage: str, wording: Wording) -> bool:
        """Say whether somebody approved that wording of that passage."""
        return any(one.covers(passage, wording) for one in self.approvals)
