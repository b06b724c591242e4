"""When a letter counts as served: by its method, on the school's own deemed-service settings (LX-15).

The shipped settings rest on general practice. They are *unconfirmed* until the school adopts them, and
`ServiceRules.confirmed` says so; a screen that shows a deemed date should say so too.

Deemed service is counted in statutory working days whatever the policy calls a day, because the post and
e-mail do not stop for school holidays. Post that is refused or returned was still sent, and is counted alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from casework.base.errors import BadInput
from casework.base.time import describe_time, parse_time
from casework.procedure.calendar import Calendar
from casework.procedure.working import Working

if TYPE_CHECKING:
    from casework.procedure.model import Policy

Method: TypeAlias = Literal["hand", "email_agreed", "first_class", "signed_for", "second_class"]
"""How a letter reaches its recipient; e-mail only where the recipient has agreed to it."""

METHODS: Final[tuple[Method, ...]] = get_args(Method)
"""Every way of serving a letter."""

FAILURES: Final = ("refused", "returned", "not_found")
"""How a service can fail: the recipient would not take it; it came back, as post or as an e-mail; nobody was there."""

_POST: Final = ("first_class", "signed_for", "second_class")

_OPENINGS: Final[dict[str, str]] = {
    "hand": "Handed over",
    "email_agreed": "Sent by e-mail",
    "first_class": "Sent by first-class post",
    "signed_for": "Sent by first-class post, signed for,",
    "second_class": "Sent by second-class post",
}


@dataclass(frozen=True, slots=True)
class Deemed:
    """When one method counts as served.

    Args:
        days: statutory working days after sending; 0 is the same day, whatever day that is.
        before: local time; a letter sent at this time or later, or at a time not known, counts as sent too
            late that day. None if the time makes no difference.
        otherwise: statutory working days after sending where it was too late that day.
    """

    days: int
    before: time | None = None
    otherwise: int = 1


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """A school's deemed-service settings, one for each method; the defaults are those of LX-15.

    Args:
        confirmed: whether the school has adopted the settings as its own.
    """

    hand: Deemed = Deemed(0)
    email_agreed: Deemed = Deemed(0, before=time(17, 0), otherwise=1)
    first_class: Deemed = Deemed(2)
    signed_for: Deemed = Deemed(2)
    second_class: Deemed = Deemed(3)
    confirmed: bool = False

    def of(self, method: str) -> Deemed:
        """Return the setting for one method.

        Raises:
            BadInput: there is no such method.
        """
        if method not in METHODS:
            raise BadInput(
                f"{method!a} is not a way of serving a letter.", remedy=f"Use one of {', '.join(METHODS)}."
            )
        setting: Deemed = getattr(self, method)
        return setting


_LX_15: Final = ServiceRules()
_BEFORE: Final = "service_email_before"
_SETTINGS: Final = (*(f"service_days_{method}" for method in METHODS), "service_days_email_late", _BEFORE)


def rules_of(policy: Policy) -> ServiceRules:
    """Return the deemed-service settings of a policy; LX-15's default stands for a setting that it lacks.

    Settings: `service_days_<method>` for each method, in statutory working days after sending; for e-mail
    also `service_email_before`, a local time such as "17:00" (empty for none), and `service_days_email_late`.
    The rules are confirmed when the policy has all of these and the school has confirmed each.

    Raises:
        BadInput: `service_email_before` is not a time.
    """
    settings = policy.settings
    before = _LX_15.email_agreed.before
    if _BEFORE in settings:
        text = str(settings[_BEFORE].value)
        before = parse_time(text) if text else None

    def days(name: str, default: int) -> int:
        return int(settings[name].value) if name in settings else default

    return ServiceRules(
        email_agreed=Deemed(
            days("service_days_email_agreed", _LX_15.email_agreed.days),
            before=before,
            otherwise=days("service_days_email_late", _LX_15.email_agreed.otherwise),
        ),
        confirmed=all(name in settings and not settings[name].unconfirmed for name in _SETTINGS),
        **{m: Deemed(days(f"service_days_{m}", _LX_15.of(m).days)) for m in METHODS if m != "email_agreed"},
    )


def still_counts(method: str, failure: str) -> bool:
    """Say whether a service that failed counts as service all the same.

    Post that is refused or returned still proves sending. An e-mail that came back, and what was to be handed over and
    was not, proves nothing of the kind. That somebody who refuses a letter from hand to hand has it all the same is
    argued, and not relied on here: it is to be delivered another way.

    Source: LX-15.
    """
    return method in _POST and failure in ("refused", "returned")


class Service(NamedTuple):
    """One service of a letter: how, and when it was sent or handed over, in local time; None if not known."""

    method: str
    sent: date
    time: time | None = None


def deemed_served(
    method: str, sent: date, time: time | None, calendar: Calendar, rules: ServiceRules
) -> tuple[date, Working]:
    """Return the day on which a letter counts as served, with its working.

    Args:
        method: how it was served.
        sent: the local date on which it was sent or handed over.
        time: the local time, None if not known; makes a difference to e-mail only.
        calendar: which days are working days.
        rules: the school's settings.

    Raises:
        BadInput: there is no such method. CalendarTooShort: the calendar ends too soon.
    Source: LX-15.
    """
    setting = rules.of(method)
    opening = _OPENINGS[method]
    days = setting.days
    if setting.before:
        late = time is None or time >= setting.before
        days = setting.otherwise if late else setting.days
        at = f"at {describe_time(time)}" if time else "at a time not recorded, taken as late"
        limit = describe_time(setting.before)
        opening = f"{opening} {at} ({f'{limit} or later' if late else f'before {limit}'})"
    working = calendar.add_working_days(sent, days, "statutory")
    return working.result, replace(working, opening=f"{opening} on", closing="Counts as served")


def earliest_effective(
    services: Iterable[Service], calendar: Calendar, rules: ServiceRules
) -> tuple[Service, date, Working] | None:
    """Return which of several services takes effect first, on which day, with its working.

    None if there is no service. Of services that take effect on the same day, the first given counts.

    Raises:
        BadInput: there is no such method. CalendarTooShort: the calendar ends too soon.
    Source: LX-15; timescales.md section 4, rule 7.
    """
    found = [(service, *deemed_served(*service, calendar, rules)) for service in services]
    return min(found, key=lambda one: one[1], default=None)
