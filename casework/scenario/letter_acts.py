"""The letters of a scenario: proposed, written anew, approved, issued, served, not delivered, scanned, withdrawn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from casework.base.time import describe_date, parse_occurred
from casework.scenario.model import Act, Serve, Undelivered, moment
from casework.scenario.played import Played, ScenarioFailed
from casework.services import letters

if TYPE_CHECKING:
    from casework.scenario.begin import ScenarioClock
    from casework.services.letters import Issued

_SCAN = b"\x89PNG\r\n\x1a\n"
"""What a scan begins with; what is in it makes no difference to a scenario."""


class LetterActs(ABC):
    """The acts of a scenario that are about letters; `_Player` is one."""

    played: Played
    clock: ScenarioClock
    say: Callable[[str], None]

    @abstractmethod
    def _name(self, key: str) -> str:
        """The name of somebody of the scenario."""

    @abstractmethod
    def tell(self, act: Act, what: str) -> None:
        """Tell what was done."""

    @property
    def _where(self) -> tuple[Any, Any, Any]:
        return self.played.workspace, self.played.school, self.played.case

    def _number(self, name: str | None) -> int:
        """The number of the newest letter of this name."""
        return self.played.numbers[name or ""]

    def _replaced(self, act: Act) -> int | None:
        """The number of the letter whose place another takes: the newest of its name that stands."""
        if not act.supersedes:
            return None
        letters_of = enumerate(self.played.case.case.letters.values(), start=1)
        standing = [n for n, letter in letters_of if letter.template == act.supersedes and letter.stands]
        return standing[-1] if standing else self._number(act.supersedes)

    def _propose(self, act: Act) -> None:
        extra = dict(act.with_)
        proposed = letters.propose(
            *self._where,
            act.propose or "",
            sender=self._name(act.by) if act.by else "",
            recipient=self._name(extra.pop("recipient")) if "recipient" in extra else "",
            own_words=extra.pop("own_words", None),
            delivery=extra.pop("delivery", ""),
            authority=act.authority,
            fields=extra,
        )
        self.played.numbers[act.propose or ""] = proposed.number
        self.tell(act, f"The letter “{proposed.title}” is proposed.")

    def _revise(self, act: Act) -> None:
        extra = dict(act.with_)
        letters.revise(
            *self._where,
            self._number(act.revise),
            own_words=extra.pop("own_words", None),
            delivery=extra.pop("delivery", ""),
            fields=extra,
        )
        self.tell(act, f"The letter “{act.revise}” is written anew.")

    def _approve(self, act: Act) -> None:
        who = self._name(act.by)
        letters.approve(*self._where, self._number(act.approve), by=who, evidence=act.because)
        self.tell(act, f"{who} approves the letter “{act.approve}”.")

    def _issue(self, act: Act) -> None:
        issued = letters.issue(
            *self._where,
            self._number(act.issue),
            supersedes=self._replaced(act),
            supersedes_because=act.because,
        )
        self._issued(act, act.issue or "", issued)

    def _letter(self, act: Act) -> None:
        extra = dict(act.with_)
        issued = letters.issue(
            *self._where,
            act.letter or "",
            sender=self._name(act.by) if act.by else "",
            recipient=self._name(extra.pop("recipient")) if "recipient" in extra else "",
            fields=extra,
            delivery=act.serve.method if act.serve else "hand",
            authority=act.authority,
            supersedes=self._replaced(act),
            supersedes_because=act.because,
        )
        self._issued(act, act.letter or "", issued)

    def _issued(self, act: Act, name: str, issued: Issued) -> None:
        file = f"{len(self.played.letters) + 1:02d}-{issued.file_name}"
        self.played.letters[file] = issued.pdf
        self.played.numbers[name] = issued.number
        self.tell(act, f"The letter “{issued.title}” is issued.")
        if act.serve is not None:
            self._serve(act, act.serve, issued.number)

    def _served(self, act: Act) -> None:
        self._serve(act, act.serve or Serve(), self._number(act.served))

    def _serve(self, act: Act, given: Serve, number: int) -> None:
        if given.on:
            self.clock.set(moment(given.on))
        served = letters.serve(
            *self._where,
            number,
            method=given.method,
            occurred=parse_occurred(given.on or act.on),
            proof=given.proof,
        )
        if given.effective is not None and served.effective != given.effective:
            raise ScenarioFailed(f"it counts as served on {served.effective}, not {given.effective}")
        self.say(f"    {served.working}")

    def _undelivered(self, act: Act) -> None:
        given = act.failed or Undelivered()
        found = letters.undelivered(
            *self._where,
            self._number(act.undelivered),
            failure=given.how,
            service=given.service,
            words=given.words,
            occurred=parse_occurred(act.on),
        )
        if given.stands is not None and found.counts is not given.stands:
            raise ScenarioFailed(f"the delivery {'stands' if found.counts else 'does not stand'}")
        if given.effective is not None and found.effective != given.effective:
            raise ScenarioFailed(f"it counts as served on {found.effective}, not {given.effective}")
        since = f"it counts from {describe_date(found.effective)}" if found.effective else "it does not count"
        self.tell(
            act, f"The letter “{act.undelivered}” did not arrive ({given.how.replace('_', ' ')}): {since}."
        )

    def _scan(self, act: Act) -> None:
        extra = dict(act.with_)
        letters.attach(
            *self._where,
            self._number(act.scan),
            name=f"{act.scan}.png",
            data=_SCAN,
            type_=extra.pop("kind", "signed_copy"),
            occurred=parse_occurred(act.on),
            **extra,
        )
        self.tell(act, f"A scan is kept with the letter “{act.scan}”.")

    def _withdraw(self, act: Act) -> None:
        letters.withdraw(*self._where, self._number(act.withdraw), reason=act.because)
        self.tell(act, f"The letter “{act.withdraw}” is withdrawn: {act.because}")
