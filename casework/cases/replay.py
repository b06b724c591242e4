"""Folding recorded facts into a case: `replay(events) == state`, with no key, no policy and no clock.

Rules that stand here:

- Facts are folded in the order of their numbers; a gap is an error, because a fold over a gap would lie.
- A correction never overwrites: the corrected event is folded with the new values, and both stay on record.
- An annulled event is not folded at all; that it was annulled is. Numbers of allegations and evidence stay as shown.
- Kinds that this release does not know are counted and otherwise left alone.

Longer than 400 lines because each kind of event is folded in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.base.errors import Unavailable
from casework.base.time import Occurred
from casework.cases.amendments import (
    AMENDING,
    Facts,
    amendments_of,
    annulled_by,
    corrected_facts,
    corrections_of,
    occurred_on,
)
from casework.cases.links import OwnLink
from casework.cases.links import after as links_after
from casework.cases.model import (
    Allegation,
    Case,
    Clock,
    Evidence,
    Letter,
    Note,
    Pack,
    Party,
    StepRecord,
    Tenure,
    TriageAnswer,
    Value,
    Waiver,
)
from casework.cases.readers import Reader, after
from casework.cases.replay_allegations import ALLEGATIONS
from casework.cases.replay_evidence import EVIDENCE
from casework.cases.replay_letters import LETTERS


class FactsMissing(Unavailable):
    """The case's history has a gap or its facts were erased, so that it cannot be folded."""

    code = "facts-missing"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a case as read from the ledger: its number, its UTC instant, its facts."""

    n: int
    recorded: str
    facts: Facts


class CaseFold:
    """A case under construction, which takes its events one after another; `case` hands out a frozen copy.

    A correction or an annulment says that an earlier event is to be read otherwise, so the whole is folded anew.
    """

    def __init__(self) -> None:
        self.history: list[Recorded] = []
        self._corrections: tuple[int, ...] = ()
        self._annulled: frozenset[int] = frozenset()
        self._clear()

    def take(self, event: Recorded) -> None:
        """Take the next event.

        Raises:
            FactsMissing: a number is missing.
        """
        self._keep(event)
        if event.facts["kind"] in AMENDING:
            self._fold_anew()
        else:
            self._fold(event, ())

    def take_all(self, events: Iterable[Recorded]) -> None:
        """Take all events that there are, as the corrections and annulments among them have them in the end.

        Raises:
            FactsMissing: a number is missing.
        """
        for event in events:
            self._keep(event)
        self._fold_anew()

    def _keep(self, event: Recorded) -> None:
        expected = len(self.history) + 1
        if event.n != expected:
            raise FactsMissing(f"Event {expected} of this case is missing, so its history cannot be read.")
        self.history.append(event)

    def case(self, n: int | None = None) -> Case:
        """Return the case as it stands after the newest event that was folded: event `n`, the last if not given."""
        return Case(
            **self.head,
            n=len(self.history) if n is None else n,
            last_occurred=self.last_occurred,
            states=dict(self.states),
            parties=dict(self.parties),
            tenures=tuple(self.tenures),
            allegations=dict(self.allegations),
            evidence=dict(self.evidence),
            letters=dict(self.letters),
            steps=tuple(self.steps),
            clocks=tuple(self.clocks),
            notes=tuple(self.notes),
            packs=tuple(self.packs),
            triage=dict(self.triage),
            triage_registers=dict(self.triage_registers),
            annulled=self._annulled,
            corrections=self._corrections,
            readers=dict(self.readers),
            shut_out=self.shut_out,
            links=dict(self.links),
        )

    def befores(self, numbers: Iterable[int]) -> Iterator[Case]:
        """Yield the case as it stood before each of these events, as every amendment that was taken has it.

        Args:
            numbers: ascending; the events were taken already.
        """
        folding, at = self._folding(), 0
        for number in numbers:
            while at < min(number, len(self.history) + 1):
                at = next(folding)
            yield self.case(number - 1)

    def _fold_anew(self) -> None:
        for _ in self._folding():
            pass

    def _folding(self) -> Iterator[int]:
        """Fold everything anew; yields the number of each event before it is folded, and of the one after the last."""
        amending = amendments_of(self.history)
        facts = corrected_facts(self.history) if amending else {}
        corrections = corrections_of(amending, standing=True)
        self._clear()
        self._annulled = frozenset(annulled_by(amending))
        self._corrections = tuple(n for numbers in corrections.values() for n in numbers)
        for event in self.history:
            yield event.n
            if event.n in self._annulled:
                self.number(event.facts["kind"])  # its number was shown and is not given away
                continue
            told = Recorded(event.n, event.recorded, facts[event.n]) if event.n in facts else event
            self._fold(told, corrections.get(event.n, ()))
        yield len(self.history) + 1

    def _clear(self) -> None:
        self.head: dict[str, Any] = {}
        self.states: dict[str, str] = {}
        self.parties: dict[str, Party] = {}
        self.tenures: list[Tenure] = []
        self.allegations: dict[str, Allegation] = {}
        self.evidence: dict[str, Evidence] = {}
        self.letters: dict[str, Letter] = {}
        self.steps: list[StepRecord] = []
        self.clocks: list[Clock] = []
        self.notes: list[Note] = []
        self.packs: list[Pack] = []
        self.triage, self.triage_registers = dict[str, TriageAnswer](), dict[str, str]()
        self.readers: dict[str, Reader] = {}
        self.shut_out: frozenset[str] = frozenset()
        self.links: dict[str, OwnLink] = {}
        self.last_occurred: date | None = None
        self._numbers: Counter[str] = Counter()

    def number(self, kind: str) -> int:
        """Return the next number for an item that events of `kind` add, from 1."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def _fold(self, event: Recorded, corrected: tuple[int, ...]) -> None:
        facts = event.facts
        handler = _HANDLERS.get(facts["kind"])
        if handler is None:
            return
        handler(self, event, facts)
        if corrected and self.steps and self.steps[-1].n == event.n:
            self.steps[-1] = replace(self.steps[-1], corrected=corrected)
        occurred = occurred_on(facts)
        if occurred is not None and (self.last_occurred is None or occurred > self.last_occurred):
            self.last_occurred = occurred
        self._clocks(event.n, facts)

    def _clocks(self, n: int, facts: Facts) -> None:
        stopped = facts.get("stopped", ())
        if stopped:
            on = occurred_on(facts)
            for at, clock in enumerate(self.clocks):
                if clock.stopped is None and clock.id in stopped:
                    self.clocks[at] = Clock(clock.id, clock.n, clock.counted_from, clock.due, n, on)
        for item in facts.get("clocks", ()):
            self.clocks.append(
                Clock(item["clock"], n, date.fromisoformat(item["from"]), date.fromisoformat(item["due"]))
            )

    def give(self, n: int, party: Party, roles: Iterable[str]) -> None:
        """Give a party exactly these roles, as event `n` says."""
        now = tuple(dict.fromkeys(roles))
        held = set()
        for at, item in enumerate(self.tenures):
            if item.until is None and item.party == party.id:
                if item.role in now:
                    held.add(item.role)
                else:
                    self.tenures[at] = Tenure(item.party, item.role, item.since, n)
        self.tenures += [Tenure(party.id, role, n) for role in now if role not in held]
        self.parties[party.id] = party if party.roles == now else replace(party, roles=now)


