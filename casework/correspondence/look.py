"""The look of a school's letters: a few colours, which may be anything that can be read on white paper."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field, field_validator

from casework.correspondence.catalogue import Model

FILE: Final = "look.yaml"
"""The file of a school's own letters that says how they look."""

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_PLACES: Final = {
    "school_name": ".letterhead .school{{color:{}}}",
    "headings": "h1,h2,h3{{color:{}}}",
    "line": ".facts{{border-color:{}}}",
}
_TEXT, _SHAPE = 4.5, 3.0


class Colours(Model):
    """Colours as `#0b3d62`: of the school's name, of the headings, and of the line beside date and place.

    Words need a contrast of 4.5 to 1 to the white of the paper, lines of 3 to 1 (WCAG 2.1, 1.4.3 and 1.4.11).
    """

    school_name: str | None = None
    headings: str | None = None
    line: str | None = None

    @field_validator("school_name", "headings", "line")
    @classmethod
    def _colour(cls, value: str | None) -> str | None:
        if value is not None and not _COLOUR.fullmatch(value):
            raise ValueError(f"{value!r} is not a colour: write it like '#0b3d62', in quotation marks")
        return value

    @field_validator("school_name", "headings")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        return _with_contrast(value, _TEXT)

    @field_validator("line")
    @classmethod
    def _visible(cls, value: str | None) -> str | None:
        return _with_contrast(value, _SHAPE)


class Look(Model):
    """What `look.yaml` says."""

    colours: Colours = Field(default_factory=Colours)

    def style(self) -> str:
        """Return the rules that go behind the letters' own stylesheet; nothing if nothing is said."""
        chosen = self.colours.model_dump(exclude_none=True)
        return "".join(_PLACES[place].format(colour.lower()) for place, colour in chosen.items())


def contrast(colour: str) -> float:
    """Return the contrast of a colour to white, from 1 to 21."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _with_contrast(colour: str | None, least: float) -> str | None:
    if colour is not None and _COLOUR.fullmatch(colour) and (found := contrast(colour)) < least:
        raise ValueError(
            f"{colour} is too pale for white paper: its contrast is {found:.1f}, at least {least} is needed"
        )
    return colour
