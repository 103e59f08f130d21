"""The figures of a benchmark on stdout: a table of methods, and one of robustness by attack."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from detector.cli.printing import show
from detector.report.tables import printable
from detector.report.wording import frequent_alarm_words
from detector.serialise.alarms import FrequentAlarm

MOST_DOUBTFUL = 5  # photos of each kind that are named


def summarise(result: dict[str, Any]) -> None:
    """Print a summary of a result of `detector benchmark`."""
    if "dataset" in result:
        _print_photos(result)
        _print_curve(result["curve"])
    if result["ladder"]:
        show(_robustness_table(result["ladder"]))


def _print_photos(result: dict[str, Any]) -> None:
    data, examined = result["dataset"], result["dataset"]["examined"]
    click.echo(
        f"{data['name']}: examined {examined['marked']} of {data['marked']} labelled photos and "
        f"{examined['clean']} of {data['clean']} clean photos, against {len(data['marks'])} marks; "
        f"{len(data['failed'])} photos not fully read"
    )
    if not examined["clean"]:
        click.echo(
            "No clean photo was examined: false alarms and recall at a rate of them are not known."
        )
    show(_method_table(result["methods"], examined["clean"]))
    click.echo(f"Calibration error of the detector: {_number(result['calibration']['ece'])}")
    _print_advice(result["advice"])
    _print_doubtful(result["curve"])


def _print_advice(advice: dict[str, Any]) -> None:
    if advice.get("refused"):
        click.echo(f"No thresholds are advised: {advice['refused']}")
        return
    spans = [
        f"{advice[f'{name}_photos']:.0f} [{low:.0f}, {high:.0f}]"
        for name in ("review", "block")
        for low, high in [advice[f"{name}_interval"]]
    ]
    learned = "" if advice["block_learned"] else " (built in: too few clean photos to learn it)"
    click.echo(
        f"Advice from {advice['clean']} clean photos: review from {advice['review']:.4f}, block "
        f"from {advice['block']:.4f}{learned}: of {advice['photos_a_day']} clean photos a day "
        f"{spans[0]} wait for a person, {spans[1]} of them blocked; they find "
        f"{_interval(advice['found']['review'])} and {_interval(advice['found']['block'])} of the "
        "marks"
    )


def _print_doubtful(curve: dict[str, Any]) -> None:
    """Name the photos whose labels a person should look at, the surest findings first."""
    first = curve["points"][0]
    alarms = first["kinds"]["clean"]["alarms"]
    parts = (
        ("Clean photos with a finding: is the mark in them?", alarms),
        ("Sure findings that no label explains: is a label missing?", first["unlabelled"]),
    )
    for alarm in curve["points"][-1]["frequent_alarms"]:
        words = frequent_alarm_words(FrequentAlarm(**alarm), alarm["mark"])
        click.echo(f"{printable(words)}")
    for head, rows in parts:
        if rows:
            click.echo(f"{head} {len(rows)} in all, the surest:")
        for row in rows[:MOST_DOUBTFUL]:
            click.echo(f"  {printable(row['path'])}: {row['mark']} {row['score']:.3f}")


def _print_curve(curve: dict[str, Any]) -> None:
    click.echo(
        f"\nBeside distractors: photos that raise an alarm at review ({curve['review']:.3f}) and "
        f"at block ({curve['block']:.3f})"
    )
    show(_kinds_table(curve["points"]))
    click.echo("\nWhat became of the marks in labelled photos at review")
    show(_gates_table(curve["points"]))


def _kinds_table(points: list[dict[str, Any]]) -> Table:
    """A row for each number of marks and each kind of negatives."""
    table = _new_table("marks")
    table.add_column("kind")
    for name in ("photos", "review", "block", "wrong blocks", "recall at alarm rate"):
        table.add_column(name, justify="right")
    for point in points:
        measured = {kind: row for kind, row in point["kinds"].items() if row["photos"]}
        for kind, figures in measured.items():
            shares = [_interval(figures[name]) for name in ("review", "block")]
            blocks = f"{figures['wrong_blocks']['wrong']} of {figures['wrong_blocks']['blocks']}"
            recall = "  ".join(
                f"{100 * float(rate):g} %: {_number(recall[0])}"
                for rate, recall in figures["recall"].items()
            )
            photos = str(figures["photos"])
            table.add_row(str(point["marks"]), kind, photos, *shares, blocks, recall)
    return table


def _gates_table(points: list[dict[str, Any]]) -> Table:
    """A row for each number of marks: time, what was found, calibration, and the gates."""
    gates = [
        gate
        for gate in points[0]["lost_marks"]["counts"]
        if any(point["lost_marks"]["counts"][gate] for point in points)
    ]
    table = _new_table("marks")
    for name in ("s/photo", "checked", "recall", "top-1", "ECE", *gates, "outscored"):
        table.add_column(name, justify="right")
    for point in points:
        lost, labelled = point["lost_marks"], point["labelled"]
        shares = lost["checked"][0], labelled["recall"]["review"][0], labelled["top1"][0]
        figures = map(_number, (point["seconds"]["median"], *shares, point["calibration"]["ece"]))
        counts = [lost["counts"][gate] for gate in gates]
        table.add_row(str(point["marks"]), *figures, *map(str, (*counts, lost["outscored"])))
    return table


def _method_table(methods: dict[str, Any], clean: int) -> Table:
    table = _new_table("method")
    first = f"recall at 1 % of {clean} clean"
    for name in (first, "at 0.1 %", "top-1", "top-5", "centre inside", "mAP@.5"):
        table.add_column(name, justify="right")
    for name, method in methods.items():
        recall = [_interval(method["recall"][rate]) for rate in ("0.01", "0.001")]
        tops = [_interval(method[top]) for top in ("top1", "top5")]
        table.add_row(name, *recall, *tops, _number(method["centre"]), _number(method["map50"]))
    return table


def _robustness_table(sweep: dict[str, Any]) -> Table:
    table = _new_table("attack")
    for name in ("unit", "marks", "breaks at"):
        table.add_column(name, justify="right")
    table.add_column("recall by severity")
    for attack in sweep["attacks"]:
        pairs = zip(attack["rungs"], attack["recall"], strict=True)
        recalls = "  ".join(f"{severity:g}: {recall:.2f}" for severity, recall in pairs)
        breaks = "never" if attack["breaks"] is None else f"{attack['breaks']:g}"
        table.add_row(attack["name"], attack["unit"], str(attack["shown"]), breaks, recalls)
    return table


def _new_table(first: str) -> Table:
    return Table(first, show_edge=False, pad_edge=False, header_style="bold")


def _interval(figure: list[float | None]) -> str:
    value, low, high = figure
    if value is None:
        return "-"
    return f"{value:.3f}" if low is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
