"""The language of letters: how it says dates, durations, numbers and lists; and words that a letter must not use.

What the shipped language says is data, in `letters/language.yaml`; a school that writes in another language puts a file
of that name into its own folder.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from string import Formatter
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from casework.base.resources import letters_dir
from casework.procedure.source import read_source

FILE: Final = "language.yaml"
"""The name of the file in a folder of letters."""

_BREAKING: Final = " "
_KEPT_TOGETHER: Final = "\u00a0"

_CODES: Final = re.compile(
    r"\b(?:(?:ACAS|KCSIE|SSR|PAN|LX|RET|CASE|EqA|ERelA|ERA96|UKGDPR|HRA|SMP|PAN)-\d[\w.]*|L-\d\d)\b"
)
_TAG: Final = re.compile(r"<[^>]*>")
_PHRASE: Final = re.compile(
    r"(?:\[[\w’'-]+(?:\|[\w’'-]+)*\] )*[\w’'-]+(?:\|[\w’'-]+)*(?: (?:\[[\w’'|-]+\]|[\w’'|-]+))*"
)


_CLOCK: Final = ("hour", "hour12", "minute")
_SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("day", "month", "year"),
    "day": ("weekday", "date"),
    "day_and_time": ("day", "time"),
    "time_before_noon": _CLOCK,
    "noon": _CLOCK,
    "time_after_noon": _CLOCK,
    "hours": ("number",),
    "minutes": ("number",),
    "plural": ("noun",),
    "several": ("most", "last"),
    "on_day": ("day",),
    "from_to": ("first", "last"),
    "clause": ("clauses", "policy"),
    "clauses": ("clauses", "policy"),
    "sanction": ("sanction",),
    "lasts_longer": ("sanction",),
    "email_subject": ("school", "reference"),
    "email": ("salutation", "date", "phone", "sender", "title", "school"),
}
"""What each phrase may name in braces."""


Kind = Literal["guilt", "outcome", "unproved", "titles"]
"""Kinds of words that some letters must not say, and the titles that stand before a name."""


class Language(BaseModel):
    """How a language says what letters need: see `letters/language.yaml` for what each part is.

    Phrases name what they take in braces: `{day} {month} {year}`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tag: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    date: str
    day: str
    day_and_time: str
    time_before_noon: str
    noon: str
    time_after_noon: str
    hours: tuple[str, str]
    minutes: tuple[str, str]
    numbers: tuple[str, ...] = Field(min_length=1)
    plural: str
    between: str
    several: str
    nothing: str
    on_day: str
    from_to: str
    clause: str
    clauses: str
    sanction: str
    lasts_longer: str
    no_longer_at_the_school: str
    dismissal: str
    delivery: Mapping[str, str]
    email_subject: str
    email: str
    draft: str
    words: Mapping[Kind, tuple[str, ...]] = {}

    @field_validator(*_SAYS)
    @classmethod
    def _names_what_there_is(cls, value: str | tuple[str, str], info: ValidationInfo) -> Any:
        names = _SAYS[info.field_name or ""]
        for phrase in (value,) if isinstance(value, str) else value:
            for _, name, form, conversion in Formatter().parse(phrase):
                if name is not None and (name not in names or form or conversion):
                    raise ValueError(f"{{{name}}} cannot stand in it; {', '.join(names)} can")
        return value

    @field_validator("words")
    @classmethod
    def _words_that_can_be_looked_for(cls, value: Mapping[Kind, tuple[str, ...]]) -> Any:
        for phrase in (phrase for phrases in value.values() for phrase in phrases):
            if not _PHRASE.fullmatch(phrase):
                raise ValueError(
                    f"“{phrase}” cannot be looked for; `|` parts choices, and [one word] may be left out"
                )
        return value

    @model_validator(mode="after")
    def _every_way_of_delivery(self) -> Language:
        missing = [name for name in DELIVERIES if not self.delivery.get(name)]
        if missing:
            raise ValueError(f"delivery: there is nothing for {', '.join(missing)}")
        return self

    @cached_property
    def date_pattern(self) -> re.Pattern[str]:
        """What finds a date with plain spaces: `17 April 2026`, with the day of the week if that is said."""
        months, weekdays = ("|".join(map(re.escape, names)) for names in (self.months, self.weekdays))
        date = _pattern(self.date, day=r"\d{1,2}", month=f"(?:{months})", year=r"\d{4}")
        whole = _pattern(self.day, weekday=f"(?:{weekdays})", date=date)
        return re.compile(f"{whole}|{date}")

    def date_only(self, value: dt.date) -> str:
        """Return `17 April 2026`, as the date of a document is given; it never breaks over a line."""
        month = self.months[value.month - 1]
        said = self.date.format(day=value.day, month=month, year=value.year)
        return said.replace(_BREAKING, _KEPT_TOGETHER)

    def whole_day(self, value: dt.date) -> str:
        """Return `Friday 17 April 2026`."""
        return self.day.format(weekday=self.weekdays[value.weekday()], date=self.date_only(value))

    def time_of_day(self, value: dt.datetime | dt.time) -> str:
        """Return `10.00am`, `3.30pm` or, because "12.00pm" is misread, `12 noon`."""
        noon = (value.hour, value.minute) == (12, 0)
        phrase = self.noon if noon else self.time_before_noon if value.hour < 12 else self.time_after_noon
        return phrase.format(hour=value.hour, hour12=value.hour % 12 or 12, minute=f"{value.minute:02}")

    def moment(self, value: dt.date) -> str:
        """Return `Friday 17 April 2026 at 10.00am`, or the date alone where the time is not known."""
        day = self.whole_day(value)
        if not isinstance(value, dt.datetime):
            return day
        return self.day_and_time.format(day=day, time=self.time_of_day(value))

    def duration(self, minutes: int) -> str:
        """Return minutes in words: `2 hours 30 minutes`, `45 minutes`."""
        hours, rest = divmod(minutes, 60)
        parts = [_counted(self.hours, hours)] if hours else []
        return " ".join([*parts, _counted(self.minutes, rest)] if rest or not hours else parts)

    def counted(self, number: int, singular: str, plural: str | None = None) -> str:
        """Return `one allegation`, `three allegations`, `12 allegations`."""
        noun = singular if number == 1 else plural or self.plural.format(noun=singular)
        known = self.numbers[number] if 0 <= number < len(self.numbers) else number
        return f"{known}{_KEPT_TOGETHER}{noun}"

    def listed(self, items: Sequence[str]) -> str:
        """Return `Ann, Ben and Cara`."""
        *most, last = items
        return self.several.format(most=self.between.join(most), last=last) if most else last

    def joined(self, items: Sequence[str]) -> str:
        """Return `Ann, Ben, Cara`."""
        return self.between.join(items)

    def period(self, first: dt.date, last: dt.date) -> str:
        """Return when something is said to have happened: `on Monday 2 March 2026`, `between … and …`."""
        if first == last:
            return self.on_day.format(day=self.whole_day(first))
        return self.from_to.format(first=self.whole_day(first), last=self.whole_day(last))

    def clauses_of(self, numbers: Sequence[str], policy: str) -> str:
        """Return the clauses of a policy: `clauses 4.1 and 4.3 of the Social Media Policy`."""
        phrase = self.clause if len(numbers) == 1 else self.clauses
        return phrase.format(clauses=self.listed(numbers), policy=policy)


