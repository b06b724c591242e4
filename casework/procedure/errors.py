"""What can be wrong with a policy file or a setting: each error names file, line, reason and way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from casework.base.errors import BadInput


@dataclass(frozen=True, slots=True, order=True)
class PolicyError:
    """One thing that is wrong in a policy file.

    Args:
        file: the file as seen from the policy's folder, such as `strands/procedure.yaml`.
        line: counted from 1; 0 when the error concerns no line of a file.
        path: where in the file, such as `steps.triage.requires[0].cites`; empty for the file as a whole.
        reason: what is wrong, one sentence.
        remedy: what to do about it.
    """

    file: str
    line: int
    path: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        sentence = f"{where}: {self.path}: {self.reason}" if self.path else f"{where}: {self.reason}"
        return f"{sentence} {self.remedy}".rstrip()


class PolicyInvalid(BadInput):
    """A policy, a catalogue or a school's settings cannot be used as they stand; `errors` lists all of it."""

    code = "policy-invalid"

    def __init__(self, what: str, errors: Sequence[PolicyError]) -> None:
        self.errors = tuple(errors)
        count = "one error" if len(self.errors) == 1 else f"{len(self.errors)} errors"
        shown = "\n".join(f"  {error}" for error in self.errors)
        super().__init__(
            f"{what}: {count}:\n{shown}",
            remedy="Correct what is named and try again.",
            errors=[asdict(error) for error in self.errors],
        )
