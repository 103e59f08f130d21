"""The plots of a benchmark, as inline SVG.

Every function raises `MissingExtra` where matplotlib is not installed and returns "" where there
is nothing to draw. The same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from detector.evaluation.svg_figure import ACCENT, INK, SOFT, sheet
from detector.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Share = float | None
"""A figure between 0 and 1; None where it could not be measured."""

DETECTOR = "detector"
LEAST_RATE = 1e-4  # a logarithmic axis has no 0: lower rates are drawn here
FREQUENT = 0.1  # a false-positive rate above which nobody would run a detector
LONGEST_NAME = 28
NARROW = 5.0  # inches of 72 units; shown about as wide as a phone

_OTHERS = ("#d55e00", "#009e73", "#cc79a7", "#9a7b00", "#56b4e9", "#8c6bb1", "#7f7f7f")
"""Colours that remain apart for colour-blind people (after Okabe and Ito 2008)."""

_HEAT = (
    (0x9A, 0x34, 0x00),
    (0xE0, 0x90, 0x5A),
    (0xF7, 0xEF, 0xE2),
    (0x7D, 0xB3, 0xDE),
    (0x0B, 0x4F, 0x8A),
)
"""From nothing found to everything found, at equal steps."""

_DASHES = ("-", "--", "-.", ":")


def det_curves(methods: Mapping[str, Any]) -> str:
    """Plot the DET curves of the detector and the baselines on logarithmic axes.

    Detection error tradeoff: Martin et al. 1997, "The DET curve in assessment of detection task
    performance"; here on logarithmic axes, as the low rates are what matters.
    """
    curves = {name: _points(methods[name].get("det")) for name in compared(methods)}
    curves = {name: points for name, points in curves.items() if points}
    if not curves:
        return ""
    with sheet("det", "Misses over false alarms of every method", NARROW, 4.4) as (axes, svg):
        for number, (name, points) in enumerate(curves.items()):
            across, up = zip(*points, strict=True)
            axes.plot(across, up, label=_short(name), **_stroke(name, number))
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(LEAST_RATE, 1)
        axes.set_ylim(_least_miss(curves.values()), 1.05)
        _percent(axes.xaxis, (1e-4, 1e-3, 1e-2, 1e-1, 1.0))
        _percent(axes.yaxis, (1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0))
        axes.set_xlabel("photos without a mark that raise an alarm")
        axes.set_ylabel("marks that are missed")
        axes.legend(loc="lower left", fontsize=9)
    return svg[0]


def reliability(calibration: Mapping[str, Any]) -> str:
    """Plot the reliability diagram: the share of right findings over their score."""
    bins = [(*pair, count) for row in calibration.get("bins") or () for *pair, count in (row,)]
    bins = [row for row in bins if None not in row and row[2]]
    if not bins:
        return ""
    title = "Share of right findings over their score"
    with sheet("reliability", title, NARROW, 4.4) as (axes, svg):
        scores, right, counts = zip(*bins, strict=True)
        most = max(counts)
        axes.plot((0, 1), (0, 1), color=SOFT, linewidth=1, linestyle="--")
        axes.plot(scores, right, color=ACCENT, linewidth=1.5)
        sizes = [20 + 180 * count / most for count in counts]
        axes.scatter(scores, right, s=sizes, color=ACCENT, zorder=3, clip_on=False)
        axes.text(0.03, 0.95, "more often right than said", color=SOFT, fontsize=9)
        axes.text(0.97, 0.03, "less often right than said", color=SOFT, fontsize=9, ha="right")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_aspect("equal")
        axes.set_xlabel("score of the finding")
        axes.set_ylabel("share that is right")
    return svg[0]


def distractor_curves(points: Sequence[Mapping[str, Any]]) -> str:
    """Plot recall and the alarms of each kind of negatives over the number of marks."""
    points = [point for point in points if point.get("marks")]
    if len(points) < 2:
        return ""
    marks = [point["marks"] for point in points]
    lines = {DETECTOR: [point["labelled"]["recall"]["review"][0] for point in points]}
    for kind in points[0]["kinds"]:
        lines[f"alarms: {kind}"] = [point["kinds"][kind]["review"][0] for point in points]
    title = "Recall and alarms over the number of marks"
    with sheet("distractors", title, NARROW, 4.0) as (axes, svg):
        for number, (name, shares) in enumerate(lines.items()):
            label = "recall" if name == DETECTOR else name
            known = [pair for pair in zip(marks, shares, strict=True) if pair[1] is not None]
            stroke = {**_stroke(name, number), "drawstyle": "default", "marker": "o"}
            if known:
                axes.plot([x for x, _ in known], [y for _, y in known], label=label, **stroke)
        axes.set_xscale("log")
        axes.set_ylim(-0.02, 1.02)
        axes.set_xticks(marks, [f"{count:,}" for count in marks])
        axes.minorticks_off()
        _percent(axes.yaxis, (0.0, 0.25, 0.5, 0.75, 1.0))
        axes.set_xlabel("marks in the index")
        axes.set_ylabel("at the threshold of review")
        axes.legend(loc="center right", fontsize=9)
    return svg[0]


def recall_bars(methods: Mapping[str, Any], rate: str = "0.01") -> str:
    """Plot every method's recall at a false-positive rate, with its 95 % interval."""
    rows = [(name, methods[name].get("recall", {}).get(rate)) for name in ordered(methods)]
    bars = [(name, row) for name, row in rows if row and row[0] is not None]
    if not bars:
        return ""
    title = "Recall of every method with its 95 % interval"
    with sheet("recall", title, NARROW, 0.8 + 0.24 * len(bars)) as (axes, svg):
        places = range(len(bars))
        values = [row[0] for _, row in bars]
        colours = [ACCENT if name == DETECTOR else SOFT for name, _ in bars]
        axes.barh(places, values, color=colours, height=0.62)
        for place, (_, (value, *ends)) in zip(places, bars, strict=True):
            if len(ends) == 2 and None not in ends:
                axes.plot(ends, (place, place), color=INK, linewidth=1.4, marker="|")
            beside = max([value, *(end for end in ends if end is not None)])
            axes.text(beside + 0.02, place, f"{100 * value:.0f} %", va="center", fontsize=9)
        axes.set_yticks(places, [_short(name) for name, _ in bars])
        axes.grid(visible=False, axis="y")
        axes.invert_yaxis()
        axes.set_xlim(0, 1.1)
        _percent(axes.xaxis, (0.0, 0.25, 0.5, 0.75, 1.0))
    return svg[0]


