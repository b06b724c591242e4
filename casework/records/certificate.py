"""The certificate of destruction, as text and on paper. It names nobody whom the record was about."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

_WIDTH: Final = 92
_LABEL: Final = 12

PROOF: Final = "The record still verifies, and says that this was destroyed: casework audit verify."


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was destroyed: whose record it was part of, when this was written (UTC), and rows of label and text.

    `note` is the newest checkpoint of the record.
    """

    school: str
    made: str
    written: str
    rows: tuple[tuple[str, str], ...]
    note: str


def certificate_text(certificate: Certificate) -> str:
    """Return the certificate as plain text."""
    return "\n".join(_lines(certificate)) + "\n"


def _lines(certificate: Certificate) -> Iterator[str]:
    yield from ("CERTIFICATE OF DESTRUCTION", "", certificate.school, f"Written on {certificate.written}", "")
    for label, text in certificate.rows:
        indent = " " * _LABEL
        yield from textwrap.wrap(text, _WIDTH, initial_indent=f"{label:<{_LABEL}}", subsequent_indent=indent)
    yield from ("", PROOF, "Its newest checkpoint:", "", *certificate.note.rstrip("\n").split("\n"))


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate as a PDF of one page.

    Raises:
        EngineMissing: a system library is not installed. Unavailable: the shipped fonts are missing.
    """
    from casework.records.pdf import printed  # the layout engine: only for who wants paper

    return printed(lambda hidden: certificate_html(certificate, hidden), "history.css")


def certificate_html(certificate: Certificate, hidden: Set[str] = frozenset()) -> str:
    """Return the page that `certificate_pdf` lays out; characters that no font shows appear by their number."""
    from casework.records.pdf import environment

    template = environment(frozenset(hidden)).get_template("certificate.html.j2")
    return template.render(certificate=certificate, proof=PROOF)
