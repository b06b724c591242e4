"""The documentation tells the truth: its examples are typed, its links lead somewhere, its pictures are current."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from casework.scenario.demo import DEMO
from tests.support.console import PASSPHRASE, Done, Page, Typed, difference, play

ROOT = Path(__file__).parents[2]
CASEWORK = Path(sys.executable).with_name("casework")

# Pages that are typed one after another in one folder: the later ones go on where the earlier ones end.
PLAYED = [
    ["README.md", "docs/adviser/running-a-case.md", "docs/adviser/keys-and-backups.md"],
    ["docs/adviser/triage-and-registers.md"],
    ["docs/auditor/verifying.md"],
]
# Played with a clock of its own by tests/integration/cli/test_quickstart.py.
PLAYED_ELSEWHERE = {"docs/adviser/quickstart.md"}

PAGES = [
    ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "tests/README.md")
] + sorted((ROOT / "docs").rglob("*.md"))
NUMBERS = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
LINK = re.compile(r"(?<!`)\[[^\]]+\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short name: a path that is wider than a line would be divided in what is printed."""
    with tempfile.TemporaryDirectory(prefix="casework-", dir="/tmp") as name:
        yield Path(name).resolve()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("paths", PLAYED, ids=lambda paths: paths[0])
def test_examples_show_what_their_commands_print(paths: list[str], folder: Path) -> None:
    today = date.today()
    typed_on = Page(paths[0]).typed_on()
    assert typed_on
    if today < typed_on[0]:
        pytest.skip(f"the clock of this machine says {today}, before anything in the example has happened")
    wrong = [f"{typed.place}: {differs}" for _, typed, _, differs in play(paths, folder) if differs]
    assert not wrong, "\n\n".join([f"renew: python -m tests.support.console {' '.join(paths)}", *wrong])


def test_every_page_with_an_example_is_played() -> None:
    with_examples = {name_of(path) for path in PAGES if "```console" in path.read_text(encoding="utf-8")}
    assert with_examples == {path for paths in PLAYED for path in paths} | PLAYED_ELSEWHERE


def test_setting_up_a_school_asks_for_a_passphrase_twice_and_says_what_the_readme_says(
    folder: Path,
) -> None:
    page = Page("README.md")
    typed = next(typed for typed in page.commands() if typed.command.startswith("casework init"))
    typed_on = page.typed_on()
    assert typed_on
    try:
        mine, theirs = pty.openpty()
    except OSError as problem:  # a container without terminals
        pytest.skip(f"no terminal can be opened here: {problem}")
    shell = subprocess.Popen(
        ["/bin/sh", "-c", typed.command],
        cwd=folder,
        env={
            "PATH": f"{CASEWORK.parent}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "COLUMNS": "88",
            "NO_COLOR": "1",
            "CASEWORK_DATA": str(folder / "data"),
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    printed = read_until(mine, "Passphrase: ")
    os.write(mine, f"{PASSPHRASE}\n".encode())
    printed += read_until(mine, "same again: ")
    os.write(mine, f"{PASSPHRASE}\n".encode())
    printed += read_until(mine, None)
    os.close(mine)
    assert PASSPHRASE not in printed
    done = Done(printed.replace(str(folder), typed_on[1]), shell.wait(timeout=30))
    assert difference(typed, done, typed_on[0], date.today(), asked=True) == ""


def read_until(terminal: int, text: str | None) -> str:
    """Read what a program prints on a terminal, until it asks something or ends."""
    printed = b""
    while text is None or text.encode() not in printed:
        try:
            part = os.read(terminal, 1024)
        except OSError:  # Linux says so when the program has ended
            break
        if not part:
            break
        printed += part
    return printed.decode().replace("\r\n", "\n")


TYPED_ON, TODAY = date(2026, 3, 2), date(2026, 4, 7)
EXAMPLE = Typed(
    "page.md:1",
    "casework case show ASH-26-7KQ4",
    "Reported  Mon 2 Mar 2026, 14:00\nDue       Thu 5 Mar 2026: in 3 days\n...\n"
    "Record 0123456789abcdef\nEvent 7 of 9\n",
    0,
    0,
    0,
)
PRINTED = (
    "Reported  Tue 7 Apr 2026, 09:12\n"
    "Due       Thu 5 Mar 2026:\n          33 days late\nleft out\nRecord fedcba9876543210\nEvent 7 of 9\n"
)


def test_an_example_may_differ_in_what_differs_from_day_to_day_and_machine_to_machine() -> None:
    assert difference(EXAMPLE, Done(PRINTED, 0), TYPED_ON, TODAY) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Reported", "Triaged"),
        ("Tue 7 Apr 2026", "Mon 2 Mar 2026"),
        ("Thu 5 Mar 2026", "Fri 6 Mar 2026"),
        ("Event 7", "Event 8"),
        ("of 9\n", "of 9\nmore\n"),
        ("Event 7 of 9\n", ""),
        ("Record fedcba9876543210", "Record fedcba98"),
    ],
)
def test_an_example_may_not_differ_in_anything_else(right: str, wrong: str) -> None:
    assert right in PRINTED
    assert difference(EXAMPLE, Done(PRINTED.replace(right, wrong), 0), TYPED_ON, TODAY)


def test_an_exit_code_that_the_page_does_not_show_is_an_error() -> None:
    assert difference(EXAMPLE, Done(PRINTED, 3), TYPED_ON, TODAY)
    assert difference(replace(EXAMPLE, exit_code=3), Done(PRINTED, 0), TYPED_ON, TODAY)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = []
    for link in (found[1] or found[2] for found in LINK.finditer(text)):
        target, _, anchor = link.partition("#")
        if not re.match(r"[a-z]+:", link):
            there = (path.parent / target).resolve() if target else path
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(link)
    assert not broken


def anchors(path: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_shell_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    commands = [line.partition("#")[0].split() for block in blocks for line in block.splitlines()]
    assert ["make", "demo"] in commands
    assert ["make", "test"] in commands
    assert all(words[1] in targets for words in commands if words[0] == "make")
    assert {words[0] for words in commands} == {"make", "pip"}


def test_the_demonstration_tries_and_writes_as_much_as_the_readme_says() -> None:
    done = [next(iter(act.keys() & {"try", "letter"}), "") for act in yaml.safe_load(DEMO.read_text())["do"]]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"tries (\w+) unlawful steps", readme)[1] == NUMBERS[done.count("try")]
    assert re.search(r"leaves (\w+) letters", readme)[1] == NUMBERS[done.count("letter")]


def test_the_picture_of_the_procedure_is_current() -> None:
    drawn = subprocess.run(
        [CASEWORK, "policy", "diagram"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    picture = (ROOT / "docs" / "images" / "workflow.svg").read_text(encoding="utf-8")
    assert drawn.stdout == picture, "renew it as docs/images/README.md says"


def test_the_picture_of_a_letter_is_a_page_of_paper() -> None:
    data = (ROOT / "docs" / "images" / "hearing-invitation.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert abs(height / width - 297 / 210) < 0.01
