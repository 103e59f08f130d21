"""Rewrites an SVG so that the renderer draws it as a browser does, or refuses it.

Style sheets, custom properties, colours beyond sRGB, units and transforms of CSS become what the
renderer reads. What has no such form raises an error that names element and property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from detector.pictures.svg import animations
from detector.pictures.svg.canvas import Canvas, canvas_of, paint_background
from detector.pictures.svg.cascade import Declaration, StyleSheets, substituted, variables_of
from detector.pictures.svg.conditions import drop_undrawn, drop_unmet_conditions
from detector.pictures.svg.document import Refused, href, local_name
from detector.pictures.svg.moves import moved
from detector.pictures.svg.properties import GEOMETRY, holding, plain_value
from detector.pictures.svg.strokes import Stroke, thinned
from detector.pictures.svg.transforms import Matrix
from detector.pictures.svg.values import Tokens, text_of, tokens_of

_ELSEWHERE = frozenset(
    (
        *("clipPath", "defs", "filter", "linearGradient", "marker", "mask", "pattern"),
        *("radialGradient", "svg", "symbol"),
    )
)


@dataclass(frozen=True, slots=True)
class Around:
    """What an element has from those around it.

    `custom` are custom properties, `stroke` is the stroke that is inherited. `to_canvas` takes
    coordinates to pixels of the canvas, None where the element is drawn in another place.
    """

    custom: Mapping[str, Tokens] = field(default_factory=dict)
    stroke: Stroke = field(default_factory=Stroke)
    to_canvas: Matrix | None = None


def rewrite(root: Element) -> Canvas | None:
    """Rewrite a document in place; return its canvas, None where it has no size.

    Raises `MarkError` for what cannot be drawn as a browser draws it.
    """
    drop_unmet_conditions(root)
    document = _Document(root)
    pending = [(root, Around())]
    while pending:
        element, around = pending.pop()
        if isinstance(element.tag, str) and "}" not in local_name(element):
            inside = document.rewrite_element(element, around)
            pending += [(child, inside) for child in element]
    drop_undrawn(root)
    paint_background(root, document.background, document.canvas)
    for element in root.iter():
        if local_name(element) == "style":
            element.clear()
    return document.canvas


class _Document:
    """A document while it is rewritten: its style sheets, and who refers to what."""

    def __init__(self, root: Element) -> None:
        sheets = StyleSheets.of(root)
        self._declared = sheets.declared_in(root)
        self._root, self._keyframes = root, sheets.keyframes
        self._animated = animations.of_elements(root)
        self._used = self._used_subtrees(sheets)
        self._set_below = {
            declaration.name
            for element, declared in self._declared.items()
            if element is not root
            for declaration in declared
            if declaration.name.startswith("--")
        }
        self._filters = {one.get("id") for one in root.iter() if local_name(one) == "filter"}
        self.canvas: Canvas | None = None
        self.background: Tokens = ()

    def rewrite_element(self, element: Element, around: Around) -> Around:
        """Rewrite one element in place; return what those in it have from it."""
        _refuse_other_files(element)
        declared = self._declared[element]
        custom = _custom(declared, around.custom)
        style = {
            name: self._substituted(element, value, custom)
            for name, value in holding(element, declared).items()
        }
        if element is self._root:  # whose size is that of its attributes
            style = {name: value for name, value in style.items() if name not in GEOMETRY}
        written = self._write(element, style)
        if element is self._root:
            self.canvas = canvas_of(element)
            self.background = style.get("background-color") or style.get("background") or ()
        matrix = moved(element, style, self.canvas, is_root=element is self._root)
        stroke = around.stroke.inside(element, written)
        to_canvas = self._placed(element, around.to_canvas, matrix)
        thinned(element, stroke, _vector_effect(style), to_canvas)
        self._refuse_animated(element, style, written)
        return Around(custom, stroke, to_canvas)

    def _used_subtrees(self, sheets: StyleSheets) -> set[Element]:
        """All elements that a `<use>` repeats.

        Raises `Refused` where rules match one that do not match its repetition: that stands in a
        tree of its own, where selectors do not see what is around the original.
        """
        used = set[Element]()
        for target in _targets_of_uses(self._root):
            around = Element("use")
            around.append(target)
            for element, declared in sheets.declared_in(around).items():
                if element is not around and _texts(declared) != _texts(self._declared[element]):
                    raise Refused(element, "is matched by other rules where it is used")
            used.update(target.iter())
        return used

    def _substituted(self, element: Element, value: Tokens, custom: Mapping[str, Tokens]) -> Tokens:
        """A value with its custom properties; `unset` where that is not possible."""
        if element in self._used and self._set_below.intersection(variables_of(value)):
            raise Refused(element, f"is used with several values of {text_of(value)[:60]!r}")
        found = substituted(value, custom)
        return tokens_of("unset") if found is None else found

    def _write(self, element: Element, style: Mapping[str, Tokens]) -> dict[str, str]:
        """Write a style into attributes that the renderer reads; return them as text."""
        written = dict[str, str]()
        for name, value in style.items():
            text = plain_value(element, name, value, self._filters)
            if text is None:
                continue
            if name in GEOMETRY or name == "display":
                element.set(name, text)
            written[name] = text
        element.attrib.pop("style", None)
        if written:
            rules = (f"{name}:{text}" for name, text in written.items() if name not in GEOMETRY)
            element.set("style", ";".join(rules))
        return written

    def _placed(
        self, element: Element, around: Matrix | None, matrix: Matrix | None
    ) -> Matrix | None:
        """The matrix from an element's coordinates to the canvas."""
        if element is self._root:
            return self.canvas.to_pixels if self.canvas else None
        unknown = element in self._used or local_name(element) in _ELSEWHERE
        return None if unknown or around is None or matrix is None else around @ matrix

    def _refuse_animated(
        self, element: Element, style: Mapping[str, Tokens], written: Mapping[str, str]
    ) -> None:
        found = [*self._animated.get(element, ()), *animations.of_style(style, self._keyframes)]
        if found:
            animations.refuse_other_end(
                element, found, lambda name: written.get(name) or element.get(name)
            )


def _custom(declared: list[Declaration], around: Mapping[str, Tokens]) -> Mapping[str, Tokens]:
    """The custom properties of an element: its own before those around it."""
    own = {one.name: one.value for one in declared if one.name.startswith("--")}
    return {**around, **own} if own else around


def _vector_effect(style: Mapping[str, Tokens]) -> str:
    return text_of(style["vector-effect"]) if "vector-effect" in style else ""


def _texts(declared: list[Declaration]) -> list[tuple[str, str]]:
    return [(one.name, text_of(one.value)) for one in declared]


def _targets_of_uses(root: Element) -> list[Element]:
    """The elements that a `<use>` repeats."""
    ids = {href(one)[1:] for one in root.iter() if local_name(one) == "use"}
    return [element for element in root.iter() if element.get("id") in ids]


def _refuse_other_files(element: Element) -> None:
    """Refuse an element that refers to another file; links and pictures are looked at apart."""
    target = href(element) or "#"
    if not target.startswith("#") and local_name(element) not in ("a", "image", "feImage"):
        raise Refused(element, f"refers to {target[:80]!r}")
