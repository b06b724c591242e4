"""Recognises our own words in a text that somebody else may have changed.

The fixed words of a letter's templates are known, paragraph by paragraph, and which passage each belongs to. A passage
whose words are in the text is there, whatever names and dates stand between them; and a paragraph that is one of ours
speaks for no passage but its own, however alike the words of another may sound. A paragraph of ours that is all facts
(the support that a school offers, a reason) is told by the one before it.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from casework.correspondence.conditions import IN_LOOP, Condition, IsOneOf
from casework.correspondence.language import plain
from casework.correspondence.wording import conditions_below

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter
    from casework.correspondence.library import Library
    from casework.correspondence.walked import Occurrence, Walked

Words = tuple[str, ...]
Conditions = tuple[Condition, ...]

_RUN: Final = 3
"""Words in a row that are compared; what a template says in fewer is compared as a whole."""

_LABEL: Final = 3
"""A paragraph that has no more fixed words than this, and begins with them, is told by its beginning."""

_ALIKE: Final = 0.6
"""Share of a paragraph's fixed words that have to be in another for that to be the same one."""

_OURS: Final = 0.4
"""Share of the paragraphs of a text that have to be like one of ours for it to be ours on the whole."""

_LONGER: Final = 2
"""How many times as long as a paragraph without facts another may be to be the same one."""

_THERE: Final = 0.6
"""Share of a passage's own words from which it is there; less is a part of it."""

_BLOCK: Final = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|div|table|tr|td|th)\b[^<>]*>")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What of a text is ours.

    Args:
        shares: of each passage of the letter, which share of its own words is there, from 0 to 1, and where: the number
            of a paragraph.
        ours: the numbers of the paragraphs that are ours.
    """

    shares: Mapping[str, tuple[float, int]]
    ours: frozenset[int]

    def there(self, passage: str) -> bool:
        """Say whether a passage is there in our words."""
        return self.shares[passage][0] >= _THERE


def recognise(library: Library, letter_id: str, texts: Sequence[str]) -> Recognised:
    """Return which passages of a letter are in these paragraphs in our words.

    Raises:
        UnknownLetter: there is no such letter.
    """
    known = library.known_words(letter_id)
    words = [words_of(text) for text in texts]
    found = _matched(known, words)
    shares = {passage: _found(passage, known, found, words) for passage in known.passages}
    return Recognised(shares, frozenset(number for numbers in found.values() for number in numbers))


def words_of(text: str) -> Words:
    """Return the words of a text in small letters, so that they can be compared."""
    return tuple(_WORD.findall(text.replace("’", "'").replace("‘", "'").casefold()))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands in a passage: the conditions that lead to the passage, and those within it."""

    leading: Conditions
    within: Conditions


