"""A sheet to draw a plot on, which becomes SVG that stands in a page.

Drawn by matplotlib without pyplot, then made fit for a page whose content security policy allows
no inline style: styles become attributes, ids are the plot's own, and whatever names a network
address is left out. Text stays text, in the page's own font.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from detector.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, ACCENT = "#1c1b19", "#67635c", "#e3dfd8", "#24527a"
_THEME = {
    INK: f"var(--ink, {INK})",
    SOFT: f"var(--soft, {SOFT})",
    LINE: f"var(--line, {LINE})",
    ACCENT: f"var(--accent, {ACCENT})",
}
"""Colours that follow the page into the dark."""

_RULES: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10.0,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
}


@contextmanager
def sheet(name: str, title: str, width: float, height: float) -> Iterator[tuple[Axes, list[str]]]:
    """Open axes of `width` x `height` inches; the list holds the SVG on exit."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "benchmark") from error
    svg: list[str] = []
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the page's own font may have it
        matplotlib.rcdefaults()  # whatever the user's own file says
        matplotlib.rcParams.update(_RULES | {"svg.hashsalt": name})
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure.subplots(), svg
        svg.append(_inline(figure, name, title))


def _inline(figure: Figure, name: str, title: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = dict(_attributes(element.attrib, name))
    labels = {"class": f"plot {name}", "role": "img", "aria-label": title}
    ends = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    root.attrib = {"viewBox": root.attrib["viewBox"], **labels, **ends}
    return ElementTree.tostring(root, encoding="unicode")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attributes(given: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    """Attributes without namespace, styles among them; ids are made the plot's own."""
    for key, value in given.items():
        if key == "style":
            for rule in filter(None, (part.strip() for part in value.split(";"))):
                style, _, setting = rule.partition(":")
                if style != "font-family":  # that of the page
                    yield style.strip(), _own(_THEME.get(setting.strip(), setting.strip()), name)
        else:
            own = f"{name}-{value}" if key == "id" else _own(value, name)
            yield _local(key), own


def _own(value: str, name: str) -> str:
    return re.sub(r"^(url\()?#(?![0-9a-f]{6}$)", rf"\g<1>#{name}-", value)
