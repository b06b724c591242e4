"""One thing that is wrong with a letter's files, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from casework.correspondence.errors import LettersWrong


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where, what, and what to do.

    Args:
        file: the file, as the folder of letters names it: `hearing-invitation/letter.yaml`.
        line: from 1; 0 if it is about the file as a whole.
        reason: what is wrong, in one sentence.
        remedy: what to do about it.
    """

    file: str
    line: int
    reason: str
    remedy: str

    def __str__(self) -> str:
        """Return `file:line: reason remedy`."""
        return f"{self.file}:{self.line}: {self.reason} {self.remedy}".rstrip()


def raise_if_any(
    findings: Iterable[Finding],
    title: str = "The letters cannot be used:",
    remedy: str = "Mend the files and check again.",
) -> None:
    """Raise `LettersWrong` with all of `findings`, sorted, under a title, or do nothing if there are none."""
    found = sorted(set(findings))
    if found:
        raise LettersWrong(
            "\n".join([title, *(str(finding) for finding in found)]),
            remedy=remedy,
            findings=[asdict(finding) for finding in found],
        )
