"""Figures as a report for governors: each chart has its table beneath it, so that no picture tells anything alone."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from markupsafe import Markup

from casework.base.time import describe_date
from casework.records.by_characteristic import share
from casework.records.statistics import HIDDEN, Statistics
from casework.records.statistics_charts import bars, boxes, stacked
from casework.records.suppression import SMALL


def statistics_pdf(figures: Statistics) -> bytes:
    """Return the report as a PDF.

    Raises:
        EngineMissing: a system library is not installed. Unavailable: the shipped fonts are missing.
    """
    from casework.records.pdf import printed

    return printed(lambda hidden: statistics_html(figures, hidden), "history.css")


def statistics_html(figures: Statistics, hidden: Set[str] = frozenset()) -> str:
    """Return the page that `statistics_pdf` lays out; `hidden` characters, which no font shows, appear by number."""
    from casework.records.pdf import environment

    charts = {table.id: Markup(bars(table)) for table in figures.tables}  # noqa: S704 - drawn by us, escaped
    return (
        environment(frozenset(hidden))
        .get_template("statistics.html.j2")
        .render(
            figures=figures,
            charts=charts,
            shares={
                (item.name, table.id): Markup(stacked(table))  # noqa: S704
                for item in figures.characteristics
                for table in item.tables
            },
            share=share,
            days_chart=Markup(boxes(figures.spreads)),  # noqa: S704
            period=period(figures),
            note=HIDDEN,
            small=SMALL,
        )
    )


def period(figures: Statistics) -> str:
    """Return in words which cases are counted."""
    first, last = (
        describe_date(date.fromisoformat(text)) if text else "" for text in (figures.first, figures.last)
    )
    if first and last:
        return f"Cases opened from {first} to {last}"
    if first:
        return f"Cases opened since {first}"
    return f"Cases opened until {last}" if last else "All cases on record"
