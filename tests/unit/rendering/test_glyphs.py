from __future__ import annotations

import pytest

from casework.base.resources import letters_dir
from casework.rendering.glyphs import EVERYDAY, describe, missing_glyphs
from casework.rendering.pdf import FONTS

FILES = tuple(letters_dir() / name for name in FONTS)


def _never() -> tuple[()]:
    raise AssertionError("the fonts were opened for everyday text")


def test_everyday_text_needs_no_look_at_the_fonts() -> None:
    assert missing_glyphs("Dear Mr Żółć – “it’s” £5…\n", _never) == []


@pytest.mark.parametrize("font", FILES[:4], ids=lambda font: font.name)
def test_every_face_of_the_text_font_shows_everyday_text(font: object) -> None:
    everyday = "".join(chr(number) for number in range(0x20, 0x2100) if EVERYDAY.fullmatch(chr(number)))
    # One more character that nobody has makes sure that the fonts are looked at.
    assert missing_glyphs(f"{everyday}\U0010fffd", lambda: (font,)) == ["\U0010fffd"]  # type: ignore[return-value]


@pytest.mark.parametrize(
    "text",
    [
        "Ọláyínká ẹ̀kọ́",
        "Nguyễn Thị Hồng",
        "Αθήνα",
        "Київ",
        "שלום",
        "مرحبا",
        "😂👍🏽❤️",
        "👨‍👩‍👧 🇬🇧",
        "½ → ✓ ☐ €",
    ],
)
def test_names_scripts_and_emoji_of_schools_are_shown(text: str) -> None:
    assert missing_glyphs(text, lambda: FILES) == []


def test_what_no_font_shows_is_returned_once_in_order() -> None:
    assert missing_glyphs("a 中 b 文 中", lambda: FILES) == ["中", "文"]


def test_a_character_is_described_by_number_and_name() -> None:
    assert describe("中") == "U+4E2D (CJK UNIFIED IDEOGRAPH-4E2D)"
    assert describe("\ue000") == "U+E000 (no name)"
