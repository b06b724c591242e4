"""`casework verify BUNDLE`: the one-file verifier, and what it leaves out: was each step lawful when it was taken?

The history as JSON and CSV is made again from the events and compared, where the same release made it: whoever holds
the school's key could sign a history that its events do not bear out.

No database, account or network is needed: the bundle holds the policy, the calendars, and what the school's own stream
says of its settings and delegations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from casework import __version__
from casework.base.canonical import parse_canonical, sha256_hex
from casework.base.errors import MALFORMED, BadInput, CaseworkError
from casework.cases.followed import followed
from casework.cases.founded import SchoolRecord
from casework.cases.legality import unlawful_steps
from casework.cases.replay import Recorded
from casework.procedure.calendar import Calendar
from casework.procedure.model import Catalogue, Policy
from casework.procedure.resolve import catalogue_from_resolved, from_resolved
from casework.records import bundle_verifier
from casework.records.bundle_verifier import MEANING as MEANING
from casework.records.bundle_verifier import Report
from casework.records.event_log import written
from casework.records.event_rows import rows_of
from casework.records.history import build_history
from casework.records.input import HistoryInput, RecordedEvent
from casework.records.json import to_json

LAWFUL: Final = "whole and lawful"
UNLAWFUL: Final = "unlawful"


class BundleRefused(BadInput):
    """What was given is no bundle, or one that would do harm."""

    code = "bundle-refused"


@dataclass(frozen=True, slots=True)
class Wrong:
    """An event of the case that does not follow from the policy: its number, and what is wrong."""

    event: int
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: by the verifier, and of the steps.

    `judged` is false where the steps could not be judged: the bundle is not whole, or facts are missing.
    """

    report: Report
    judged: bool
    steps: int
    unlawful: tuple[Wrong, ...]

    @property
    def verdict(self) -> str:
        """`whole and lawful`, `unlawful`, `whole` (not judged), or what the verifier says."""
        if self.unlawful:
            return UNLAWFUL
        return LAWFUL if self.judged and self.report.verdict == "whole" else self.report.verdict

    @property
    def found(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.report.findings or self.unlawful)


def check_bundle(path: Path, *, key_fingerprint: str = "", witnesses: Sequence[str] = ()) -> Checked:
    """Verify a bundle, and judge its steps by the policy that it holds.

    Args:
        path: the .zip or the folder.
        key_fingerprint: of the school's key, or its verifier key, known from elsewhere than the bundle.
        witnesses: checkpoints that were kept elsewhere.

    Raises:
        BundleRefused: it cannot be read, and why.
    """
    try:
        report = bundle_verifier.verify(path, key_fingerprint, tuple(witnesses))
    except bundle_verifier.WrongInput as problem:
        raise BundleRefused(str(problem), remedy="Check it with whoever gave it to you.") from None
    except bundle_verifier.Unreadable as problem:
        raise BundleRefused(str(problem), remedy="Ask for the bundle again, and check its name.") from None
    history = _history(report)
    if report.findings or not history:
        return Checked(report, False, 0, ())
    try:
        documents = _documents(path, report)
        _compare_histories(path, report, documents)
        wrong = sorted(_wrong(report, history, documents[0], documents[1]), key=lambda item: item.event)
    except (CaseworkError, RecursionError, *MALFORMED):
        # Whoever signs with a key of their own can sign anything.
        report.add(bundle_verifier.ALTERED, "It holds what no release of casework writes.")
    if report.findings:
        return Checked(report, False, 0, ())
    steps = sum(event.facts["kind"] in ("step_taken", "step_irregular") for event in history)
    return Checked(report, True, steps, tuple(wrong))


def _history(report: Report) -> list[Recorded]:
    """The facts of the case, or nothing if any are missing."""
    events = report.case_events()
    if any(event.facts is None or not isinstance(event.facts.get("kind"), str) for event in events):
        return []
    return [Recorded(event.n, event.recorded, event.facts or {}) for event in events]


Documents: TypeAlias = tuple[dict[str, Policy], dict[str, Calendar], dict[str, Catalogue]]


def _documents(path: Path, report: Report) -> Documents:
    """The policies, calendars and conduct policies of a bundle, each under the digest that its bytes have."""
    files = bundle_verifier.Files(path)
    policies: dict[str, Policy] = {}
    calendars: dict[str, Calendar] = {}
    catalogues: dict[str, Catalogue] = {}
    for item in report.index.get("files") or ():
        if "digest" not in item:
            continue
        data = files.read(item["path"])
        # What cannot be read is missing, and each step that rests on it says so.
        with suppress(CaseworkError, *MALFORMED):
            if "/policy-" in item["path"]:
                policies[sha256_hex(data)] = from_resolved(data)
            elif "/calendar-" in item["path"]:
                calendars[sha256_hex(data)] = Calendar.from_data(parse_canonical(data))
            elif "/conduct-" in item["path"]:
                catalogues[sha256_hex(data)] = catalogue_from_resolved(data)
    return policies, calendars, catalogues


def _compare_histories(path: Path, report: Report, documents: Documents) -> None:
    """Make the history again from the events, and say where the one in the bundle is another."""
    index = report.index
    if index.get("variant") == "pseudonymised":
        report.notes.append("Words of the histories were changed for names, so that they were not compared.")
        return
    if index.get("made_with") != __version__:
        report.notes.append(
            f"The histories were made by another release of casework, so that {__version__} did not compare them."
        )
        return
    files = bundle_verifier.Files(path)
    try:
        history = build_history(_history_input(files, report, documents))
        made = {"json": to_json(history), "csv": written(str(index["school"]), [rows_of(history)], "csv")}
    except (CaseworkError, RecursionError, *MALFORMED):
        report.add(bundle_verifier.ALTERED, "No history can be made of these events.")
        return
    for form, data in made.items():
        if files.read(f"data/history/case-history.{form}") != data:
            report.add(bundle_verifier.ALTERED, f"case-history.{form} does not say what the events say.")


def _history_input(files: bundle_verifier.Files, report: Report, documents: Documents) -> HistoryInput:
    """What a history is made from, as the bundle has it."""
    policies, calendars, catalogues = documents
    index, events = report.index, report.case_events()
    recorded = [RecordedEvent(e.n, e.pos, e.recorded, e.envelope, e.facts, e.body) for e in events]
    history = [Recorded(event.n, event.recorded, event.facts or {}) for event in events]
    follows = followed(history)
    return HistoryInput(
        school=index["school"],
        reference=index["reference"],
        exported=index["made"],
        policy=policies[follows[-1][1]],
        policies={digest: policies[digest] for _, digest in follows},
        catalogues=tuple(catalogues[digest] for digest in history[0].facts["catalogues"]),
        calendars=calendars,
        events=recorded,
        note=files.read(bundle_verifier.CHECKPOINT).decode(),
        origin=index["origin"],
        verifier=index["verifier_key"],
        exported_by=index["made_by"],
        purpose=index["purpose"],
    )


def _wrong(
    report: Report,
    history: Sequence[Recorded],
    policies: Mapping[str, Policy],
    calendars: Mapping[str, Calendar],
) -> Iterator[Wrong]:
    for item in unlawful_steps(history, policies, calendars):
        yield Wrong(item.n, item.says)
    own = [event for event in report.events if event.stream != report.index["stream"]]
    school = SchoolRecord((event.pos, event.facts or {}) for event in own)
    for recorded, event in zip(history, report.case_events(), strict=True):
        says = school.refutes(recorded, event.pos, history, policies)
        if says:
            yield Wrong(recorded.n, says)
