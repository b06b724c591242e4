"""Makes one PDF of two standards: PDF/UA-1, for who cannot see it, and PDF/A-3a, for who reads it in 2060.

WeasyPrint writes either. Both ask for the same tagged document; what differs is the XMP metadata, which has
to name both standards, to describe the PDF/UA name (which PDF/A does not know), and to stay uncompressed
(ISO 19005-3, 6.6.2.1).
"""

from __future__ import annotations

from typing import Any, Final

VARIANT: Final = "pdf/a-3a"
"""WeasyPrint's name of the variant that `declare_both` completes."""

_END: Final = b"</rdf:RDF>"
_DECLARATION: Final = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)

# One cluster of characters drawn as several glyphs (a skin tone on an emoji) leaves all but the first without
# text; PDF/A-3a wants text for each, so they get a space of no width.
_NO_TEXT: Final = b"> <>"
_NO_WIDTH_SPACE: Final = b"> <200b>"


def declare_both(pdf: Any) -> None:
    """Complete a PDF that WeasyPrint has made as `VARIANT`, just before it is written.

    Args:
        pdf: the `pydyf.PDF` to change.
    """
    for part in [*pdf.objects]:
        if isinstance(part, dict) and part.get("S") == "/LI":
            _give_body(part, pdf)
        content = getattr(part, "stream", None)
        if not content or not isinstance(content[0], bytes):
            continue
        if part.extra.get("Type") == "/Metadata":
            part.compress = False
            content[0] = content[0].replace(_END, _DECLARATION + _END)
        elif content[0].startswith(b"/CIDInit"):
            content[:] = [_fill(line) for line in content]


def _give_body(item: Any, pdf: Any) -> None:
    """Put what a list item holds beside its label into one body, as PDF/UA wants it (ISO 32000-1, table 336).

    WeasyPrint does so for a line of text, and leaves paragraphs in a list item as they are.
    """
    kids = {kid: pdf.objects[int(kid.split()[0])] for kid in item["K"] if not isinstance(kid, int)}
    loose = [kid for kid, element in kids.items() if element["S"] not in ("/Lbl", "/LBody")]
    if not loose:
        return
    body = type(item)({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"], "P": item.reference})
    pdf.add_object(body)
    body["K"] = type(item["K"])(loose)
    for kid in loose:
        kids[kid]["P"] = body.reference
    item["K"][:] = [kid for kid in item["K"] if kid not in loose] + [body.reference]


def _fill(line: Any) -> Any:
    """Return a line of a font's table of texts with no empty text in it."""
    return line.replace(_NO_TEXT, _NO_WIDTH_SPACE) if isinstance(line, bytes) else line
