"""Asking the triage questions on a terminal: the first one by one, then the rest in one act or singly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from casework.cli.asking import choose, prompt
from casework.cli.output import say, strong
from casework.cli.session import Session
from casework.cli.tables import paragraph
from casework.cli.values import WORDS, as_typed

if TYPE_CHECKING:
    from casework.procedure.triage import Triage, TriageQuestion
    from casework.services.loading import LoadedCase
    from casework.services.triage import RegisterSays

REST = {
    "rest": "No to all of these",
    "singly": "Answer them one by one",
}
"""How the questions that need not be answered singly can be answered."""


def ask_triage(
    session: Session, loaded: LoadedCase, says: tuple[RegisterSays, ...]
) -> tuple[dict[str, str], dict[str, str], str]:
    """Ask what has no answer yet; return the answers, their reasons, and the reason for the rest, if it was chosen.

    Raises:
        click.Abort: it is not to be recorded after all.
    """
    from casework.cases.triage import triage_of
    from casework.services.triage import known_now, worth_showing

    triage = triage_of(loaded.policy)
    known = known_now(session.workspace, session.school, loaded, says)
    asking = _Asking(session, loaded, triage, known)
    shown = worth_showing(loaded, says)
    if shown:
        say("\n".join(["On record already:", *(paragraph(item.says, 4, first="  - ") for item in shown)]))
    asking.each(name for name, question in triage.questions.items() if question.singly)
    if asking.stopped():
        return asking.answers, asking.reasons, ""
    rest = asking.rest()
    asking.each([triage.decision])
    click.confirm("\nRecord these answers", default=True, abort=True, err=True)
    return asking.answers, asking.reasons, rest


class _Asking:
    def __init__(
        self, session: Session, loaded: LoadedCase, triage: Triage, known: Mapping[str, str]
    ) -> None:
        self._session, self._loaded, self._triage, self._known = session, loaded, triage, known
        self._rest = ""
        self.answers: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def arguments(self) -> list[str]:
        """Return the command that says what was answered, so that nothing has to be answered again."""
        parts = self._session.typed("case", "triage", self._loaded.case.reference)
        for name, answer in self.answers.items():
            reason = f":{self.reasons[name]}" if name in self.reasons else ""
            parts += ["--answer", f"{name}={answer}{reason}"]
        return [*parts, *(["--rest", as_typed(self._rest)] if self._rest else [])]

    def each(self, names: Iterable[str]) -> None:
        """Ask these questions, but for those that have an answer, until somebody has to act first."""
        for name in names:
            if not self._answered(name) and not self.stopped():
                self._one(name, self._triage.questions[name])

    def stopped(self) -> bool:
        """Whether an answer says that somebody has to act before anything more is asked."""
        from casework.cases.triage import route

        held = {**{name: item.answer for name, item in self._loaded.case.triage.items()}, **self.answers}
        return route(self._loaded.policy, held, {}).stop

    def rest(self) -> str:
        """Ask for the rest: in one act, with one reason, or one by one. Return the reason."""
        open_ = [
            name
            for name, question in self._triage.questions.items()
            if question.rest is not None and not self._answered(name)
        ]
        if not open_:
            return ""
        say("")
        lines = []
        for name in open_:
            question = self._triage.questions[name]
            known = self._known.get(name)
            note = f" (on record: {question.answers[known]})" if known else ""
            lines.append(paragraph(f"{question.text}{note}", 4, first="  - "))
        say("\n".join([strong("The other questions"), *lines]))
        if choose("How are they answered?", REST) == "rest":
            self._rest = str(prompt("Why is it no to all of these, in a sentence", type=WORDS))
            self._session.keep(self.arguments)
            return self._rest
        self.each(open_)
        return ""

    def _answered(self, name: str) -> bool:
        return name in self._loaded.case.triage or name in self.answers

    def _one(self, name: str, question: TriageQuestion) -> None:
        say("")
        if question.help:
            say(question.help)
        known = self._known.get(name)
        if known is not None:
            say(f"On record already: {question.answers[known]}.")
        answer = choose(question.text, question.answers) or ""
        self.answers[name] = answer
        if answer in question.reasons or (known is not None and known != answer):
            self.reasons[name] = str(prompt("Why, in words", type=WORDS))
        self._session.keep(self.arguments)
