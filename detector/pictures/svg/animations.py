"""Animations: the drawing as it stands is kept, unless a browser ends with another one.

A mark that fades in stands there with an opacity of 0, and would be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from detector.pictures.svg import transforms, values
from detector.pictures.svg.cascade import Declaration
from detector.pictures.svg.document import Refused, href, local_name, parents_of
from detector.pictures.svg.values import Tokens

_REMEDY = "Save the drawing without its animation, as it looks at the end."
_ELEMENTS = ("animate", "set", "animateTransform", "animateMotion", "animateColor")
_STARTED = re.compile(r"^[\s+\-\d.:hmins;]*$")  # a time, not an event
_INITIAL = {
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "visibility": "visible",
    "display": "inline",
    "stroke-dashoffset": "0",
    "stroke-dasharray": "none",
    "transform": "none",
}
_UNDRAWN = ("0", "0%", "hidden", "collapse")
_VISIBLE = frozenset(
    ("opacity", "fill-opacity", "stroke-opacity", "visibility", "r", "rx", "ry", "width", "height")
)

ValueOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Animation:
    """An animation of one property; `end` is the value that stays, None where none does."""

    name: str
    end: str | None


def of_elements(root: Element) -> dict[Element, list[Animation]]:
    """The animations that elements of a document describe, by their target."""
    parents = parents_of(root)
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    found = dict[Element, list[Animation]]()
    for element in root.iter():
        if local_name(element) in _ELEMENTS and _STARTED.match(element.get("begin", "0")):
            target = ids.get(href(element)[1:]) if href(element) else parents.get(element)
            if target is not None:
                found.setdefault(target, []).append(_animation(element))
    return found


def of_style(
    style: Mapping[str, Tokens], keyframes: Mapping[str, list[tuple[str, list[Declaration]]]]
) -> Iterator[Animation]:
    """Yield the animations that the style of an element names."""
    tokens = [
        *style.get("animation", ()),
        *style.get("animation-name", ()),
        *style.get("animation-fill-mode", ()),
    ]
    words = [word.value for word in values.words_of(tokens) if word.type in ("ident", "string")]
    stays = "forwards" in words or "both" in words
    for word in dict.fromkeys(words):
        frames = keyframes.get(word, [])
        last = {
            declaration.name: values.text_of(declaration.value)
            for offset, declarations in frames
            if offset.split(",")[-1].strip() in ("to", "100%")
            for declaration in declarations
        }
        names = {declaration.name for _, declarations in frames for declaration in declarations}
        yield from (Animation(name, last.get(name) if stays else None) for name in sorted(names))


def refuse_other_end(element: Element, found: list[Animation], value_of: ValueOf) -> None:
    """Raise `Refused` where an element ends otherwise than it stands, or stands undrawn."""
    for animation in found:
        stands = value_of(animation.name) or _INITIAL.get(animation.name)
        if stands is None:
            continue
        hidden = animation.name in _VISIBLE and stands.strip() in _UNDRAWN
        hidden = hidden or (animation.name, stands.strip()) == ("display", "none")
        if hidden or (animation.end is not None and not _is_same(stands, animation.end)):
            raise Refused(element, f"has an animation of {animation.name!r}", _REMEDY)


def _animation(element: Element) -> Animation:
    """The animation that an element describes."""
    name = local_name(element)
    if name == "animateMotion":
        return Animation("transform", "moved" if element.get("fill") == "freeze" else None)
    attribute = element.get("attributeName", "")
    end = element.get("to") or (element.get("values") or "").rstrip("; ").split(";")[-1].strip()
    lasts = name == "set" and element.get("dur", "indefinite") == "indefinite"
    if not end or not (lasts or element.get("fill") == "freeze"):
        return Animation(attribute, None)
    if name == "animateTransform":
        return Animation("transform", f"{element.get('type', 'translate')}({end})")
    return Animation(attribute, end)


def _is_same(first: str, second: str) -> bool:
    """Whether two values draw the same: numbers, colours, transforms, else words."""
    one, other = values.tokens_of(first), values.tokens_of(second)
    number, other_number = values.pixels(one), values.pixels(other)
    if number is not None and other_number is not None:
        return bool(np.isclose(number, other_number))
    moves = [transforms.transform(tokens, None, attribute=True) for tokens in (one, other)]
    if moves[0] is not None and moves[1] is not None:
        return bool(np.allclose(moves[0], moves[1], atol=1e-6))
    colours = values.paint(one), values.paint(other)
    if None not in colours:
        return colours[0] == colours[1]
    return first.split() == second.split()
