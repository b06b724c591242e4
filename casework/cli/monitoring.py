"""`casework monitoring`: who employees in cases are, by their own answers; kept apart from cases, and only counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.base.errors import BadInput
from casework.cli.asking import ask, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, rehearses, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, paragraph, table
from casework.cli.values import WORDS
from casework.records.monitoring import CHARACTERISTICS

if TYPE_CHECKING:
    from casework.records.monitoring import Answers
    from casework.services.loading import LoadedCase

F = TypeVar("F", bound=Callable[..., Any])

COMMANDS = {
    "begin": ("monitoring:begin", "Make the key that opens the answers, for somebody who runs no cases."),
    "questions": (
        "monitoring:questions",
        "Show the questions and their answers, or an empty table for them.",
    ),
    "add": ("monitoring:add", "Enter what the employee of a case answered."),
    "import": ("monitoring:import_", "Enter answers from a CSV file."),
    "list": ("monitoring:list_", "Say for how many cases there are answers, and for which there are none."),
    "copy": ("monitoring:copy", "Write a copy of the answers for the employee who asks for their own data."),
    "stop": ("monitoring:stop", "Use the answers of an employee no longer, because they ask so."),
}

_CASE, _PERSON = "case", "person"


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Equality monitoring: kept apart from cases, and only counted.",
    epilog=example("casework monitoring begin", "casework monitoring add ASH-26-7KQ4 --sex female"),
)
def monitoring() -> None:
    """Enter who employees in cases are, by their own answers, and count outcomes by characteristic.

    The answers are sealed for the monitoring key, which somebody holds who runs no cases. Nobody can look them up: they
    are only counted (casework stats --monitoring-key FILE), and numbers under 10 are hidden.
    """


@click.command(
    short_help=COMMANDS["begin"][1],
    epilog=example("casework monitoring begin --key-file /media/stick/monitoring.key"),
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("monitoring.key"),
    show_default=True,
    help="Where the key is written, once.",
)
@click.option("--no-passphrase", is_flag=True, help="Leave the key file without a passphrase.")
@click.option("--again", is_flag=True, help="There is a key already, but it is lost.")
@rehearses
def begin(session: Session, key_file: Path, no_passphrase: bool, again: bool, as_json: bool) -> None:
    """Make the key that opens the answers, and write it to a file for whoever makes the figures.

    That should be somebody who runs no cases, such as the data protection officer: they choose the passphrase, and take
    the file away. No other key opens the answers, not even the recovery key. If it is lost, begin again.
    """
    from casework.services import monitoring as services

    workspace, school = session.workspace, session.school
    services.may_begin(workspace, school, again=again)  # before anybody thinks of a passphrase
    held = None if no_passphrase or session.rehearsal else session.monitoring_passphrase(new=True)
    services.begin(workspace, school, key_file, (lambda: held) if held is not None else None)
    data = {"dry_run": session.rehearsal, "key_file": str(key_file)}
    if session.rehearsal:
        answer(as_json, data, "Monitoring can begin like this.")
        say("Nothing was recorded, and no key was written.")
        return
    answer(as_json, data, str(key_file))
    say(
        paragraph(
            "Hand this file to whoever makes the figures, and keep no copy here: who has it and its passphrase can"
            " count the answers. Nothing else opens them, so a second copy belongs in a safe."
        )
    )


@click.command(
    short_help=COMMANDS["questions"][1],
    epilog=example("casework monitoring questions", "casework monitoring questions --csv > answers.csv"),
)
@click.option("--csv", "as_csv", is_flag=True, help="Print an empty table to be filled in and imported.")
@as_json
def questions(as_csv: bool, as_json: bool) -> None:
    """Show the questions and their answers. Any question may be left out."""
    if as_csv:
        click.echo(",".join([_CASE, *CHARACTERISTICS]))
        return
    rows = [
        (asked.title if not at else "", words, name)
        for asked in CHARACTERISTICS.values()
        for at, (name, words) in enumerate(asked.answers.items())
    ]
    data = {
        name: {"title": asked.title, "answers": dict(asked.answers)}
        for name, asked in CHARACTERISTICS.items()
    }
    answer(as_json, data, table(["Question", "Answer", "Typed as"], rows))


def _answers(function: F) -> F:
    """Give a command an option for each question."""
    for name, asked in reversed(list(CHARACTERISTICS.items())):
        function = click.option(
            f"--{name.replace('_', '-')}",
            name,
            type=click.Choice([answer.replace("_", "-") for answer in asked.answers]),
            help=f"{asked.title}.",
        )(function)
    return function


@click.command(
    short_help=COMMANDS["add"][1],
    epilog=example("casework monitoring add ASH-26-7KQ4 --sex female --ethnic-group prefer-not-to-say"),
)
@reference
@_answers
@writes
def add(session: Session, reference: str, command: str, as_json: bool, **given: str | None) -> None:
    """Enter what the employee of a case answered. It replaces what was entered before, and nobody can look it up."""
    loaded = session.case(reference)
    answers = {name: typed.replace("-", "_") for name, typed in given.items() if typed is not None}
    if not answers:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in CHARACTERISTICS)
        raise BadInput("Nothing was answered.", remedy=f"Give one answer at least: {options}.")
    _record(session, [(loaded, answers)], command, as_json)


@click.command(
    "import",
    short_help=COMMANDS["import"][1],
    epilog=example(
        "casework monitoring questions --csv > answers.csv", "casework monitoring import answers.csv"
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@writes
def import_(session: Session, file: Path, command: str, as_json: bool) -> None:
    """Enter answers from a CSV file: all of it, or nothing if a line cannot be read.

    Its first line names the columns: `case` with references, or `person` with names as in the directory, and a column
    for each question (casework monitoring questions). A person's answers are entered for every case in which they are
    the employee and nothing was entered yet. Destroy the file afterwards.
    """
    from casework.records.monitoring import read_lines
    from casework.services.errors import NoAccess

    rows, of = _rows(file)
    read = read_lines(rows, of)
    given: list[tuple[LoadedCase, Answers]] = []
    wrong = []
    for line in read:
        try:
            given += [(loaded, line.answers) for loaded in _cases(session, of, line.of)]
        except (BadInput, NoAccess) as problem:
            wrong.append(f"Line {line.line}: {problem.message}")
    if wrong:
        raise BadInput("\n".join(wrong), remedy="Mend these lines. Nothing was recorded.")
    if not given:
        raise BadInput(
            "There is nothing to be entered: no case is without answers.",
            remedy="See: casework monitoring list",
        )
    _record(session, given, command, as_json)


def _rows(file: Path) -> tuple[list[tuple[int, Mapping[str, str]]], str]:
    """The rows of a CSV file with their numbers, and which column says whom or what a row is about."""
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, restkey="", restval="")
            rows: list[tuple[int, Mapping[str, str]]] = [
                (
                    reader.line_num,
                    {str(name): value if isinstance(value, str) else "" for name, value in row.items()},
                )
                for row in reader
            ]
            names = [name or "" for name in reader.fieldnames or ()]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is no table in UTF-8"
        raise BadInput(f"{file} cannot be read: {reason}.", remedy="Save it as CSV (UTF-8).") from None
    unknown = [name for name in names if name not in (_CASE, _PERSON, *CHARACTERISTICS)]
    if unknown or (_CASE in names) == (_PERSON in names) or len(set(names)) != len(names) or not rows:
        told = (
            f"the column {unknown[0]!a} is not known"
            if unknown
            else "one column has to be `case` or `person`"
        )
        raise BadInput(
            f"{file}: {told if rows or unknown else 'there are no rows'}.",
            remedy="An empty table: casework monitoring questions --csv",
        )
    return rows, _CASE if _CASE in names else _PERSON


def _cases(session: Session, of: str, named: str) -> Sequence[LoadedCase]:
    from casework.services.cases_of_person import cases_of, is_employee
    from casework.services.directory import find_person
    from casework.services.monitoring import recorded

    if of == _CASE:
        return [session.case(named)]
    workspace, school = session.workspace, session.school
    person = find_person(workspace, school, named)
    kept = {item.case for item in recorded(workspace, school)}
    theirs = [
        loaded for loaded in cases_of(workspace, school, person) if is_employee(workspace, loaded, person)
    ]
    if not theirs:
        raise BadInput(f"{person.name} is the employee in no case.")
    return [loaded for loaded in theirs if loaded.stream not in kept]


def _record(
    session: Session, given: Sequence[tuple[LoadedCase, Answers]], command: str, as_json: bool
) -> None:
    from casework.services import monitoring as services

    replaced = services.record_answers(session.workspace, session.school, given, command=command)
    data = {"dry_run": session.rehearsal, "entered": len(given), "replaced": replaced}
    text = f"Answers entered for {count(len(given), 'case')}."
    if replaced:
        text += f" Of {count(replaced, 'case')} they replace what was there, which is due to be destroyed."
    answer(as_json, data, "They can be entered like this." if session.rehearsal else text)
    if session.rehearsal:
        say("Nothing was recorded.")
    else:
        say("Sealed: nobody here can read them. Destroy the form or file that they came from.")


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework monitoring list"))
@as_json
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """Say for how many cases there are answers, and for which there are none. What was answered is not shown."""
    from casework.services import monitoring as services

    workspace, school = session.workspace, session.school
    kept = services.recorded(workspace, school)
    missing = services.without_answers(workspace, school)
    counted = sum(item.counts for item in kept)
    waiting = len(kept) - counted
    data = {"with_answers": counted, "without": missing, "to_be_destroyed": waiting}
    lines = [f"Answers are kept for {count(counted, 'case')}."]
    if missing:
        lines.append(paragraph(f"None for {', '.join(missing)}."))
    if waiting:
        lines.append(f"{count(waiting, 'entry', 'entries')} not counted any more: casework retention due")
    answer(as_json, data, "\n".join(lines))


@click.command(
    short_help=COMMANDS["stop"][1],
    epilog=example('casework monitoring stop ASH-26-7KQ4 --reason "Letter of 3 March 2026"'),
)
@reference
@click.option("--reason", type=WORDS, help="Why, and when the employee wrote; it is sealed.")
@writes
def stop(session: Session, reference: str, reason: str | None, command: str, as_json: bool) -> None:
    """Use the answers of an employee no longer. They are counted no more, and are due to be destroyed at once.

    Whoever writes that their answers are not to be used has to be heeded (Data Protection Act 2018, schedule 1,
    paragraph 8). Nothing can be entered for the case again.
    """
    from casework.services import monitoring as services

    loaded = session.case(reference)
    why = ask(session, reason, "Why, and when did the employee write", "--reason", type=WORDS, check=said)
    kept = services.stop(session.workspace, session.school, loaded, reason=why, command=command)
    if session.rehearsal:
        say("Nothing was recorded.")
    text = f"The answers of {loaded.case.reference} are counted no more."
    if kept:
        text += f" Destroy them: casework retention apply {loaded.case.reference}:monitoring"
    answer(as_json, {"dry_run": session.rehearsal, "reference": loaded.case.reference, "kept": kept}, text)


@click.command(
    short_help=COMMANDS["copy"][1],
    epilog=example("casework monitoring copy ASH-26-7KQ4 --monitoring-key monitoring.key --out copy.txt"),
)
@reference
@click.option(
    "--monitoring-key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The key that opens the answers; its holder types this command.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the copy is written."
)
@as_json
@pass_session
def copy(session: Session, reference: str, monitoring_key: Path, out: Path, as_json: bool) -> None:
    """Write a copy of the answers of one employee, who asked for their own data. It is never shown on the screen.

    Send it to the employee and to nobody else, and destroy the file. It is put on the access log.
    """
    from casework.cli.writing import write_file
    from casework.keyring.monitoring import read_monitoring_key
    from casework.records.monitoring import as_text
    from casework.services.monitoring import answers_of

    loaded = session.case(reference)
    key = read_monitoring_key(monitoring_key, session.monitoring_passphrase)
    found = answers_of(session.workspace, session.school, key, purpose="subject access")
    if loaded.stream not in found:
        raise BadInput(
            f"No answers that this key opens are kept for {reference}.",
            remedy="See: casework monitoring list",
        )
    write_file(out, as_text(found[loaded.stream]).encode("utf-8"))
    answer(as_json, {"file": str(out)}, str(out))
