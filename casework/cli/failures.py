"""Where every error ends: one sentence on standard error, one shape as JSON, and the exit code.

| exit code | meaning                                                                       |
| --------- | ----------------------------------------------------------------------------- |
| 0         | done                                                                          |
| 1         | a check ran to its end and found something                                    |
| 2         | wrong usage, or input that cannot be right                                    |
| 3         | the policy does not permit it                                                 |
| 4         | somebody else recorded first                                                  |
| 5         | the store or a key is not available                                           |
| 6         | not permitted, or not there: both answer alike                                |
| 70        | a defect of casework (`EX_SOFTWARE`); `CASEWORK_TRACEBACK=1` shows where      |
| 130       | stopped from the keyboard                                                     |
| 141       | whoever was reading the output stopped reading                                |
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.exceptions import Exit

from casework.base.errors import CaseworkError

TRACEBACK = "CASEWORK_TRACEBACK"
"""Set to 1, it shows where a defect is. A traceback may hold names, so it is never shown unasked."""

USAGE, DEFECT, STOPPED, UNREAD = 2, 70, 130, 141


@contextmanager
def told(*, as_json: bool, again: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Turn whatever a command raises into words, a shape and an exit code.

    Args:
        as_json: whether a program reads the error.
        again: the command that says what was answered to questions before the error, so that nothing typed is lost.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what a terminal cannot show becomes ?, not an error
            stream.reconfigure(errors="replace")
    try:
        yield
        sys.stdout.flush()
    except Exit as done:
        _tell_answers(again() if done.exit_code else ())
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo("\nStopped.", err=True)
        _tell_answers(again())
        sys.exit(STOPPED)
    except CaseworkError as error:
        _tell(error, as_json)
        _tell_answers(again())
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _tell_usage(error, as_json)
        _tell_answers(again())
        sys.exit(USAGE)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            _stop_writing()
            sys.exit(UNREAD)
        _tell_defect(error, as_json)
        _tell_answers(again())
        sys.exit(DEFECT)


def _tell(error: CaseworkError, as_json: bool) -> None:
    from casework.cli.output import put_json, say, sentence

    if as_json:
        put_json(error.as_json())
    say(sentence(error))


def _tell_answers(command: Sequence[str]) -> None:
    """Say how to type again what was answered."""
    if command:
        from casework.cli.output import say
        from casework.cli.shell import lines

        say(f"\nWith your answers, the command is:\n{lines(command)}")


def _tell_usage(error: click.ClickException, as_json: bool) -> None:
    from casework.cli.output import put_json, say
    from casework.cli.tables import wrapped

    context = getattr(error, "ctx", None)
    remedy = f"See: {context.command_path} --help" if context is not None else ""
    message = error.format_message()
    if as_json:
        shape: dict[str, Any] = {"ok": False, "code": "usage", "message": message}
        put_json(shape | ({"remedy": remedy} if remedy else {}))
    say(wrapped(f"{message}\n{remedy}".rstrip()))


def _tell_defect(error: Exception, as_json: bool) -> None:
    from casework.cli.output import put_json, say
    from casework.cli.tables import wrapped

    if os.environ.get(TRACEBACK) == "1":
        import traceback

        traceback.print_exc()
    trace, where = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("casework"):
            where = f" at {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    # The text of an unexpected error may hold somebody's name, so only its kind and place are told.
    message = f"casework has a defect: {type(error).__name__}{where}."
    remedy = (
        f"Please report it. {TRACEBACK}=1 shows more; that may hold names, so read it before you pass it on."
    )
    if as_json:
        put_json({"ok": False, "code": "defect", "message": message, "remedy": remedy})
    say(wrapped(f"{message}\n{remedy}"))


def _stop_writing() -> None:
    """Point the output nowhere, so that nothing complains when Python flushes it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue
