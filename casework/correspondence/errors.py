"""What can go wrong between a letter's template and its reader."""

from __future__ import annotations

from casework.base.errors import BadInput, Findings


class UnknownLetter(BadInput):
    """There is no letter of this id."""

    code = "unknown-letter"


class MissingFact(BadInput):
    """A letter cannot be written because facts are missing; all of them are named.

    Details: `missing`, a list of `{"name", "label", "from"}`; `wrong`, a list of `{"name", "reason"}`.
    """

    code = "missing-fact"


class WrongFact(BadInput):
    """A fact for a letter is there but cannot be right. Details: `wrong`, a list of `{"name", "reason"}`."""

    code = "wrong-fact"


class LettersWrong(Findings):
    """Letter files do not say what they must. Details: `findings`, each with file, line, reason, remedy."""

    code = "letters-wrong"
