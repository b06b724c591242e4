"""`casework`: the commands by name, the options that all of them share, and the one place where errors end.

Nothing heavy is imported here: `casework --help` has to answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import click

from casework import __version__
from casework.cli.failures import told
from casework.cli.lazy import LazyGroup
from casework.cli.session import Session, default_folder

COMPLETE = "_CASEWORK_COMPLETE"
"""Set by a shell that wants to complete what somebody is typing."""

COMMANDS = {
    "init": ("init:init", "Set up a school: its keys, its database and its policy."),
    "demo": ("demo:demo", "Run a whole case in an invented school, from report to appeal."),
    "serve": ("serve:serve", "Open casework in a browser, here or for a whole trust."),
    "card": ("card:card", "What to do and what not to do in the first ten minutes."),
    "due": ("due:due", "List what is due, in every case, latest first."),
    "remind": ("remind:remind", "Send everybody who acts what is due, once a day, by e-mail."),
    "status": ("due:status", "Say what is due and what may be done next."),
    "case": ("case:case", "Open, look at and run cases."),
    "evidence": ("evidence:evidence", "Add evidence, list it, and give it to the employee."),
    "register": ("register:register", "What the school keeps beside its cases."),
    "letter": ("letter:letter", "Preview, propose, issue and serve letters."),
    "paper": ("paper:paper", "Working papers: reports, notes, the chair's script, decision forms."),
    "pack": ("pack:pack", "Build the papers of a hearing or an appeal as one PDF."),
    "school": ("school:school", "The school's own details, as on its letters."),
    "calendar": ("calendar:calendar", "Bank holidays, term dates and closure days."),
    "person": ("person:person", "The people whom the school knows."),
    "policy": ("policy:policy", "Read, check and adopt procedures."),
    "retention": ("retention:retention", "Keep records as long as the law asks, and no longer."),
    "audit": ("audit:audit", "Verify the record, and take its checkpoint."),
    "verify": ("verify:verify", "Verify a bundle; alone, the whole record, as `audit verify` does."),
    "monitoring": ("monitoring:monitoring", "Equality monitoring: kept apart from cases, and only counted."),
    "stats": ("stats:stats", "Figures: cases by stage, kind and outcome, days per stage, appeals."),
    "db": ("db:db", "Look after the database."),
    "access": ("access:access", "Who may see and do what, and who read what."),
    "user": ("user:user", "Accounts: who may sign in, and in which role."),
    "token": ("token:token", "Tokens, with which programs come in over the JSON API."),
    "login": ("login:login", "Sign in with your unlock phrase."),
    "logout": ("login:logout", "Sign out."),
    "whoami": ("login:whoami", "Say who is signed in."),
}


class Root(LazyGroup):
    """The `casework` command: like any group, but every error becomes a sentence and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and exit with its code.

        Args:
            args: what was typed; the process's own arguments if None.
            prog_name: what the command is called in help.
            complete_var: the environment variable that asks for completion.
            standalone_mode: for click's signature; this always exits.
            windows_expand_args: for click's signature; not used.
            extra: what the context gets, such as `obj`.
        """
        typed = list(sys.argv[1:] if args is None else args)
        name = prog_name or "casework"
        self._complete(name, complete_var or COMPLETE, extra)
        options = typed[: typed.index("--")] if "--" in typed else typed
        session: Session = extra.get("obj") or Session()
        session.line = tuple(typed)
        extra["obj"] = session
        with (
            told(as_json="--json" in options, again=session.again),
            self.make_context(name, [*typed], **extra) as context,
        ):
            self.invoke(context)
        sys.exit(0)

    def _complete(self, name: str, variable: str, extra: MutableMapping[str, Any]) -> None:
        instruction = os.environ.get(variable)
        if instruction:
            from click.shell_completion import shell_complete

            sys.exit(shell_complete(self, extra, name, variable, instruction))


@click.group(
    cls=Root,
    commands_at=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit codes: 0 done; 1 findings; 2 wrong usage or input; 3 refused by the
policy; 4 somebody else recorded first; 5 store or key not available;
6 not permitted, or not found.

\b
Example:
  casework init --name "Ashgrove Primary School" --prefix ASH --adviser "Priya Nair"
  casework case open --help""",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CASEWORK_DATA",
    metavar="FOLDER",
    help=f"The data folder. [env CASEWORK_DATA; otherwise {default_folder(short=True)}]",
)
@click.option(
    "--school", metavar="NAME", envvar="CASEWORK_SCHOOL", help="Which school, if there are several."
)
@click.option(
    "--as",
    "login",
    metavar="NAME",
    envvar="CASEWORK_AS",
    help="As whom, if several are signed in. [env CASEWORK_AS]",
)
@click.version_option(__version__, "--version", prog_name="casework", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, data: Path | None, school: str | None, login: str | None) -> None:
    """Run disciplinary investigations: lawful steps, letters, and a record that verifies.

    Alone, on a terminal, it says what is due and what may be done next.
    """
    session = context.ensure_object(Session)
    session.attach(context, data, school, login)
    if context.invoked_subcommand is None:
        if not session.interactive:
            click.echo(context.get_help())
            return
        from casework.cli.due import status

        context.invoke(status)
