"""A letter in the sender's own words: what of it may be said otherwise, and how that is put in the place of ours.

A sender may change, add and leave out paragraphs. What comes from the record stays (letterhead, address, date, title,
signature); so does every fact that a changed paragraph told. A passage that the law requires stays word for word,
unless somebody has approved its new words. Before the outcome no word takes guilt for granted (LX-4).

A change is kept by the words that it replaces, not by their place: if the letter reads otherwise by the time it is
issued, the change has nothing to stand on, and the letter is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from markupsafe import escape

from casework.correspondence.facts import Rewording
from casework.correspondence.language import Language, guilt_words, our_codes
from casework.rendering.markup import Element, read_markup

_BLOCKS: Final = ("p", "h1", "h2", "h3", "li", "th", "td")
_LISTS: Final = ("ul", "ol", "table")
_ALIKE: Final = 0.5
_NUMBER: Final = re.compile(r"\w*\d[\w.:/@-]*\w|\d")
_MARKS: Final = re.compile(r"<!--.*?-->")
_BOLD: Final = re.compile(r"<b>(.*?)</b>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or item of a letter.

    Args:
        text: its words on one line.
        nth: how many blocks before it have the same words.
        element: where it stands in the page.
        top: the part of the page in which it stands: itself, or the whole list or box.
        fixed: true if it comes from the record as a whole: letterhead, address, title, signature.
    """

    text: str
    nth: int
    element: Element
    top: Element
    fixed: bool

    @property
    def passages(self) -> list[str]:
        """The ids of the passages that it is a part of."""
        return sorted(self.element.passages)


def blocks_of(html: str) -> list[Block]:
    """Return the blocks of a composed letter that have words, in order."""
    body = read_markup(html).find("body")
    found: list[Block] = []
    seen: Counter[str] = Counter()
    fixed = True
    for top in body.elements if body else ():
        fixed = fixed or "close" in top.classes
        for element in _leaves(top):
            text = one_line(element.text())
            if text:
                found.append(Block(text, seen[text], element, top, fixed))
                seen[text] += 1
        fixed = fixed and top.tag != "h1"
    return found


def one_line(text: str) -> str:
    """Return words on one line with plain spaces, so that they can be compared."""
    return " ".join(text.replace("\u00a0", " ").split())


def changes(html: str, paragraphs: Sequence[str], language: Language) -> tuple[Rewording, ...]:
    """Return what paragraphs that came back say otherwise than a composed letter.

    A draft that went out on another day has other dates, all counted from the day of the letter: then the dates of the
    letter as it is today take the place of those in the draft, and are no change.

    Args:
        html: the letter as it is today.
        paragraphs: the paragraphs of the draft as it came back, in order; empty ones do not count.
        language: the language of the letter.
    """
    blocks = blocks_of(html)
    back = [text.strip() for text in paragraphs if text.strip()]
    if not _of_today(blocks, back, language):
        back = _dated_today(blocks, back, language)
    matcher = SequenceMatcher(
        None, [block.text for block in blocks], [one_line(text) for text in back], False
    )
    found: list[Rewording] = []
    for what, start, end, first, last in matcher.get_opcodes():
        if what != "equal":
            found += _group(blocks, start, blocks[start:end], back[first:last])
    return tuple(found)


def problems(
    html: str,
    reworded: Sequence[Rewording],
    data: Mapping[str, Any],
    language: Language,
    *,
    before_outcome: bool,
) -> list[str]:
    """Return why a letter cannot be said like this, each reason as a sentence; none if it can.

    Args:
        html: the composed letter.
        reworded: what is said otherwise.
        data: the facts of the letter, for the names in it.
        language: the language of the letter.
        before_outcome: true if nothing has been decided when it is sent.
    """
    places = _places(blocks_of(html))
    names = sorted(set(_names(data)), key=len, reverse=True)
    found = []
    for change in reworded:
        place = places.get((change.was or change.after, change.nth))
        if place is None:
            said = change.was or change.after
            gone = f"The letter does not say {_short(said)} any more."
            found.append(gone if said else "Nothing can be added before the letterhead.")
            continue
        found += _words_problems(change, language, before_outcome)
        found += _place_problems(change, place)
        lost = _lost(place.block.text, " ".join(change.now), names, language) if change.was else []
        if lost and not place.block.fixed:
            found.append(f"{_short(change.was)} has lost what the record says: {', '.join(lost)}.")
    return found


