"""Small pages to lay out."""

from __future__ import annotations


def page_of(body: str, title: str = "A page", head: str = "") -> str:
    """Return a whole document with this body."""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="dcterms.created" content="2026-03-31">{head}</head>'
        f'<body data-foot="Foot" data-page="Page" data-of="of">{body}</body></html>'
    )
