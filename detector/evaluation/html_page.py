"""The page of a benchmark: every figure of a result, its plots, and the gallery of mistakes.

One self-contained file in the look of the report and under the same rules: names from strangers
are escaped and made printable, and the content security policy lets only this page's own style
in. It has no script at all.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from detector.evaluation import plots
from detector.evaluation.mistakes import Mistake
from detector.records import Evidence
from detector.report.measure_words import MEASURE_WORDS
from detector.report.tables import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PAGE = "benchmark.html"
UNKNOWN = "cannot be measured"
MOST_NAMED = 200
"""Unusable lines, failed photos and further mistakes that are listed. Bounds the page."""


def write_page(result: dict[str, Any], exhibits: Iterable[Mistake], folder: Path) -> Path:
    """Write `benchmark.html` into a folder, made if need be, and return its path.

    `result` is what the JSON of a benchmark holds; a figure that is null or absent is said to be
    one that cannot be measured. The same input gives the same bytes, and the page is replaced in
    one step. Raises `MissingExtra` without matplotlib and `OSError` when the folder cannot be
    written.
    """
    shown = list(exhibits)
    chunks = (
        _environment()
        .get_template("benchmark.html.j2")
        .generate(
            result=result,
            plots=_drawn(result),
            methods=plots.ordered(result.get("methods") or {}),
            gallery=(
                ("misses", [mistake for mistake in shown if mistake.fault == "miss"]),
                ("alarms", [mistake for mistake in shown if mistake.fault == "alarm"]),
            ),
            **_style(),
        )
    )
    folder.mkdir(parents=True, exist_ok=True)
    return _replace(folder / PAGE, chunks)


def _drawn(result: dict[str, Any]) -> dict[str, Markup]:
    """Our own plots as trusted markup; their words were escaped when they were written."""
    from markupsafe import Markup

    methods = result.get("methods") or {}
    drawings = {
        "recall": plots.recall_bars(methods),
        "det": plots.det_curves(methods),
        "reliability": plots.reliability(result.get("calibration") or {}),
        "distractors": plots.distractor_curves((result.get("curve") or {}).get("points") or ()),
        "ladder": plots.robustness_map(result.get("ladder") or {}),
    }
    return {name: Markup(svg) for name, svg in drawings.items()}


def _share(value: object) -> str:
    """0.125 as 12.5 %."""
    return f"{100 * value:.1f} %" if _is_number(value) else UNKNOWN


def _span(figure: object) -> str:
    """The 95 % interval of a figure [value, low, high]; empty where there is none."""
    match figure:
        case [_, int() | float() as low, int() | float() as high]:
            return f"{100 * low:.1f}–{100 * high:.1f} %"
        case _:
            return ""


def _first(figure: object) -> Any:
    """The value of a figure [value, low, high]."""
    return figure[0] if isinstance(figure, list | tuple) and figure else None


def _plain(value: object, digits: int = 2) -> str:
    return f"{value:.{digits}f}" if _is_number(value) else UNKNOWN


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and bool(np.isfinite(value))


def _measured(piece: Evidence) -> str:
    """All measures of a piece of evidence in a line."""
    parts = (f"{name} {value:.2f}".removesuffix(".00") for name, value in piece.measures.items())
    return ", ".join(parts).replace("-", "\N{MINUS SIGN}")


def _points(quad: NDArray[np.floating]) -> str:
    """An outline (4, 2) as the points of an SVG polygon; what is not finite becomes 0."""
    rows = np.nan_to_num(np.asarray(quad, np.float64), posinf=0.0, neginf=0.0)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in rows)


def _environment() -> Environment:
    from jinja2 import ChainableUndefined, Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("detector.evaluation"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    environment.filters.update(share=_share, span=_span, value=_first, plain=_plain)
    environment.filters.update(measured=_measured, points=_points, severity=plots.severity_words)
    environment.globals.update(measure_words=MEASURE_WORDS, most_named=MOST_NAMED)
    environment.tests["ablation"] = plots.is_ablation
    return environment


def _printed(value: Any) -> Any:
    """Says of what is not there that it is not, and makes text that is not ours printable."""
    from jinja2 import Undefined

    if value is None or isinstance(value, Undefined):
        return UNKNOWN
    return printable(value) if type(value) is str else value


def _style() -> dict[str, object]:
    """The report's style and what this page adds, and its hash for the content security policy."""
    from markupsafe import Markup

    sheets = (("detector.report", "report.css"), ("detector.evaluation", "benchmark.css"))
    text = "\n".join(
        files(package).joinpath("templates", name).read_text("utf-8") for package, name in sheets
    )
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return {"css": Markup(text), "css_hash": f"sha256-{digest}"}


def _replace(path: Path, chunks: Iterator[str]) -> Path:
    """Writes beside the path and renames, so that a failure leaves the old page as it was."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as page:
            page.writelines(chunks)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
