from __future__ import annotations

import ctypes.util
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.base.errors import Unavailable
from casework.rendering import engine
from casework.rendering.engine import load_engine, only_fonts_of
from casework.rendering.errors import EngineMissing

CONF = Path("fonts.conf")


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A machine on which the import fails, as it does without Pango; yields what was tried."""
    tried: list[str] = []

    def fail(name: str) -> None:
        tried.append(name)
        print("WeasyPrint could not import some external libraries.")
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(importlib, "import_module", fail)
    load_engine.cache_clear()
    yield tried
    load_engine.cache_clear()


def test_a_missing_library_is_one_error_that_says_what_to_type(
    no_pango: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EngineMissing) as caught:
        load_engine(CONF)
    assert isinstance(caught.value, Unavailable)
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in caught.value.remedy
    assert capsys.readouterr().out == ""


def test_libraries_in_an_unusual_place_are_searched_for_on_a_second_try(
    no_pango: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.sys, "platform", "linux")
    with pytest.raises(EngineMissing):
        load_engine(CONF)
    assert no_pango == ["weasyprint", "weasyprint"]


def test_the_search_for_libraries_is_put_back(no_pango: list[str]) -> None:
    search = ctypes.util.find_library
    with pytest.raises(EngineMissing):
        load_engine(CONF)
    assert ctypes.util.find_library is search


@pytest.mark.parametrize("before", [None, "/somewhere/fonts.conf"])
def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is None:
        monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    else:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    with only_fonts_of(CONF):
        assert os.environ["FONTCONFIG_FILE"] == "fonts.conf"
    assert os.environ.get("FONTCONFIG_FILE") == before


def test_what_is_seldom_needed_is_imported_when_it_is_called() -> None:
    names = ["colorsys", "stringprep"]
    for name in names:
        sys.modules.pop(name, None)
    with engine._on_first_use(names):
        stood_for = importlib.import_module("colorsys")
        assert not hasattr(stood_for, "__path__")
        convert = stood_for.rgb_to_hsv
    assert not {*names} & {*sys.modules}
    assert convert(1.0, 1.0, 1.0) == (0.0, 0.0, 1.0)
    assert sys.modules["colorsys"] is not stood_for


def test_what_is_there_already_is_not_stood_for() -> None:
    with engine._on_first_use(["ctypes.util"]):
        assert sys.modules["ctypes.util"] is ctypes.util
    assert sys.modules["ctypes.util"] is ctypes.util