def _case_opened(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.head = {
        "policy": facts["policy"],
        "calendar": facts["calendar"],
        "catalogues": tuple(facts["catalogues"]),
        "reference": facts["reference"],
        "opened": occurred_on(facts),
    }
    fold.states.update(facts["states"])
    _readers(fold, event, facts)


def _readers(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.readers, fold.shut_out = after(fold.readers, fold.shut_out, event.n, facts)


def _links(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.links = links_after(fold.links, event.n, facts)


def _policy_moved(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.head = {**fold.head, "policy": facts["to"]}
    fold.states.update(facts["states"])


def _party_added(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    roles = tuple(dict.fromkeys(facts["roles"]))
    fold.give(event.n, Party(facts["party"], roles, event.n, event.n, **_flags(facts)), roles)


def _party_details_changed(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    party = fold.parties[facts["party"]]
    fold.parties[party.id] = replace(party, words=event.n, **_flags(facts))


def _flags(facts: Facts) -> dict[str, Any]:
    return {name: facts.get("flags", {}).get(name, False) for name in ("teacher", "union_rep", "head")}


def _party_roles_changed(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.give(event.n, fold.parties[facts["party"]], facts["roles"])


def _step(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    taken, typed = facts["taken_by"], facts["recorded_by"]
    fold.steps.append(
        StepRecord(
            event.n,
            facts["strand"],
            facts["step"],
            facts["from"],
            facts["to"],
            taken["party"],
            taken["role"],
            taken["basis"],
            typed["party"],
            typed["role"],
            Occurred.from_facts(facts["occurred"]),
            event.recorded,
            {name: frozen_value(value) for name, value in facts["values"].items()},
            tuple(facts.get("given", ())),
            tuple(Waiver(item["requirement"], item["by"], item["role"]) for item in facts.get("waived", ())),
            tuple(facts.get("breached", ())),
            facts["kind"] == "step_irregular",
        )
    )
    fold.states[facts["strand"]] = facts["to"]
    for name, roles in facts.get("assigned", {}).items():
        party = fold.parties[name]
        fold.give(event.n, party, (*party.roles, *roles))


def _step_on_paper(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    taken, typed = facts["taken_by"], facts["recorded_by"]
    here = fold.states[facts["strand"]]
    fold.steps.append(
        StepRecord(
            event.n,
            facts["strand"],
            facts["step"],
            here,
            here,
            taken["party"],
            taken["role"],
            taken["basis"],
            typed["party"],
            typed["role"],
            Occurred.from_facts(facts["occurred"]),
            event.recorded,
            breached=tuple(facts["broke"]),
            irregular=bool(facts["broke"]),
            on_paper=True,
        )
    )


def _note_added(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.notes.append(Note(event.n, facts["type"]))


def _triage_answered(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.triage |= TriageAnswer.all_of(facts, event.n)
    fold.triage_registers = dict(facts["registers"])


def _deadline_moved(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    """Its clocks are all that it changes, and every event's are folded alike."""


_HANDLERS: dict[str, Callable[[CaseFold, Recorded, Facts], None]] = {
    "case_opened": _case_opened,
    "policy_moved": _policy_moved,
    "party_added": _party_added,
    "party_roles_changed": _party_roles_changed,
    "party_details_changed": _party_details_changed,
    **ALLEGATIONS,
    **EVIDENCE,
    "step_taken": _step,
    "step_irregular": _step,
    "step_on_paper": _step_on_paper,
    **LETTERS,
    "note_added": _note_added,
    "triage_answered": _triage_answered,
    "deadline_extended": _deadline_moved,
    "deadline_paused": _deadline_moved,
    "deadline_resumed": _deadline_moved,
    "let_in": _readers,
    "let_out": _readers,
    "link_made": _links,
    "link_revoked": _links,
}


def frozen_value(value: Any) -> Value:
    """A value of facts as the fold keeps it: lists become tuples, everything else stays."""
    return tuple(value) if isinstance(value, list) else value


def replay(events: Iterable[Recorded]) -> Case:
    """Fold `events` (numbered from 1, without gaps) into the case as it stands after the last.

    Raises: FactsMissing when a number is missing or an event's facts were erased.
    """
    fold = CaseFold()
    fold.take_all(events)
    return fold.case()


def replay_before(history: Sequence[Recorded], n: int) -> Case:
    """Fold the events before number `n`, as every later correction and annulment in `history` has them.

    Raises: FactsMissing when a number is missing.
    """
    return next(cases_before(history, (n,)))


def cases_before(history: Sequence[Recorded], numbers: Iterable[int]) -> Iterator[Case]:
    """Yield the case as it stood before each of these events, ascending, as every amendment in `history` has it.

    Raises: FactsMissing when a number is missing.
    """
    fold = CaseFold()
    for event in history:
        fold._keep(event)
    return fold.befores(numbers)


def facts_of(history: Sequence[Recorded], n: int) -> Facts:
    """Return the facts of event `n` as the corrections that stand have them."""
    return corrected_facts(history).get(n, history[n - 1].facts)