DELIVERIES: Final = ("hand", "email_agreed", "first_class", "signed_for", "second_class")
"""Ways of delivering a letter, each of which a language has words for."""


def guilt_words(text: str, language: Language | None = None) -> list[str]:
    """Return the words of `text` that take guilt for granted, or call a suspension "a neutral act".

    Before the outcome a letter says "alleged" and "potential" (LX-4: ACAS-8b, CASE-7). What somebody wrote
    may quote such a word for good reason, so in a text of a case it is a thing to look at, not an error.

    Args:
        text: words, or a piece of HTML.
        language: that of the letters, for further words to look for; those of the shipped one are always looked for.
    """
    return words_found("guilt", plain(text), language)


def words_found(kind: Kind, text: str, language: Language | None = None) -> list[str]:
    """Return the words of one kind in a text on one line: those of the shipped language, and of this one."""
    own = language.words.get(kind, ()) if language is not None else ()
    return [match[0] for match in _looking_for(kind, own).finditer(text)]


def titles(language: Language | None = None) -> frozenset[str]:
    """Return what stands before a name and is no part of it, in small letters."""
    own = language.words.get("titles", ()) if language is not None else ()
    return frozenset(word.casefold() for word in (*_shipped_words()["titles"], *own))


@functools.cache
def _shipped_words() -> Mapping[Kind, tuple[str, ...]]:
    """The words of the shipped language, which are looked for in every letter."""
    return Language.model_validate(read_source(letters_dir() / FILE, FILE).value).words


@functools.lru_cache(maxsize=32)
def _looking_for(kind: Kind, own: tuple[str, ...]) -> re.Pattern[str]:
    phrases = dict.fromkeys((*_shipped_words()[kind], *own))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, phrases))})(?!\w)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    """A phrase as a regular expression: `is|was [been] proved`."""
    pattern = ""
    for word in phrase.split():
        choice = "|".join(map(re.escape, word.strip("[]").split("|")))
        pattern += f"(?:(?:{choice}) )?" if word.startswith("[") else f"(?:{choice}) "
    return pattern.removesuffix(" ")


def our_codes(text: str) -> list[str]:
    """Return the codes of ours in `text`: a letter cites the school's own clauses (LX-2)."""
    return [match[0] for match in _CODES.finditer(plain(text))]


def plain(text: str) -> str:
    """Return the words of a piece of HTML, on one line."""
    return " ".join(_TAG.sub(" ", text).split())


def _pattern(phrase: str, **parts: str) -> str:
    """Return a regular expression for a phrase, with one for each thing that it names."""
    pieces = Formatter().parse(phrase)
    return "".join(re.escape(text) + (parts[name] if name else "") for text, name, _, _ in pieces)


def _counted(phrases: tuple[str, str], number: int) -> str:
    """Return the phrase of one, or of more than one."""
    return phrases[number != 1].format(number=number)
