from __future__ import annotations

import base64
from pathlib import Path

import pytest

from casework.base.errors import Unavailable
from casework.rendering.bundle import Bundle
from casework.rendering.errors import OutsideResource

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()


def test_an_earlier_folder_stands_in_for_a_later_one(tmp_path: Path) -> None:
    for folder, text in (("ours", "a {}"), ("theirs", "b {}")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "letter.css").write_text(text)
    bundle = Bundle((tmp_path / "theirs", tmp_path / "ours"))
    assert bundle.fetch("bundle:letter.css") == b"b {}"


def test_a_resource_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match=r"fonts/None\.ttf is missing"):
        Bundle(()).fetch("bundle:fonts/None.ttf")


def test_a_picture_may_be_in_the_page_itself() -> None:
    assert Bundle(()).fetch(f"data:image/png;base64,{PNG}").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.invalid/logo.png",
        "http://127.0.0.1/",
        "file:///etc/hostname",
        "ftp://example.invalid/x.png",
        "/etc/hostname",
        "logo.png",
        "bundle:/etc/hostname",
        "bundle:../letter.css",
        "bundle:fonts/../../letter.css",
        "bundle:fonts//x.ttf",
        "bundle:.hidden.css",
        "bundle:example.yaml",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,not base64",
        "",
    ],
)
def test_nothing_else_is_fetched(url: str) -> None:
    with pytest.raises(OutsideResource):
        Bundle((Path(__file__).parent,)).fetch(url)
