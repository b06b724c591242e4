"""A school's settings, to be read, and choosing the school whose pages are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from casework.services.guard import my_schools
from casework.services.school_details import view
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.procedure.model import Setting

PAGES = Pages()

_UNITS: Final = {"wd": "working days", "clear wd": "clear working days"}
"""Units of settings that are short in a procedure, in words."""


@PAGES.page("/school", access="signed_in", methods=("GET", "POST"))
def school(here: Here) -> Response:
    """Show a school's details and what its procedure says; a form chooses the school from now on."""
    if here.sent:
        everywhere = here.text("school") == ""
        here.visitor.school = "" if everywhere else here.school.prefix
        shown = "all your schools" if everywhere else here.school.name
        return here.go("/", f"From now on you are shown {shown}.")
    return here.page(
        "school.html.j2",
        found=view(here.workspace, here.school),
        schools=my_schools(here.workspace),
        setting_words=_words,
    )


def _words(setting: Setting) -> str:
    """What a setting says, in words."""
    if isinstance(setting.value, bool):
        return "Yes" if setting.value else "No"
    said = setting.options.get(str(setting.value), str(setting.value).replace("_", " "))
    return f"{said} {_UNITS.get(setting.unit, setting.unit)}".strip()
