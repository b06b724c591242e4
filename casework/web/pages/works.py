"""How far something is that takes longer than a page."""

from __future__ import annotations

from starlette.responses import Response

from casework.services.errors import NoAccess
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()


@PAGES.page("/work/{work}", access="signed_in")
def work(here: Here) -> Response:
    """Show how far it is; once it has ended, lead to what came of it, with scripts and without."""
    found = here.visitor.works.find(here.part["work"])
    if found is None:
        raise NoAccess("This is not here any more.", remedy="Ask for it again.")
    if not found.ended:
        return here.page("work.html.j2", work=found)
    address = f"{found.then}/{found.id}"
    if "hx-request" in here.request.headers:
        return Response(headers={"HX-Redirect": address, "Cache-Control": "no-store"})
    return here.go(address)
