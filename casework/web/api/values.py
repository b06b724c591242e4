"""What is sent to the JSON API, value by value: text, days, numbers, ids, each with what it can be."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

LIMIT: Final = 50_000
"""Characters that one answer may have."""

PREFIX: Final = "^[A-Za-z]{2,5}$"
"""What the prefix of a school looks like."""

LARGEST: Final = 2**31 - 1
"""The largest number of an event, an allegation or a letter that is taken."""


def _composed(text: str) -> str:
    """Text as it is recorded: composed characters; an answer that is no Unicode is refused."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("half of a surrogate pair is no character")
    return unicodedata.normalize("NFC", text)


def _local_day(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError("a year from 1900 to 2200 is wanted")
    return day


Text = Annotated[StrictStr, Field(max_length=LIMIT), AfterValidator(_composed)]
Line = Annotated[StrictStr, Field(max_length=500), AfterValidator(_composed)]
Said = Annotated[StrictStr, Field(min_length=1, max_length=LIMIT), AfterValidator(_composed)]
Whole = Annotated[StrictInt, Field(ge=-LARGEST, le=LARGEST)]
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Day = Annotated[date, AfterValidator(_local_day)]
Command = Annotated[
    StrictStr,
    Field(
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        description="A random UUID (version 4, lower case), drawn by the sender for this act alone.",
    ),
]
Lines = Annotated[list[Line], Field(max_length=200)]
Answer = (
    StrictBool
    | Whole
    | Text
    | Lines
    | Annotated[dict[Line, StrictBool | Whole | Text], Field(max_length=200)]
)
Answers = Annotated[dict[Line, Answer], Field(max_length=200)]
Name = Annotated[StrictStr, Field(min_length=1, max_length=500), AfterValidator(_composed)]
When = Annotated[
    StrictStr,
    Field(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$",
        description="A local day, such as `2026-03-02`, or a day and time, such as `2026-03-02T10:30`.",
    ),
]


class Asked(BaseModel):
    """What is sent: nothing in it that is not known."""

    model_config = ConfigDict(extra="forbid")


class Act(Asked):
    """What every act carries. Sent again with the same `command`, it is recorded once."""

    command: Command
    seen: int | None = Field(
        None,
        ge=1,
        le=LARGEST,
        description="The number of the newest event that was seen. If more was recorded since: 409.",
    )