@dataclass(slots=True)
class _Piece:
    """Fixed words of a paragraph, the conditions under which they are there, and their place in each passage."""

    words: Words
    conditions: Conditions
    places: dict[str, _Place]

    @property
    def size(self) -> int:
        """How many words in a row are compared."""
        return min(_RUN, len(self.words))

    @property
    def runs(self) -> frozenset[Words]:
        """The words in a row that are compared."""
        return _runs(self.words, self.size)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph of a template; `facts` are the passages of the facts in it, with the place of each."""

    guards: Conditions
    pieces: list[_Piece] = field(default_factory=list)
    facts: dict[str, _Place] = field(default_factory=dict)
    has_facts: bool = False
    begins_with_fact: bool = False

    @property
    def repeats(self) -> bool:
        """Whether there may be several: it stands in a loop."""
        return IN_LOOP in self.guards

    @property
    def certain(self) -> list[int]:
        """The numbers of the pieces that are there whenever the paragraph is."""
        shared = set(self.pieces[0].conditions).intersection(*(piece.conditions for piece in self.pieces))
        return [at for at, piece in enumerate(self.pieces) if set(piece.conditions) <= shared]

    @property
    def size(self) -> int:
        """How many fixed words it has for certain; of one that has none, those of its longest piece."""
        if not self.pieces:
            return 0
        certain = sum(len(self.pieces[at].words) for at in self.certain)
        return certain or max(len(piece.words) for piece in self.pieces)

    @property
    def longest(self) -> int:
        """How many fixed words it can have."""
        return sum(len(piece.words) for piece in self.pieces)

    @property
    def is_label(self) -> bool:
        """Whether it is told by its beginning: `Your pay: ...`."""
        return 0 < self.size <= _LABEL and not self.begins_with_fact

    def likeness(self, shares: Mapping[int, float]) -> float:
        """Return which share of its fixed words is there, if these are the shares of its pieces."""
        certain = self.certain
        if not certain:
            return max(shares.values(), default=0.0)
        return sum(len(self.pieces[at].words) * shares.get(at, 0.0) for at in certain) / self.size


class KnownWords:
    """The fixed words of one letter, with an index of them."""

    def __init__(self, walked: Walked, letter: Letter) -> None:
        self.paragraphs = list(_paragraphs(letter, walked.occurrences))
        self.passages = [passage.id for passage in letter.required]
        self.index: dict[Words, list[tuple[int, int]]] = defaultdict(list)
        for one, paragraph in enumerate(self.paragraphs):
            for at, piece in enumerate(paragraph.pieces):
                for run in piece.runs:
                    self.index[run].append((one, at))

    def like(self, words: Words) -> Iterator[tuple[int, float]]:
        """Yield each paragraph that a text may be, with how like it is, from 0 to 1."""
        counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for size in range(1, _RUN + 1):
            for run in _runs(words, size):
                for one, at in self.index.get(run, ()):
                    counts[one][at] += 1
        for one, pieces in counts.items():
            paragraph = self.paragraphs[one]
            if paragraph.is_label:
                first = paragraph.pieces[0].words
                if words[: len(first)] == first and (paragraph.has_facts or words == first):
                    yield one, 1.0
                continue
            shares = {at: number / len(paragraph.pieces[at].runs) for at, number in pieces.items()}
            if paragraph.has_facts or len(words) <= _LONGER * paragraph.longest:
                yield one, paragraph.likeness(shares)


def _matched(known: KnownWords, texts: Sequence[Words]) -> dict[int, list[int]]:
    """Return for each paragraph of the template that is there, the numbers of the paragraphs that are it.

    Labels and paragraphs that are all facts are told by little, so that they count only in a letter that is ours on
    the whole: `Dear …` begins every letter.
    """
    found: dict[int, list[int]] = defaultdict(list)
    taken: set[int] = set()
    pairs = sorted(
        (-known.paragraphs[one].size, -likeness, abs(one - number), one, number)
        for number, words in enumerate(texts)
        for one, likeness in known.like(words)
        if likeness >= _ALIKE
    )
    for *_, one, number in pairs:
        if number not in taken and (known.paragraphs[one].repeats or one not in found):
            found[one].append(number)
            taken.add(number)
    if len(taken) < _OURS * len(texts):
        return {one: numbers for one, numbers in found.items() if known.paragraphs[one].size > _LABEL}
    _match_facts(known, len(texts), found, taken)
    return found


def _match_facts(known: KnownWords, end: int, found: dict[int, list[int]], taken: set[int]) -> None:
    """Add the paragraphs that are all facts to what was found."""
    for one, paragraph in enumerate(known.paragraphs):
        for number in _before(known.paragraphs, one, found) if not paragraph.pieces else ():
            while number + 1 < end and number + 1 not in taken:
                number += 1
                found[one].append(number)
                taken.add(number)
                if not paragraph.repeats:
                    break


def _before(paragraphs: Sequence[_Paragraph], one: int, found: Mapping[int, list[int]]) -> list[int]:
    """Return the numbers of what stands before a paragraph that is all facts; what may be left out does not count.

    Before a list there is what leads to it: without that it is no list of ours. Before an item there may be another.
    """
    paragraph = paragraphs[one]
    if not paragraph.repeats:
        return next(([max(found[earlier])] for earlier in range(one - 1, -1, -1) if found.get(earlier)), [])
    numbers: list[int] = []
    for earlier in range(one - 1, -1, -1):
        numbers += found.get(earlier, [])
        if numbers or set(paragraphs[earlier].guards) <= set(paragraph.guards):
            break
    for later in range(one + 1, len(paragraphs) if numbers else 0):
        if not set(paragraph.guards) <= set(paragraphs[later].guards):
            break
        numbers += found.get(later, [])
    return sorted(numbers)


def _found(
    passage: str, known: KnownWords, found: Mapping[int, list[int]], texts: Sequence[Words]
) -> tuple[float, int]:
    """Return which share of a passage is there, and the first paragraph that is of it."""
    sizes: dict[_Place, float] = defaultdict(float)
    there: dict[_Place, float] = defaultdict(float)
    numbers: set[int] = set()
    for one, paragraph in enumerate(known.paragraphs):
        mine = found.get(one, [])
        for piece in paragraph.pieces:
            if passage in piece.places:
                place = piece.places[passage]
                having = [number for number in mine if _share(piece, texts[number])]
                share = max((_share(piece, texts[number]) for number in having), default=0.0)
                sizes[place] += len(piece.words)
                there[place] += share * len(piece.words)
                numbers |= set(having)
        if passage in paragraph.facts and not paragraph.pieces:
            sizes[paragraph.facts[passage]] += _RUN
            there[paragraph.facts[passage]] += _RUN * bool(mine)
            numbers |= set(mine)
    # Of each place of the passage what is always there counts; of one that says one thing or another, the best.
    always = {place.leading for place in sizes if not place.within}
    counted = [place for place in sizes if not place.within or place.leading not in always]
    share = max((there[place] / sizes[place] for place in counted), default=0.0)
    return (share, min(numbers)) if numbers else (0.0, 0)


def _share(piece: _Piece, words: Words) -> float:
    """Return which share of a piece's runs of words is in others."""
    return len(piece.runs & _runs(words, piece.size)) / len(piece.runs)


