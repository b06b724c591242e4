"""Somebody's deadlines for their diary, by a secret link: a program reads it, and signs in nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response

from casework.services.feeds import NoSuchCalendar
from casework.web.routing import Pages

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.site import Site

PAGES = Pages()


@PAGES.page("/calendar/{secret}.ics", access="anybody", methods=("GET",))
def calendar_feed(site: Site, request: Request, form: FormData) -> Response:
    """Give out the calendar of a link; one that is none looks like any address that is not there."""
    try:
        if site.own is None:
            raise NoSuchCalendar("No calendars are given out here.")
        data = site.own.calendar(request.path_params["secret"])
    except NoSuchCalendar:
        return PlainTextResponse("There is nothing here.", 404, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)
