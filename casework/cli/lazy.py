"""Groups that know their commands by name and import one only when it runs, so that help starts at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are named and described here and imported only when one of them is asked for.

    Args:
        commands_at: for each command where it is (`module:attribute` under `casework.cli`) and its one-line help.
    """

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which they are to be read."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        name = cmd_name.replace("_", "-")
        if name not in self.commands_at:
            return None
        module, _, attribute = self.commands_at[name][0].partition(":")
        found: click.Command = getattr(import_module(f"casework.cli.{module}"), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or name the ones most like it."""
        name = args[0]
        if name[:1] != "-" and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            from casework.base.words import did_you_mean

            close = get_close_matches(name, self.commands_at, n=3, cutoff=0.5)
            ctx.fail(f"There is no command {name!r}. {did_you_mean(close)}".rstrip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the help that stands here, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_at.items()])