def robustness_map(sweep: Mapping[str, Any]) -> str:
    """Plot recall by attack and severity as a heat map: blue is found, orange is missed.

    A ring marks the severity that breaks detection. Attacks that cost most stand on top; a cell
    says the severity and the recall there.
    """
    attacks = sorted(sweep.get("attacks") or (), key=_mean_recall)
    widest = max((len(attack.get("rungs") or ()) for attack in attacks), default=0)
    if not widest:
        return ""
    size = 1.9 + 0.62 * widest, 0.5 + 0.4 * len(attacks)
    with sheet("ladder", "Recall by attack and severity", *size) as (axes, svg):
        for row, attack in enumerate(attacks):
            recalls, breaks = attack.get("recall") or (), attack.get("breaks")
            for column, severity in enumerate(attack.get("rungs") or ()):
                recall = recalls[column] if column < len(recalls) else None
                _cell(axes, (column, row), severity, recall, breaks=severity == breaks is not None)
        axes.set_yticks(range(len(attacks)), [_attack(attack) for attack in attacks])
        axes.set_xticks((0, max(widest - 1, 1)), ("mild", "severe"))
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set_xlim(-0.5, max(widest - 1, 1) + 0.5)
        axes.set_ylim(len(attacks) - 0.5, -0.5)
        axes.xaxis.tick_top()
    return svg[0]


def compared(methods: Iterable[str]) -> list[str]:
    """Return the detector first, then the baselines, without the ablation."""
    return [name for name in ordered(methods) if not is_ablation(name)]


def ordered(methods: Iterable[str]) -> list[str]:
    """Sort methods: the detector, the baselines, then the ablation; else as they come."""
    return sorted(methods, key=lambda name: (name != DETECTOR, is_ablation(name)))


