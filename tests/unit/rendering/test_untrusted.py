"""A stranger's file goes through a process of little power, and nothing but the look of its pages comes out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pikepdf
import pytest
from pypdf import PdfReader

from casework.rendering.parts import LOOK, Parts
from casework.rendering.untrusted import clean as parent
from casework.rendering.untrusted.clean import REMARKS, WHY, Cleaned, Cleaner
from casework.rendering.untrusted.kinds import kind_called, kind_of
from tests.unit.rendering import hostile


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    with Cleaner() as made:
        yield made


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    with Parts() as made:
        yield made


def cleaned(cleaner: Cleaner, data: bytes) -> tuple[Cleaned, bytes]:
    out = io.BytesIO()
    return cleaner.clean(data, kind_of(data), out), out.getvalue()


@pytest.mark.parametrize("name", hostile.PRINTED)
def test_what_can_be_printed_becomes_plain_pages(cleaner: Cleaner, name: str) -> None:
    data, pages = hostile.PRINTED[name]
    found, made = cleaned(cleaner, data)
    assert (found.why, found.pages) == ("", pages)
    assert len(PdfReader(io.BytesIO(made)).pages) == pages


@pytest.mark.parametrize("name", hostile.UNPRINTED)
def test_what_cannot_be_printed_is_told_and_stops_nothing(cleaner: Cleaner, name: str) -> None:
    data, why = hostile.UNPRINTED[name]
    assert cleaned(cleaner, data)[0].why == why
    assert cleaned(cleaner, hostile.WHOLE)[0].pages == 1


@pytest.mark.parametrize("change", [hostile.tree_in_itself, hostile.wrong_types, hostile.strange_box])
def test_a_broken_structure_ends_in_pages_or_in_a_reason(cleaner: Cleaner, change: object) -> None:
    found, _ = cleaned(cleaner, hostile.pdf(change=change))
    assert bool(found.pages) != bool(found.why)


@pytest.mark.parametrize("name", hostile.SEEDS)
def test_a_spoilt_file_ends_in_pages_in_words_or_in_a_reason(parts: Parts, name: str) -> None:
    ended = set()
    for seed in range(8):
        data = hostile.spoilt(hostile.SEEDS[name], seed)
        part = parts.take(data, kind_of(data))
        ended.add(part.cleaned.why)
        assert part.cleaned.why in (
            {*WHY} - {"crashed", "too_slow"} if not part.pages + len(part.text) else {""}
        )
    assert ended & {"damaged", ""}
    assert parts.take(hostile.WHOLE, kind_of(hostile.WHOLE)).pages == 1


def test_the_marks_of_a_strangers_tag_tree_do_not_come_along(cleaner: Cleaner) -> None:
    def marked(made: pikepdf.Pdf) -> None:
        text = b"/P <</MCID 0>> BDC BT /F1 20 Tf 72 700 Td (Marked) Tj ET EMC /Span BMC /X MP EMC"
        made.pages[0].obj.Contents = made.make_stream(text)

    made = cleaned(cleaner, hostile.pdf(change=marked))[1]
    with pikepdf.open(io.BytesIO(made)) as opened:
        look = opened.pages[0].obj.Resources.XObject[LOOK].read_bytes()
    assert b"(Marked) Tj" in look
    assert not any(mark in look for mark in (b"MCID", b"BDC", b"BMC", b"EMC", b"MP"))


def test_nothing_that_acts_and_nothing_hidden_comes_out(cleaner: Cleaner) -> None:
    found, made = cleaned(cleaner, hostile.pdf(change=hostile.armed))
    assert set(found.remarks) >= {"script", "attachments"}
    with pikepdf.open(io.BytesIO(made)) as opened:
        everything = b"".join(
            item.read_raw_bytes() if isinstance(item, pikepdf.Stream) else item.unparse()
            for item in opened.objects
        )
        assert not {"/Names", "/OpenAction", "/AA", "/AcroForm", "/AF"} & set(opened.Root.keys())
        assert "/Annots" not in opened.pages[0].obj
    for word in (b"evil", b"JavaScript", b"Launch", b"/URI", b"EmbeddedFile"):
        assert word not in everything and word not in made
    text = PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "Sheet 1" in text and "Filled in" in text, "what was stamped onto the page is part of it"


def test_where_a_picture_was_taken_does_not_go_on(cleaner: Cleaner) -> None:
    exif = hostile.Image.Exif()
    exif[0x010F] = "secret camera"
    exif[0x0112] = 6  # lies on its side
    _, made = cleaned(cleaner, hostile.picture(100, 50, exif=exif))
    assert b"secret camera" not in made
    box = PdfReader(io.BytesIO(made)).pages[0].mediabox
    assert box.height > box.width, "a picture on its side is turned upright"


def test_mail_and_text_come_out_as_words(cleaner: Cleaner) -> None:
    mail = (
        b"From: Ann <a@b.example>\r\nTo: c@d.example\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
        b"Subject: =?utf-8?q?Caf=C3=A9?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nSee the caf\xe9.\r\n"
        b"--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n\r\n--x--\r\n"
    )
    found, made = cleaned(cleaner, mail)
    assert (found.pages, kind_of(mail).id) == (0, "email")
    text = made.decode()
    assert all(word in text for word in ("Ann <a@b.example>", "Subject: Café", "See the café.", "a.png"))
    assert cleaned(cleaner, "Café".encode("utf-16"))[1].decode() == "Café"
    assert cleaned(cleaner, b"x" * 500_000)[0].why == "too_long"


def test_a_word_document_comes_out_as_the_words_that_stand_in_it(cleaner: Cleaner) -> None:
    row = "<w:tr>{}</w:tr>".format(
        "".join(f"<w:tc><w:p><w:r><w:t>{n}</w:t></w:r></w:p></w:tc>" for n in "ab")
    )
    changed = "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    body = f"<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r>{changed}</w:p><w:tbl>{row}{row}</w:tbl>"
    found, made = cleaned(cleaner, hostile.word(body))
    assert (found.pages, found.remarks) == (0, ("words_only",))
    assert made.decode() == "One\ttwonew\na | b\na | b"


def in_the_child(code: str) -> str:
    """Run code where the child runs it: after it gave up what it does not need."""
    start = f"import sys; sys.path[:] = {sys.path!r}\nimport os, socket\n"
    given_up = "from casework.rendering.untrusted import child\nchild._give_up()\n"
    tried = f"try:\n    {code}\n    print('done')\nexcept (OSError, MemoryError):\n    print('refused')"
    done = subprocess.run([sys.executable, "-c", start + given_up + tried], capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code", ["socket.socket()", "open('/etc/passwd')", "os.pipe()", "bytearray(4 * 1024 ** 3)"]
)
def test_the_child_can_open_nothing_and_take_little(code: str) -> None:
    if sys.platform != "linux" and "bytearray" in code:
        pytest.skip("macOS knows no limit of address space")
    assert in_the_child(code) == "refused"


def test_the_child_knows_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_PASSPHRASE", "open sesame")
    with Cleaner() as made:
        made.clean(hostile.WHOLE, kind_of(hostile.WHOLE), io.BytesIO())
        assert made._child is not None
        environment = f"/proc/{made._child.pid}/environ"
        if os.path.exists(environment):
            with open(environment, "rb") as file:
                assert b"sesame" not in file.read()


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import time; time.sleep(60)", "too_slow"),
        ("import os; os.abort()", "crashed"),
        ("print('[]')", "crashed"),
        ('print(\'{"ok": true, "pages": -1, "size": 5, "remarks": []}\')', "crashed"),
        ('print(\'{"ok": true, "pages": 1, "size": 99999999999, "remarks": []}\')', "crashed"),
        ('print(\'{"ok": true, "pages": 1, "size": 10, "remarks": []}\\nshort\')', "crashed"),
        ("print('{' * 100000)", "crashed"),
        ('print(\'{"ok": false, "why": "<b>a sentence of its own</b>"}\')', "damaged"),
    ],
)
def test_a_child_that_was_taken_over_is_believed_nothing(
    monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    monkeypatch.setattr(parent, "_MAIN", program)
    with Cleaner(seconds=0.5 if why == "too_slow" else 20) as made:
        assert made.clean(b"x", kind_called("pdf"), io.BytesIO()).why == why


def test_after_a_crash_the_next_file_gets_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with Cleaner() as made:
        with monkeypatch.context() as broken:
            broken.setattr(parent, "_MAIN", "import os; os.abort()")
            assert cleaned(made, hostile.WHOLE)[0].why == "crashed"
        assert cleaned(made, hostile.WHOLE)[0].pages == 1


def test_each_reason_and_remark_is_a_sentence() -> None:
    for said in (*WHY.values(), *REMARKS.values()):
        assert said[0].isupper() and said.endswith(".")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04....word/document.xml", "word"),
        (b"PK\x03\x04....xl/workbook.xml", "excel"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0WAVE", "sound"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"{\\rtf1", "rich_text"),
        (b"BMW is a car", "text"),
        ("Zoë said: no".encode(), "text"),
        (b"caf\xe9", "text"),
        (b"\x7fELF", "program"),
        (b"", "text"),
    ],
)
def test_a_kind_is_told_from_the_content(data: bytes, kind: str) -> None:
    assert kind_of(data).id == kind
    assert kind_called(kind).id == kind