def approval_needed(html: str, change: Rewording) -> bool:
    """Say whether a change is made within a passage that has to be there word for word."""
    place = _places(blocks_of(html)).get((change.was or change.after, change.nth))
    return place is not None and bool(_passages(change, place))


@dataclass(frozen=True, slots=True)
class _Place:
    """A block, and the one that follows it."""

    block: Block
    following: Block | None


def _places(blocks: Sequence[Block]) -> dict[tuple[str, int], _Place]:
    pairs = zip(blocks, [*blocks[1:], None], strict=True)
    return {(block.text, block.nth): _Place(block, following) for block, following in pairs}


def _passages(change: Rewording, place: _Place) -> list[str]:
    """The passages that a change alters: those of a paragraph, or those on both sides of what is added."""
    if change.was:
        return place.block.passages
    around = place.block.element.passages & (place.following.element.passages if place.following else set())
    return sorted(around)


def _place_problems(change: Rewording, place: _Place) -> Iterator[str]:
    """Why nothing can be changed here, or not without an approval."""
    shown = _short(place.block.text)
    if change.was and place.block.fixed:
        yield f"{shown} comes from the record and cannot be changed here."
    elif place.block.fixed and place.block.element.tag != "h1":
        yield f"Nothing can be added after {shown}, which comes from the record."
    elif (passages := _passages(change, place)) and not change.approved:
        yield f"{shown} is part of a passage that has to be there word for word ({', '.join(passages)})."


def apply(html: str, reworded: Sequence[Rewording]) -> str:
    """Return a composed letter with the sender's own words in it; see that there are no `problems` first."""
    blocks = blocks_of(html)
    places = {(block.text, block.nth): position for position, block in enumerate(blocks)}
    edits: list[tuple[int, int, str]] = []
    for change in reworded:
        if change.was:
            edits += _replace(html, blocks[places[change.was, change.nth]], change.now)
        else:
            edits.append(_insert(blocks, places[change.after, change.nth], change.now))
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        html = html[:start] + text + html[end:]
    return html


def _of_today(blocks: Sequence[Block], back: Sequence[str], language: Language) -> bool:
    """Say whether the draft bears the date that the letter has: whether its fixed parts with dates are as they are."""
    dated = [block.text for block in blocks if block.fixed and language.date_pattern.search(block.text)]
    return set(dated) <= {one_line(text) for text in back}


def _dated_today(blocks: Sequence[Block], back: Sequence[str], language: Language) -> list[str]:
    """Paragraphs of an older draft with the dates of today's letter, where they are like one of its blocks."""
    pattern = language.date_pattern
    bare = [pattern.sub("", block.text) for block in blocks]
    found = []
    for text in back:
        without = pattern.sub("", one_line(text))
        position = bare.index(without) if without in bare else _most_like(without, bare)
        dates = pattern.findall(blocks[position].text) if position is not None else []
        same = len(dates) == len(pattern.findall(one_line(text)))
        found.append(_with_dates(one_line(text), dates, pattern) if dates and same else text)
    return found


def _with_dates(text: str, dates: Sequence[str], pattern: re.Pattern[str]) -> str:
    following = iter(dates)
    return pattern.sub(lambda _: next(following), text)


def _leaves(top: Element) -> Iterator[Element]:
    """The blocks of a part of the page that hold no other block."""
    for element in top.walk():
        if element.tag in _BLOCKS and not any(
            inner.tag in (*_BLOCKS, *_LISTS) for inner in element.walk() if inner is not element
        ):
            yield element


def _group(
    blocks: Sequence[Block], start: int, old: Sequence[Block], new: Sequence[str]
) -> Iterator[Rewording]:
    """The changes in one stretch where the two differ: paragraphs most like one another are one that was changed."""
    rest = list(new)
    after = blocks[start - 1] if start else None
    for block in old:
        position = 0 if len(old) == len(new) else _most_like(block.text, rest)
        if position is None:
            yield Rewording(was=block.text, nth=block.nth)
            continue
        if position:
            yield _added(after, rest[:position])
        yield Rewording(was=block.text, nth=block.nth, now=(rest[position],))
        rest = rest[position + 1 :]
        after = block
    if rest:
        yield _added(after, rest)


