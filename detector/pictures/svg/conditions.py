"""What of a document is drawn at all: conditions on elements, and content that is only defined."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from detector.pictures.svg.document import (
    Refused,
    ancestors,
    href,
    local_name,
    parents_of,
    urls,
)

_CONVERT_TEXT = (
    "Fonts differ between machines: convert text to outlines "
    '(in Inkscape: "Path", "Object to path") and save again.'
)
_EXTRACT_PICTURE = "Save the picture inside it as PNG and give that as the view."
_FLATTEN = "Flatten it in the program that made it, or give a PNG."
_REFUSED = {
    "text": ("contains text", _CONVERT_TEXT),
    "flowRoot": ("contains text", _CONVERT_TEXT),
    "foreignObject": ("is a foreign object, which is not drawn", _FLATTEN),
    "image": ("is an embedded or linked picture", _EXTRACT_PICTURE),
    "feImage": ("is an embedded or linked picture", _EXTRACT_PICTURE),
}
_EXTENSIONS = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML")
_CONDITIONS = ("systemLanguage", "requiredExtensions", "requiredFeatures")
_LANGUAGES = ("en", "en-us")
_DEFINING = frozenset(
    (
        *("defs", "symbol", "clipPath", "mask", "pattern", "marker", "filter", "metadata", "title"),
        *("desc", "linearGradient", "radialGradient", "script", "style"),
    )
)


def drop_unmet_conditions(root: Element) -> None:
    """Take out elements whose language or extension no browser has, and all but one of a switch.

    The renderer takes the last branch of a switch by language, whatever it asks for.
    """
    for element in list(root.iter()):
        met = [child for child in element if _is_met(child)]
        if local_name(element) == "switch":
            element.tag = element.tag.removesuffix("switch") + "g"
            met = met[:1]
        for child in list(element):
            if child not in met:
                element.remove(child)
        for child in met:
            for name in _CONDITIONS:
                child.attrib.pop(name, None)


def drop_undrawn(root: Element) -> None:
    """Take out text, pictures and foreign objects that are never drawn.

    Raises `Refused` for those that are.
    """
    parents, referenced = parents_of(root), _referenced(root)
    for element in list(root.iter()):
        name = local_name(element)
        if name not in _REFUSED:
            continue
        if _is_empty(element) or not _is_drawn(element, parents, referenced):
            parents[element].remove(element)
        else:
            raise Refused(element, *_REFUSED[name])


def _is_met(element: Element) -> bool:
    """Whether a browser in English draws an element, by its conditional attributes."""
    languages, extensions = element.get("systemLanguage"), element.get("requiredExtensions")
    if extensions is not None:
        names = extensions.split()
        if not names or not set(names) <= set(_EXTENSIONS):
            return False
    if languages is None:
        return True
    return any(one.strip().lower() in _LANGUAGES for one in languages.split(","))


def _is_empty(element: Element) -> bool:
    """Whether nothing is in an element that could be drawn."""
    name = local_name(element)
    if name in ("text", "flowRoot"):
        return not "".join(element.itertext()).strip()
    if name == "foreignObject":
        sides = [(element.get(side) or "0").strip() for side in ("width", "height")]
        return "0" in sides or (not len(element) and not (element.text or "").strip())
    return name == "image" and not href(element)


def _is_drawn(element: Element, parents: dict[Element, Element], referenced: set[str]) -> bool:
    """Whether an element is neither hidden nor only defined and never referred to."""
    defined = False
    for one in ancestors(element, parents):
        if one.get("display", "").strip() == "none" or "}" in local_name(one):
            return False
        if one.get("id") in referenced:
            return True
        defined = defined or local_name(one) in _DEFINING
    return not defined


def _referenced(root: Element) -> set[str]:
    """The ids that any element refers to, by `href` or `url(#...)` in an attribute."""
    targets = {href(element) for element in root.iter()}
    for element in root.iter():
        for value in element.attrib.values():
            targets.update(urls(value) if "url(" in value else ())
    return {target[1:] for target in targets if target.startswith("#")}
