"""What can go wrong between a letter's template and its reader."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.errors import BadInput, Findings


class UnknownLetter(BadInput):
    """There is no letter of this id."""

    code = "unknown-letter"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A fact that a letter lacks.

    Args:
        name: where it goes in `casework.correspondence.facts.LetterData`.
        label: what it is, in words.
        whom: of whom it is a part, if it is one of a person who is known: the name.
    """

    name: str
    label: str
    whom: str = ""


class MissingFact(BadInput):
    """A letter cannot be written because facts are missing; all of them are named.

    Details: `missing`, a list of `{"name", "label", "from", "whom"}`; `wrong`, a list of `{"name", "reason"}`.
    """

    code = "missing-fact"

    @property
    def lacking(self) -> tuple[Lacking, ...]:
        """The facts that are missing."""
        missing = self.details.get("missing", ())
        return tuple(Lacking(item["name"], item["label"], item.get("whom", "")) for item in missing)


class WrongFact(BadInput):
    """A fact for a letter is there but cannot be right. Details: `wrong`, a list of `{"name", "reason"}`."""

    code = "wrong-fact"


class LettersWrong(Findings):
    """Letter files do not say what they must. Details: `findings`, each with file, line, reason, remedy."""

    code = "letters-wrong"
