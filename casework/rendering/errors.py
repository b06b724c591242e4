"""What can go wrong when a page is laid out."""

from __future__ import annotations

from casework.base.errors import BadInput, Unavailable


class EngineMissing(Unavailable):
    """The system libraries that lay out text are not installed."""

    code = "pdf-engine-missing"


class OutsideResource(BadInput):
    """A page asked for something that is not shipped with it: a web address, a file of this machine."""

    code = "outside-resource"


class NoGlyph(BadInput):
    """A page uses a character that none of the shipped fonts can show."""

    code = "no-glyph"