def is_ablation(name: str) -> bool:
    """Return whether a method is the detector with channels removed."""
    return name.endswith(" alone") or name.startswith("without ")


def _points(det: Iterable[tuple[Share, Share]] | None) -> list[tuple[float, float]]:
    pairs = [(x, y) for x, y in det or () if x is not None and y is not None]
    return [(max(x, LEAST_RATE), max(y, LEAST_RATE)) for x, y in pairs]


def _least_miss(curves: Iterable[list[tuple[float, float]]]) -> float:
    """Where the axis of misses begins: where alarms are rare, as a curve always ends at none."""
    misses = [up for points in curves for across, up in points if across <= FREQUENT]
    return max(0.5 * min(misses, default=LEAST_RATE), LEAST_RATE)


def _stroke(name: str, number: int) -> dict[str, Any]:
    if name == DETECTOR:
        return {"color": ACCENT, "linewidth": 2.6, "drawstyle": "steps-post", "zorder": 3}
    colour = _OTHERS[number % len(_OTHERS)]
    dashes = _DASHES[number % len(_DASHES)]
    return {"color": colour, "linewidth": 1.4, "drawstyle": "steps-post", "linestyle": dashes}


def _cell(
    axes: Axes, place: tuple[int, int], severity: object, recall: Share, *, breaks: bool
) -> None:
    from matplotlib.patches import Rectangle

    column, row = place
    edge = SOFT if recall is None else "none"
    corner = column - 0.47, row - 0.45
    axes.add_patch(Rectangle(corner, 0.94, 0.9, facecolor=heat(recall), edgecolor=edge))
    if breaks:
        inner = column - 0.43, row - 0.41
        ring = Rectangle(inner, 0.86, 0.82, facecolor="none", edgecolor="#000000", linewidth=2.0)
        axes.add_patch(ring)
    label = "–" if recall is None else f"{100 * recall:.0f} %"
    text: dict[str, Any] = {"color": _ink(recall), "ha": "center", "va": "center"}
    axes.text(column, row - 0.17, label, fontsize=9, **text)
    axes.text(column, row + 0.22, _short(severity_words(severity), 9), fontsize=7, **text)


def heat(recall: Share) -> str:
    """Return the colour of a recall, from deep orange to deep blue; "none" for None."""
    if recall is None:
        return "none"
    return "#" + "".join(f"{round(value):02x}" for value in _mixed(recall))


def _mixed(recall: float) -> list[float]:
    level = min(max(recall, 0.0), 1.0) * (len(_HEAT) - 1)
    first = min(int(level), len(_HEAT) - 2)
    pair = zip(_HEAT[first], _HEAT[first + 1], strict=True)
    return [a + (b - a) * (level - first) for a, b in pair]


def _ink(recall: Share) -> str:
    """Black or white, whichever reads better on the colour of a recall."""
    if recall is None:
        return INK
    red, green, blue = ((value / 255) ** 2.2 for value in _mixed(recall))
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#ffffff"


def _mean_recall(attack: Mapping[str, Any]) -> float:
    known = [recall for recall in attack.get("recall") or () if recall is not None]
    return sum(known) / len(known) if known else 2.0


def _attack(attack: Mapping[str, Any]) -> str:
    unit = f" ({attack['unit']})" if attack.get("unit") else ""
    return _short(f"{attack.get('name', '')}{unit}")


def severity_words(severity: object) -> str:
    """Format a severity for people: 64 rather than 64.0."""
    if severity is None:
        return "–"
    return f"{severity:g}" if isinstance(severity, float) else str(severity)


def _short(name: str, most: int = LONGEST_NAME) -> str:
    """A name that a plot has room for; a leading underscore would hide it from the legend."""
    text = printable(name).lstrip("_") or "?"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _percent(axis: Any, ticks: tuple[float, ...]) -> None:
    low, high = sorted(axis.get_view_interval())
    seen = [tick for tick in ticks if low * 0.999 <= tick <= high]
    axis.set_ticks(seen, labels=[f"{100 * tick:g} %" for tick in seen])
    axis.set_ticks([], minor=True)
