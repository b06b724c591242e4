"""`casework demo`: a whole case in an invented school."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, show
from casework.cli.session import Session


@click.command(
    short_help="Run a whole case in an invented school, from report to appeal.",
    epilog=example("casework demo --out demo-out"),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="A folder that does not exist yet, or is empty.",
)
@as_json
@pass_session
def demo(session: Session, out: Path, as_json: bool) -> None:
    """Run a whole case in an invented school, from the report of a breach to a heard appeal.

    It tells what it does, tries steps that are not lawful and shows why they are refused, and leaves every letter, the
    history, a picture of the procedure and the database behind.
    """
    from casework.scenario.demo import run_demo

    run_demo(out, say if as_json else show)
    answer(as_json, {"out": str(out)}, "")
