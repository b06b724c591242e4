"""Writes docs/reference/cli.md: the help of every command, as it is printed.

`python scripts/cli_reference.py` renews the file; a test compares it with what the commands say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from casework.cli.failures import __doc__ as exit_codes
from casework.cli.main import main

FILE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"

HEAD = """# Commands

The help of every command, as `--help` prints it. Renew this page with `python scripts/cli_reference.py`.

- Data goes to standard output, words about it to standard error.
- `--json` prints one JSON object with `ok`. An error is `{{"ok": false, "code", "message", "remedy", ...}}`.
- `--dry-run` does everything but record.
- On a terminal, what is missing is asked for; elsewhere it is named.

{codes}

| variable | meaning |
| --- | --- |
| `CASEWORK_DATA` | the data folder |
| `CASEWORK_SCHOOL` | the school, if a data folder has several |
| `CASEWORK_PASSPHRASE` | the passphrase or unlock phrase of the account's key, where nobody can be asked |
| `CASEWORK_PASSPHRASE_FILE` | a file whose first line is that passphrase |
| `CASEWORK_AS` | the sign-in name of the account that is worked as, like `--as` |
| `CASEWORK_INVITATION` | the code of a first sign-in, when nobody can be asked for it |
| `CASEWORK_OPENID_SECRET` | the client's secret of an OpenID provider that insists on one |
| `CASEWORK_TRACEBACK` | `1` shows where a defect is; that may show names |
| `NO_COLOR` | no colours, whatever it is set to |
"""

NAMES: Final[dict[str, Any]] = {"help_option_names": main.context_settings["help_option_names"]}
"""What asks for help, as the root command has it: a context made by hand does not know."""


def commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command and those below it, each with what is typed for it."""
    yield words, command
    context = click.Context(command, info_name=words[-1], **NAMES)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(below, (*words, name))


def help_of(command: click.Command, words: tuple[str, ...]) -> str:
    """Return a command's help at a width of 100 columns."""
    parent = None
    for word in words[:-1]:
        parent = click.Context(main, parent=parent, info_name=word, **NAMES)
    context = click.Context(
        command,
        parent=parent,
        info_name=words[-1],
        terminal_width=100,
        max_content_width=100,
        **NAMES,
    )
    return command.get_help(context)


def page() -> str:
    """Return the whole page."""
    codes = "\n".join(line for line in (exit_codes or "").splitlines() if line.startswith("|"))
    parts = [HEAD.format(codes=codes)]
    for words, command in commands(main, ("casework",)):
        level = "##" if len(words) < 3 else "###"
        parts.append(f"{level} {' '.join(words)}\n\n```text\n{help_of(command, words)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
