"""A step as it was typed and answered: what the service is given, and the command line that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import click

from casework.base.time import Occurred
from casework.cases.request import Basis, Compared, WaiverRequest
from casework.cli import shell
from casework.cli.session import Session
from casework.cli.standing import typed_step
from casework.cli.step_fields import typed_value
from casework.cli.values import as_typed, typed_when

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase

OTHER_NAMES = {"authority": "step-authority", "reason": "irregular-reason"}
"""The options of every step that have a longer name too, because a field of some step has the short one."""


@dataclass
class StepLine:
    """What somebody wants recorded as a step.

    `values` are the fields, `reason` is why an irregular fact happened all the same, and `asked` says that questions
    were answered, so that the answers must not be lost. `compared` are the comparable decisions that were shown. `on`
    stands in a corrected command for a day that was not good.
    """

    session: Session
    reference: str
    step_id: str
    verb: Literal["step", "record"]
    values: dict[str, Any] = field(default_factory=dict)
    taken_by: str = ""
    basis: Basis = "own_act"
    authority: str = ""
    occurred: Occurred | None = None
    waivers: tuple[WaiverRequest, ...] = ()
    reason: str = ""
    seen: int | None = None
    command: str = ""
    asked: bool = False
    compared: Compared | None = None
    on: str = ""

    @classmethod
    def read(
        cls,
        session: Session,
        loaded: LoadedCase,
        step_id: str,
        verb: Literal["step", "record"],
        given: Mapping[str, Any],
        values: dict[str, Any],
    ) -> StepLine:
        """Return what was typed.

        Raises:
            click.UsageError: waivers are not each complete.
        """
        return cls(
            session,
            loaded.case.reference,
            step_id,
            verb,
            values,
            taken_by=given.get("taken_by", ""),
            basis=given.get("basis", "own_act"),
            authority=given.get("authority", ""),
            occurred=given.get("occurred"),
            waivers=_waivers(given),
            reason=given.get("reason", ""),
            seen=given.get("seen"),
            command=given.get("command", ""),
        )

    def but(self, **changes: Any) -> StepLine:
        """Return a copy with `changes`."""
        return replace(self, **changes)

    def arguments(self) -> list[str]:
        """Return the whole command as arguments, without the options that belong to one run (`--seen`, `--command`)."""
        parts = self.session.typed("case", self.verb, self.reference, typed_step(self.step_id))
        for name, value in self.values.items():
            parts += typed_value(name, value)
        if self.on:
            parts += ["--on", self.on]
        elif self.occurred is not None:
            parts += ["--on", typed_when(self.occurred)]
        if self.taken_by:
            parts += ["--taken-by", self.taken_by]
        if self.basis != "own_act":
            parts += ["--basis", self.basis]
        for name, value in (("authority", self.authority), ("reason", self.reason)):
            if value:
                parts += [f"--{OTHER_NAMES[name]}", as_typed(value)]
        for waiver in self.waivers:
            parts += ["--waive", waiver.requirement, "--waived-by", waiver.by]
            parts += ["--because", as_typed(waiver.reason)]
            parts += ["--advice", as_typed(waiver.advice)] if any(w.advice for w in self.waivers) else []
        return parts

    def text(self) -> str:
        """Return the command in one line, as it can be pasted into a shell."""
        return shell.one_line(self.arguments())

    def lines(self) -> str:
        """Return the command as it can be pasted, a long one with one option on each line."""
        return shell.lines(self.arguments())


def _waivers(given: Mapping[str, Any]) -> tuple[WaiverRequest, ...]:
    """Put the parts of each waiver together: the first --waive with the first --waived-by, and so on."""
    names, by, because, advice = (given.get(part, ()) for part in ("waive", "waived_by", "because", "advice"))
    if len(by) != len(names) or len(because) != len(names):
        raise click.UsageError(
            "Each --waive needs its own --waived-by NAME and --because WORDS, in the same order."
        )
    if advice and len(advice) != len(names):
        raise click.UsageError(
            'Give --advice for each --waive or for none; --advice "" where there was no advice.'
        )
    return tuple(
        WaiverRequest(requirement, who, why, advice[at] if advice else "")
        for at, (requirement, who, why) in enumerate(zip(names, by, because, strict=True))
    )
