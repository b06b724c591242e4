"""Every command has help with an example and a place in the reference, found by walking the commands themselves."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from casework.cli.lazy import LazyGroup
from casework.cli.main import main
from tests.support.scripts import script

ROOT = Path(__file__).parents[3]


SCRIPT = script("cli_reference")
FROM_A_POLICY = [
    *(["case", verb] for verb in ("step", "record")),
    *(["register", verb] for verb in ("add", "update", "correct")),
]
COMMANDS: dict[str, click.Command] = {
    " ".join(words): command for words, command in SCRIPT.commands(main, ("casework",))
}


@pytest.mark.parametrize("words", COMMANDS)
def test_help_says_what_it_does_and_ends_in_an_example(words: str) -> None:
    shown = SCRIPT.help_of(COMMANDS[words], tuple(words.split()))
    assert COMMANDS[words].help
    before, _, after = shown.rpartition("Example:\n")
    assert before
    assert after.strip().startswith("casework")


@pytest.mark.parametrize("words", [words for words in COMMANDS if len(words.split()) > 1])
def test_the_line_in_the_list_of_commands_is_the_commands_own(words: str) -> None:
    *above, name = words.split()
    group = COMMANDS[" ".join(above)]
    assert isinstance(group, LazyGroup)
    listed = group.commands_at[name][1]
    own = COMMANDS[words].short_help
    assert own
    assert listed == own or listed.endswith("(the same as `audit verify`).")


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_has_help(words: str) -> None:
    for parameter in COMMANDS[words].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(
    "words",
    [w for w, c in COMMANDS.items() if not isinstance(c, click.Group)],
)
def test_every_command_speaks_json(words: str) -> None:
    options = {option for parameter in COMMANDS[words].params for option in parameter.opts}
    assert "--json" in options


@pytest.mark.parametrize("words", COMMANDS)
def test_examples_name_options_that_exist(words: str) -> None:
    """Options of steps and of entries in registers come from a policy, so theirs are left out."""
    example = (COMMANDS[words].epilog or "").partition("Example:\n")[2].replace("\\\n", " ")
    for line in example.splitlines():
        typed = shlex.split(line)
        if not typed or typed[1:3] in FROM_A_POLICY:
            continue
        found = max((name for name in COMMANDS if " ".join(typed).startswith(name)), key=len)
        known = {o for p in COMMANDS[found].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
        assert {word for word in typed if re.match(r"--[a-z]", word)} <= known, line


def test_the_reference_is_what_the_commands_say() -> None:
    written = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert written == SCRIPT.page(), "renew it: python scripts/cli_reference.py"


def test_deciding_commands_can_be_rehearsed() -> None:
    writing = {
        name for name, command in COMMANDS.items() if any("--command" in p.opts for p in command.params)
    }
    rehearsed = {
        name for name, command in COMMANDS.items() if any("--dry-run" in p.opts for p in command.params)
    }
    assert writing < rehearsed
    assert "casework letter issue" in writing
