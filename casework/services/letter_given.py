"""What was given to write a letter of a case, so that it can be written again: changed, or in the place of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of, people_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def given_for(workspace: Workspace, loaded: LoadedCase, number: int) -> dict[str, Any]:
    """Return what was given to write letter `number`, as it is given again: people by name; and its own paragraphs.

    The keys are `fields`, `sender`, `delivery`, `authority` and `own_words`. Whoever calls it notes the reading.

    Raises:
        UnknownItem: there is none of that number. NoAccess: this account has no key to the case.
    """
    body = body_of(workspace, loaded, letter_number(loaded, number).version)
    people = people_of(workspace, loaded)

    def named(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [named(item) for item in value]
        if isinstance(value, Mapping):
            return {key: named(item) for key, item in value.items()}
        return str(people[value].get("name", "")) if value in people else value

    return {
        "fields": named(body.get("given", {})),
        "sender": named(body.get("sender", "")),
        "delivery": str(body.get("delivery", "")),
        "authority": str(body.get("authority", "")),
        "own_words": list(body.get("own_words", ())),
    }
