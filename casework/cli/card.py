"""`casework card`: what to do, and what not to do, in the first ten minutes; on the screen or as a page to hang up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import listed, pairs, paragraph, wrapped

if TYPE_CHECKING:
    from casework.procedure.card import CardLine
    from casework.records.card import CardInput


@click.command(
    short_help="What to do and what not to do in the first ten minutes.",
    epilog=example("casework card", "casework card --out first-ten-minutes.pdf"),
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it as a PDF of one page here."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@as_json
@pass_session
def card(session: Session, out: Path | None, force: bool, as_json: bool) -> None:
    """Show what to do now and what not to do when something has been reported, with the school's telephone numbers.

    Print it and hang it up before it is needed. Numbers: casework school edit --contact lado="Jane Roe, 01632 960 100"
    """
    from casework.services.cards import card_of

    given = card_of(session.workspace, session.school)
    if given.missing:
        titles = listed([given.card.contacts[name].title for name in given.missing])
        give = f"casework school edit --contact {given.missing[0]}=NUMBER"
        say(wrapped(f"No number yet: {titles}. Give them, one by one: {give}"))
    if out is not None:
        from casework.cli.writing import write_file
        from casework.records.card import card_pdf

        write_file(out, card_pdf(given), force=force)
        answer(as_json, {"file": str(out), **_json(given)}, str(out))
        return
    answer(as_json, _json(given), _text(given))


def _text(given: CardInput) -> str:
    shown = given.card
    questions = "\n".join(paragraph(text, 4, first=f"  {at} ") for at, text in enumerate(shown.ask, start=1))
    numbers = [(contact.title, given.number(name)) for name, contact in shown.contacts.items()]
    parts = [
        strong(f"{shown.title}: {given.school}"),
        paragraph(shown.lead),
        f"{strong('First: is a child at risk?')}\n{questions}\n{_lines(given, (shown.yes, shown.unsure))}",
        f"{strong('Do now')}\n{_lines(given, shown.do_now)}",
        f"{strong('Do not')}\n{_lines(given, shown.do_not)}",
        strong(paragraph(shown.about_you)),
        f"{strong('Whom to ring')}\n{pairs(numbers, indent=2)}",
        paragraph(shown.note),
    ]
    return "\n\n".join(parts)


def _lines(given: CardInput, lines: tuple[CardLine, ...]) -> str:
    found = []
    for line in lines:
        found.append(paragraph(" ".join(part for part in (line.do, line.why) if part), 4, first="  - "))
        found += [f"    {title}: {number}" for title, number in given.ring(line)]
    return "\n".join(found)


def _json(given: CardInput) -> dict[str, Any]:
    shown = given.card

    def lines(items: tuple[CardLine, ...]) -> list[dict[str, Any]]:
        return [
            {"do": item.do, "why": item.why, "ring": list(item.ring), "cites": list(item.cites)}
            for item in items
        ]

    return {
        "title": shown.title,
        "school": given.school,
        "ask": list(shown.ask),
        "yes": lines((shown.yes,))[0],
        "unsure": lines((shown.unsure,))[0],
        "do_now": lines(shown.do_now),
        "do_not": lines(shown.do_not),
        "about_you": shown.about_you,
        "contacts": {
            name: {"title": contact.title, "number": given.numbers.get(name) or contact.number}
            for name, contact in shown.contacts.items()
        },
    }