@functools.lru_cache(maxsize=4096)
def _runs(words: Words, size: int) -> frozenset[Words]:
    return frozenset(words[at : at + size] for at in range(len(words) - size + 1))


def _paragraphs(letter: Letter, occurrences: Sequence[Occurrence]) -> Iterator[_Paragraph]:
    """Yield the paragraphs of a template that have words or facts, in order."""
    current: _Paragraph | None = None
    in_tag = False
    seen = [one for one in occurrences if conditions_below(one, 0) is not None]
    for occurrence, following in zip(seen, [*seen[1:], None], strict=True):
        if occurrence.kind == "read" and not in_tag and not _is_loop(occurrence, following):
            current = current or _Paragraph(_conditions(occurrence))
            _add_fact(current, occurrence, letter)
        elif occurrence.kind == "text":
            text = f"<{occurrence.value}" if in_tag else occurrence.value
            in_tag = text.rfind("<") > text.rfind(">")
            first, *others = _BLOCK.split(text[: text.rfind("<")] if in_tag else text)
            current = _add_text(current, occurrence, first)
            for other in others:
                if current:
                    yield current
                current = _add_text(None, occurrence, other)
    if current:
        yield current


def _is_loop(occurrence: Occurrence, following: Occurrence | None) -> bool:
    """Whether a list is read here to be gone through or counted, which prints nothing."""
    depth = len(occurrence.guards)
    counted = following is not None and (following.kind, following.value) == ("filter", "length")
    return counted or (following is not None and following.guards[depth : depth + 1] == (IN_LOOP,))


def _add_text(paragraph: _Paragraph | None, occurrence: Occurrence, text: str) -> _Paragraph | None:
    """Return a paragraph with more fixed words; one begins where there was none and there are words."""
    words = words_of(plain(text))
    if words:
        paragraph = paragraph or _Paragraph(_conditions(occurrence))
        paragraph.pieces.append(_Piece(words, _conditions(occurrence), _places(occurrence)))
    return paragraph


def _add_fact(paragraph: _Paragraph, occurrence: Occurrence, letter: Letter) -> None:
    """Add a fact to a paragraph: the words of its options, each of which may be there, or any words."""
    paragraph.begins_with_fact = paragraph.begins_with_fact or not paragraph.pieces
    paragraph.has_facts = True
    paragraph.facts.update(_places(occurrence))
    for name, option in _options(letter, occurrence.value).items():
        if len(words := words_of(option)) >= _RUN:
            chosen = IsOneOf(occurrence.value, frozenset({name}))
            conditions = (*_conditions(occurrence), chosen)
            paragraph.pieces.append(_Piece(words, conditions, _places(occurrence, chosen)))


def _options(letter: Letter, path: str) -> Mapping[str, str]:
    """Return what the options of a field are in words, by name; none of any other fact."""
    where, _, name = path.partition(".")
    name, _, column = name.partition("[].")
    spec = letter.fields.get(name) if where == "fields" else None
    spec = spec.columns.get(column) if spec and column else spec
    return spec.options if spec else {}


def _conditions(occurrence: Occurrence) -> Conditions:
    """Return the conditions under which something stands in the letter."""
    return conditions_below(occurrence, 0) or ()


def _places(occurrence: Occurrence, *more: Condition) -> dict[str, _Place]:
    """Return the passages in which something stands, with its place in each; a loop says the same of each item."""
    places = {}
    for passage, depth in occurrence.within:
        within = (one for one in conditions_below(occurrence, depth) or () if one != IN_LOOP)
        places[passage] = _Place(occurrence.guards[:depth], (*within, *more))
    return places
