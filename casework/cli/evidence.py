"""`casework evidence`: sealed on receipt, given to the employee or withheld with a reason, never lost from view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from casework.base.time import Occurred
from casework.cli.asking import ask, ask_if_asked, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.tables import wrapped
from casework.cli.values import WHEN, WORDS

if TYPE_CHECKING:
    from casework.services.evidence import IncomingFile, Provenance

F = TypeVar("F", bound=Callable[..., Any])

TYPES = ("screenshot", "document", "statement", "interview_notes", "report", "log", "image", "email", "other")
"""Kinds of evidence, as `casework.cases.evidence_acts` has them; a test holds the two together."""

CHOICES: Final = {
    "supplied": ("school", "employee", "other"),
    "basis": ("public_task", "legal_obligation", "contract", "vital_interests"),
    "visibility": ("public", "limited", "private", "school"),
    "authorship": ("own_words", "repost", "reaction", "tag", "forward", "generated", "hacked", "unknown"),
    "live": ("live", "taken_down", "unknown"),
}
"""Answers on where evidence comes from, as `casework.cases.evidence_acts` has them; the same test holds them."""

COMMANDS = {
    "add": ("evidence:add", "Add an item of evidence, with its file."),
    "capture": ("evidence:capture", "Add a post on social media (a form)."),
    "list": ("evidence_list:list_evidence", "List the evidence, and what was given."),
    "show": ("evidence_list:show", "Show an item, and what became of it."),
    "revise": ("evidence_life:revise", "Put a newer version of notes beside the old."),
    "check": ("evidence_life:check", "Record the check of a statement; lock it."),
    "link": ("evidence_life:link", "Say which allegations an item is about."),
    "redact": ("evidence_life:redact", "Put a redacted copy beside the original."),
    "disclose": ("evidence_life:disclose", "Record that evidence was given, or why not."),
    "get": ("evidence_list:get", "Write the file of an item, as it came."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Add evidence, list it, and give it to the employee.",
    epilog=example("casework evidence list ASH-26-7KQ4"),
)
def evidence() -> None:
    """Evidence: sealed and hashed on receipt, given to the employee or withheld with a reason."""


FILE = click.option("--file", type=click.Path(path_type=Path), help="The file, which is sealed as it is.")
"""The file of an item."""

RECEIVED = click.option("--on", "occurred", type=WHEN, help="When the school had it; today if not given.")
"""When something came."""


def provenance(function: F) -> F:
    """Give a command the options on where evidence comes from; it gets them as `provenance`."""

    @click.option(
        "--points",
        type=click.Choice(["for", "against", "neutral"]),
        default="for",
        show_default=True,
        help="Which way it points, seen from the allegation.",
    )
    @click.option(
        "--about", type=int, multiple=True, metavar="NUMBER", help="An allegation it is about; several times."
    )
    @click.option("--source", default="", help="Whom or what it comes from.")
    @click.option(
        "--method", type=WORDS, default="", help="How it was come by, and under which notice to staff."
    )
    @click.option("--description", type=WORDS, default="", help="What it shows.")
    @RECEIVED
    @click.option(
        "--supplied-by",
        "supplied",
        type=click.Choice(CHOICES["supplied"]),
        default="school",
        show_default=True,
        help="From which side it comes.",
    )
    @click.option("--supplier", default="", help="Who handed it over.")
    @click.option("--captured-at", type=WHEN, help="When it was captured or made.")
    @click.option("--captured-by", default="", help="Who captured or made it.")
    @click.option("--basis", type=click.Choice(CHOICES["basis"]), help="The lawful basis.")
    @click.option(
        "--visibility",
        type=click.Choice(CHOICES["visibility"]),
        help="Who could see it where it was: anybody, some people, only those it was sent to, the school's own.",
    )
    @wraps(function)
    def wrapped_(
        *args: Any,
        supplied: str,
        supplier: str,
        captured_at: Occurred | None,
        captured_by: str,
        basis: str | None,
        visibility: str | None,
        method: str,
        **others: Any,
    ) -> Any:
        from casework.services.evidence import Provenance

        origin = Provenance(
            supplied, supplier, captured_at, captured_by, method, basis or "", visibility or ""
        )
        return function(*args, provenance=origin, **others)

    return wrapped_  # type: ignore[return-value]


@click.command(
    short_help=COMMANDS["add"][1],
    epilog=example(
        'casework evidence add ASH-26-7KQ4 "Rota of the photographs" --type document --file rota.pdf \\',
        '    --about 1 --source "School office" --method "The school\'s own record"',
    ),
)
@reference
@click.argument("title", required=False, type=WORDS)
@click.option(
    "--type", "type_", type=click.Choice(TYPES), default="document", show_default=True, help="What it is."
)
@FILE
@provenance
@writes
def add(
    session: Session,
    reference: str,
    title: str | None,
    type_: str,
    file: Path | None,
    provenance: Provenance,
    source: str,
    command: str,
    as_json: bool,
    **about: Any,
) -> None:
    """Add an item of evidence to a case. What points away from the allegation is evidence too.

    A file is looked into by a process that can do nothing else. One that cannot be opened is kept, and never printed.
    On a terminal, where it comes from is asked for; what nobody knows is left empty.
    """
    name = ask(session, title, "What is it, in a few words", "TITLE", type=WORDS, check=said)
    record(
        session,
        reference,
        command,
        as_json,
        title=name,
        type_=type_,
        file=file,
        source=ask_if_asked(session, source, "Whom or what does it come from", "--source"),
        provenance=_asked(session, provenance),
        **about,
    )


def _asked(session: Session, given: Provenance) -> Provenance:
    """Ask on a terminal for what an item of evidence is always asked for later; nothing is an answer."""

    def choice(value: str, question: str, name: str) -> str:
        return ask_if_asked(session, value, question, f"--{name}", type=click.Choice(CHOICES[name]))

    return replace(
        given,
        supplier=ask_if_asked(session, given.supplier, "Who handed it over", "--supplier"),
        method=ask_if_asked(
            session, given.method, "How was it come by, under which notice to staff", "--method"
        ),
        basis=choice(given.basis, "On which lawful basis", "basis"),
        visibility=choice(given.visibility, "Who could see it where it was", "visibility"),
    )


@click.command(
    short_help=COMMANDS["capture"][1],
    epilog=example(
        'casework evidence capture ASH-26-7KQ4 "The post of 20 February" --file post.png --about 1 \\',
        '    --address https://social.example/p/123 --account "@ashgrove_ta" --audience "about 300 followers" \\',
        "    --authorship own_words --live live --visibility public --captured-at 2026-02-23T09:40 \\",
        '    --captured-by "Helen Marsh" --method "Seen on the public page; staff notice of 1 September"',
    ),
)
@reference
@click.argument("title", required=False, type=WORDS)
@FILE
@click.option("--address", help="Where it stood: the whole address of the post.")
@click.option("--account", help="Whose account it was under.")
@click.option("--audience", help="Who could see it: how many followers, which group.")
@click.option("--authorship", type=click.Choice(CHOICES["authorship"]), help="Whose words it holds.")
@click.option("--live", type=click.Choice(CHOICES["live"]), help="Whether it could still be seen.")
@provenance
@writes
def capture(
    session: Session,
    reference: str,
    title: str | None,
    file: Path | None,
    address: str | None,
    account: str | None,
    audience: str | None,
    authorship: str | None,
    live: str | None,
    provenance: Provenance,
    command: str,
    as_json: bool,
    **about: Any,
) -> None:
    """Add a post on social media with everything that is asked about it later. Preserve it first, then ask.

    On a terminal, what is missing is asked for. Never use somebody's password, a false friend request, or an account
    that somebody did not show of their own accord.
    """
    from casework.services.evidence import Post

    name = ask(session, title, "What is it, in a few words", "TITLE", type=WORDS, check=said)
    post = Post(
        address=ask(session, address, "The address at which it stood", "--address", check=said),
        account=ask(session, account, "Under which account", "--account", check=said),
        audience=ask(session, audience, "Who could see it: how many followers, which group", "--audience"),
        authorship=ask(
            session, authorship, "Whose words", "--authorship", type=click.Choice(CHOICES["authorship"])
        ),
        live=ask(session, live, "Can it still be seen", "--live", type=click.Choice(CHOICES["live"])),
    )
    origin = replace(
        provenance,
        visibility=ask(
            session,
            provenance.visibility,
            "Who could see it",
            "--visibility",
            type=click.Choice(CHOICES["visibility"]),
        ),
        captured=ask(session, provenance.captured, "When was it captured", "--captured-at", type=WHEN),
        captured_by=ask(session, provenance.captured_by, "Who captured it", "--captured-by", check=said),
        method=ask(
            session,
            provenance.method,
            "How was it come by, under which notice to staff",
            "--method",
            check=said,
        ),
        basis=ask_if_asked(
            session,
            provenance.basis,
            "On which lawful basis",
            "--basis",
            type=click.Choice(CHOICES["basis"]),
        ),
        post=post,
    )
    record(
        session,
        reference,
        command,
        as_json,
        title=name,
        type_="screenshot",
        file=file,
        provenance=origin,
        **about,
    )


def record(
    session: Session,
    reference: str,
    command: str,
    as_json: bool,
    *,
    title: str,
    type_: str,
    file: Path | None,
    provenance: Provenance,
    about: tuple[int, ...],
    **words: Any,
) -> None:
    """Add the item, and say what is to be known of its file."""
    from casework.cli.receipts import once, tell
    from casework.services.evidence import add_evidence

    loaded = session.case(reference)
    incoming = incoming_file(file) if file else None
    receipt = once(
        session,
        loaded,
        command,
        lambda: add_evidence(
            session.workspace,
            session.school,
            loaded,
            title=title,
            type_=type_,
            supports=about,
            file=incoming,
            provenance=provenance,
            command=command,
            **words,
        ),
    )
    number = len(loaded.case.evidence)
    remarks = incoming.remarks() if incoming else []
    tell(
        session,
        loaded,
        receipt,
        f"Evidence item {number} added",
        as_json=as_json,
        more="\n".join(wrapped(remark) for remark in remarks),
        number=number,
        remarks=remarks,
    )


def incoming_file(path: Path) -> IncomingFile:
    """Read a file and have it looked into.

    Raises:
        BadInput: it cannot be read, is empty or too large.
    """
    from casework.services.evidence import read_file
    from casework.services.evidence_files import examined

    return examined(read_file(path))
