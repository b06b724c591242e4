"""Every error that casework raises on purpose, one class for each exit code.

An error says what is wrong in one sentence (`message`), what to do about it (`remedy`), and carries the
facts that a program may want (`details`). Packages derive their own classes from the six below and give
each its own `code`; the exit code is inherited.

| class          | exit | the reader should                                                  |
| -------------- | ---- | ------------------------------------------------------------------ |
| `Findings`     | 1    | look at what a check found                                         |
| `BadInput`     | 2    | correct what was typed or the file that was given                  |
| `Refused`      | 3    | read which requirements of the policy are not met                  |
| `Conflict`     | 4    | look again: somebody else recorded something first                 |
| `Unavailable`  | 5    | make the store or a key available                                  |
| `NotPermitted` | 6    | ask somebody with access; "not found" answers in the same words    |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, time
from enum import Enum
from typing import Any, ClassVar, Final

MALFORMED: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading facts raises that no release of casework wrote: they are not of the form that they must have."""


class CaseworkError(Exception):
    """The root of casework's own errors; raise one of its subclasses.

    Args:
        message: one sentence in plain English that says what is wrong.
        remedy: what the reader can do about it; empty if nothing is known to help.
        details: typed facts for programs, shown under their own names in the JSON form.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def as_json(self) -> dict[str, Any]:
        """Return the one error shape of every face: always accepted by `json.dumps`.

        `ok`, `code`, `message` and `remedy` cannot be displaced by a detail of the same name.
        """
        shape: dict[str, Any] = {"ok": False, "code": self.code, "message": self.message}
        if self.remedy:
            shape["remedy"] = self.remedy
        return shape | {key: _plain(value) for key, value in self.details.items() if key not in shape}


class Findings(CaseworkError):
    """A check ran to its end and found something: a ledger that does not verify, a policy with errors."""

    code = "findings"
    exit_code = 1


class BadInput(CaseworkError):
    """What was typed, or a file that was given, cannot be understood or cannot be right."""

    code = "bad-input"
    exit_code = 2


class Refused(CaseworkError):
    """The policy does not permit the step now."""

    code = "refused"
    exit_code = 3


class Conflict(CaseworkError):
    """Somebody else recorded something first."""

    code = "conflict"
    exit_code = 4


class Unavailable(CaseworkError):
    """The store, a key or a shipped file is missing, locked, full, damaged or of a newer version."""

    code = "unavailable"
    exit_code = 5


class NotPermitted(CaseworkError):
    """The signed-in account may not do this, or the thing does not exist: both answer alike."""

    code = "not-permitted"
    exit_code = 6


def _plain(value: Any) -> Any:
    """Turn a detail into what JSON can say: dates as ISO text, enums as their value, the rest as text.

    What has an `as_json` of its own (another error, the working of a date) is asked for it.
    """
    if hasattr(value, "as_json"):
        return _plain(value.as_json())
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, Set):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return str(value)