def _added(after: Block | None, new: Sequence[str]) -> Rewording:
    return Rewording(after=after.text if after else "", nth=after.nth if after else 0, now=tuple(new))


def _most_like(text: str, among: Sequence[str]) -> int | None:
    best, found = _ALIKE, None
    matcher = SequenceMatcher(None, b=text, autojunk=False)
    for position, other in enumerate(among):
        matcher.set_seq1(one_line(other))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
            best, found = matcher.ratio(), position
    return found


def _words_problems(change: Rewording, language: Language, before_outcome: bool) -> Iterator[str]:
    text = " ".join(change.now)
    for code in our_codes(text):
        yield f"“{code}” is a code of ours; say it in words that the reader knows."
    for word in guilt_words(text, language) if before_outcome else ():
        yield f"“{word}” takes guilt for granted, and nothing is decided yet."


def _lost(old: str, new: str, names: Sequence[str], language: Language) -> list[str]:
    """The facts of `old` that `new` does not tell: names, numbers, days and months."""
    plain, lost = one_line(new), []
    for name in names:
        if name in old:
            old = old.replace(name, " ")
            if name not in plain:
                lost.append(name)
    words = {*language.weekdays, *language.months}
    had, has = (
        Counter([*_NUMBER.findall(text), *(word for word in re.findall(r"\w+", text) if word in words)])
        for text in (old, plain)
    )
    return lost + list(had - has)


def _names(value: Any) -> Iterator[str]:
    """Every name in the facts."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "name" and isinstance(item, str) and item:
                yield one_line(item)
            else:
                yield from _names(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)


def _replace(html: str, block: Block, new: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The edits that put the first of `new` in a block's place, and the others after it; nothing leaves it out."""
    element = block.element
    if not new:
        start, end = _whole(block)
        yield start, end, "".join(_MARKS.findall(html[start:end]))
        return
    inner = html[element.inner : element.inner_end]
    opened = "".join(mark for mark in _MARKS.findall(inner) if not mark.startswith("<!--/"))
    closed = "".join(mark for mark in _MARKS.findall(inner) if mark.startswith("<!--/"))
    yield element.inner, element.inner_end, opened + _markup(new[0], _BOLD.findall(inner)) + closed
    if len(new) > 1:
        yield element.end, element.end, _elements(element.tag, new[1:])


def _whole(block: Block) -> tuple[int, int]:
    """Where a block that is left out begins and ends: with the list or item that would be empty without it."""
    chain = [element for element in block.top.walk() if element.start <= block.element.start < element.end]
    for element in chain:
        if list(_leaves(element)) == [block.element] and element.tag in (*_BLOCKS, *_LISTS):
            return element.start, element.end
    return block.element.start, block.element.end


def _insert(blocks: Sequence[Block], position: int, new: Sequence[str]) -> tuple[int, int, str]:
    """The edit that adds paragraphs after a block: within its list if that goes on, else after the whole of it."""
    before = blocks[position]
    following = blocks[position + 1] if position + 1 < len(blocks) else None
    if following is not None and following.top is before.top and before.element.tag in ("p", "li"):
        return before.element.end, before.element.end, _elements(before.element.tag, new)
    return before.top.end, before.top.end, _elements("p", new)


def _elements(tag: str, texts: Sequence[str]) -> str:
    plain = tag if tag in ("p", "li") else "p"
    return "".join(f"\n<{plain}>{_markup(text)}</{plain}>" for text in texts)


def _markup(text: str, bold: Sequence[str] = ()) -> str:
    """Words as markup: escaped, with line breaks; what was bold stays bold where it is still said, once."""
    made = "<br>".join(str(escape(line.strip())) for line in text.split("\n"))
    for words in dict.fromkeys(bold):
        plain = _MARKS.sub("", words)
        if plain and made.count(plain) == 1:
            made = made.replace(plain, f"<b>{plain}</b>")
    return made


def _short(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:57] + '...'}”"
