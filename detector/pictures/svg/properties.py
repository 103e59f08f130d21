"""The properties of SVG elements, and their values as the renderer reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from xml.etree.ElementTree import Element

from tinycss2.ast import Node

from detector.pictures.svg import transforms, values
from detector.pictures.svg.cascade import Declaration, has_variable
from detector.pictures.svg.document import Refused, local_name, urls
from detector.pictures.svg.values import Tokens

GEOMETRY = ("x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "d")
"""Properties that the renderer reads as attributes alone."""

MOVES = ("transform", "translate", "rotate", "scale", "transform-origin", "transform-box")
"""Properties of which a matrix is made."""

_COLOURS = ("fill", "stroke", "color", "stop-color", "flood-color", "lighting-color")
_SHARES = ("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity")
_LENGTHS = (*GEOMETRY[:-1], "stroke-width", "stroke-dashoffset", "stroke-dasharray")
_REFERENCES = ("clip-path", "mask", "marker", "marker-start", "marker-mid", "marker-end")
_WORDS = (
    *("clip-rule", "color-interpolation-filters", "display", "fill-rule", "image-rendering"),
    *("isolation", "mask-type", "mix-blend-mode", "overflow", "paint-order", "shape-rendering"),
    *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "visibility"),
)
# Properties that change a drawing and that the renderer does not know.
_UNKNOWN = (
    *("-webkit-clip-path", "-webkit-mask", "-webkit-mask-image", "mask-image", "offset-path"),
    *("perspective", "zoom"),
)
_LOOKED_AT = ("animation", "animation-name", "animation-fill-mode", "vector-effect")
_ROOT_ALONE = ("background", "background-color")
KNOWN = frozenset(
    (
        *(*GEOMETRY, *MOVES, *_COLOURS, *_SHARES, *_LENGTHS, *_REFERENCES, *_WORDS, *_UNKNOWN),
        *(*_LOOKED_AT, *_ROOT_ALONE, "filter", "all"),
    )
)
_INITIAL = {
    "fill": "black",
    "stroke": "none",
    "color": "black",
    "clip-rule": "nonzero",
    "fill-rule": "nonzero",
    "visibility": "visible",
    "paint-order": "normal",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-miterlimit": "4",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    **dict.fromkeys(("fill-opacity", "stroke-opacity", "stroke-width"), "1"),
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), "none"),
}
"""Initial values of the properties that are inherited."""

_RESETS = ("initial", "unset", "revert", "revert-layer")
_FLATTEN = "Flatten the effect in the program that made it, or give a PNG."
_GEOMETRY_OF = {
    "x": ("rect", "use", "image", "svg", "foreignObject", "symbol", "mask", "filter", "pattern"),
    "cx": ("circle", "ellipse"),
    "r": ("circle",),
    "rx": ("rect", "ellipse"),
    "width": ("rect", "use", "image", "svg", "foreignObject", "symbol"),
    "d": ("path",),
}


def holding(element: Element, declared: list[Declaration]) -> dict[str, Tokens]:
    """The value that holds for each property: the last one that a browser accepts.

    Attributes count where the renderer may read their value otherwise than a browser.
    """
    style: dict[str, Tokens] = {
        name: values.tokens_of(text)
        for name, text in element.attrib.items()
        if name in KNOWN and name not in ("transform", "display") and _needs_reading(text)
    }
    for one in declared:
        if one.name in KNOWN and _accepts(one.name, one.value):
            style.pop(one.name, None)
            style[one.name] = one.value
    return style


def plain_value(
    element: Element, name: str, value: Tokens, filters: Collection[str | None]
) -> str | None:
    """A value as the renderer reads it, None where the property need not be written.

    Raises `Refused` where there is no such value.
    """
    word = values.keyword(value[0]) if len(value) == 1 else ""
    _refuse_other_files(element, name, value)
    if word in _RESETS:
        return _reset(element, name, word)
    if name in _UNKNOWN and word not in ("none", "normal", "auto"):
        raise _refused(element, name, value)
    if name in GEOMETRY:
        return _geometry(element, name, value)
    if name == "filter":
        return _filter(value, filters)
    reader = _READERS.get(name)
    return _checked(element, name, value, reader(value)) if reader else None


def _needs_reading(text: str) -> bool:
    """Whether an attribute has a function, or a unit that the renderer does not read."""
    if "(" in text or "non-scaling" in text:
        return True
    if not text[:1].isdigit() and text[:1] not in ("-", ".", "+"):
        return False
    return text.rstrip()[-1:].isalpha() and values.length(values.tokens_of(text)) != text.strip()


def _accepts(name: str, value: Tokens) -> bool:
    """Whether a browser accepts a value; else the one before it holds."""
    if not value:
        return False
    word = values.keyword(value[0]) if len(value) == 1 else ""
    if has_variable(value) or word in (*_RESETS, "inherit"):
        return True
    if name in _COLOURS:
        return values.paint(value) is not None or values.is_colour_function(value)
    if name in _SHARES:
        return values.number(value) is not None or value[0].type == "function"
    return name not in MOVES or transforms.has_units(value)


def _reset(element: Element, name: str, word: str) -> str | None:
    """The value after `initial` or `unset`; an attribute does not hold then."""
    element.attrib.pop(name, None)
    if name not in _INITIAL:
        return None
    return _INITIAL[name] if word == "initial" else "inherit"


def _geometry(element: Element, name: str, value: Tokens) -> str | None:
    """A property of geometry as an attribute; None where the element has no such property."""
    key = {"y": "x", "cy": "cx", "ry": "rx", "height": "width"}.get(name, name)
    if local_name(element) not in _GEOMETRY_OF[key] or values.keyword(value[0]) == "auto":
        return None
    if local_name(element) == "svg" and values.length(value) is None:
        return None  # the side then follows from the viewBox
    if name != "d":
        return _checked(element, name, value, values.length(value))
    return _path(element, value)


def _path(element: Element, value: Tokens) -> str | None:
    """The path that `d: path("...")` holds. An attribute is a path already."""
    token = value[0]
    if token.type == "function" and token.lower_name == "path":
        return next((one.value for one in token.arguments if one.type == "string"), None)
    if values.keyword(token) == "none":
        return ""
    return element.get("d")


def _share(value: Tokens) -> str | None:
    """An opacity, or a word such as `inherit`."""
    return values.keyword(value[0]) or values.number(value)


def _reference(value: Tokens) -> str | None:
    """A word or one reference, as of a mask; not a shape."""
    text = values.text_of(value)
    return text if len(value) == 1 and (values.keyword(value[0]) or urls(text)) else None


_READERS: dict[str, Callable[[Tokens], str | None]] = {
    **dict.fromkeys(_COLOURS, values.paint),
    **dict.fromkeys(_SHARES, _share),
    **dict.fromkeys(_LENGTHS, values.length),
    **dict.fromkeys(_REFERENCES, _reference),
    **dict.fromkeys(_WORDS, values.text_of),
}


def _filter(value: Tokens, filters: Collection[str | None]) -> str:
    """A list of filters; none of it counts where one is missing, as in a browser."""
    if any(target[1:] not in filters for target in urls(values.text_of(value))):
        return "none"
    return values.text_of([_with_plain_colours(token) for token in value])


def _with_plain_colours(token: Node) -> Node:
    """A filter function whose colours the renderer reads."""
    if token.type != "function":
        return token
    words = [values.text_of([one]) for one in values.words_of(token.arguments)]
    inner = " ".join(values.colour(word) or word for word in words)
    return values.tokens_of(f"{token.name}({inner})")[0]


def _checked(element: Element, name: str, value: Tokens, text: str | None) -> str:
    if text is None:
        raise _refused(element, name, value)
    return text


def _refused(element: Element, name: str, value: Tokens) -> Refused:
    words = f"has {name}: {values.text_of(value)[:60]!r}, which is not drawn as in a browser"
    return Refused(element, words, _FLATTEN)


def _refuse_other_files(element: Element, name: str, value: Tokens) -> None:
    for target in urls(values.text_of(value)):
        if not target.startswith("#"):
            raise Refused(element, f"refers to {target[:80]!r} in {name}")
