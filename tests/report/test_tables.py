from __future__ import annotations

import io
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from detector.records import Explanation, MarkScore
from detector.report.tables import (
    printable,
    ranked,
    ranked_table,
)


def shown(listings, width=200):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(ranked_table(listings, 0.6))
    return console.file.getvalue()


def test_ranked_best_first_then_unread_then_clean(scene):
    order = ranked(reversed(scene.listings))
    scores = [listing.findings[0].score for listing in order if listing.findings]
    assert scores == sorted(scores, reverse=True)
    assert [bool(listing.findings) for listing in order] == [True] * 7 + [False] * 6
    assert [listing.status for listing in order[7:]] == [
        "partial",
        "refused",
        "ok",
        "ok",
        "ok",
        "ok",
    ]


def test_saturated_scores_are_ranked_by_log_odds(scene):
    first = scene.listings[0]
    surest = [
        replace(
            first,
            path=f"{odds}.jpg",
            findings=(replace(first.findings[0], score=1.0, log_odds=odds),),
        )
        for odds in (45.0, 39.0, 51.0)
    ]
    assert [listing.path for listing in ranked(surest)] == ["51.0.jpg", "45.0.jpg", "39.0.jpg"]


def test_an_ignored_sign_is_named_where_it_explains(scene):
    sign = Explanation("wash-30", 1.0, 0.9, 2.0)
    clean = next(listing for listing in scene.listings if listing.clean)
    washed = MarkScore("ovalo", "photo", 0.7, explained_by=(sign,))
    *_, line = shown([replace(clean, scores=(washed,))], width=400).splitlines()
    assert line.strip().endswith("explained by: wash-30")


def test_table_says_what_was_found_and_what_was_not_read(scene):
    text = shown(scene.listings)
    assert text.count("Norrvik") == 3
    assert "0.93" in text
    assert "identical copy, authorised" in text
    assert "review (refused)" in text
    assert "over the limit" in text


def test_reasons_are_short_unless_all_are_asked_for(scene):
    first = scene.listings[0]
    long = ("9 points agree; the rest is long", "and a second reason")
    plain = replace(first.findings[0], alterations=(), reasons=long)
    text = shown([replace(first, findings=(plain,))])
    assert "identical copy: 9 points agree\n" in re.sub(r" +\n", "\n", text)
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(ranked_table([replace(first, findings=(plain,))], 0.6, verbose=True))
    assert "9 points agree; the rest is long; and a second reason" in console.file.getvalue()


def test_at_eighty_columns_a_row_has_few_lines(scene):
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(ranked_table(scene.listings, 0.6))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 4 * sum(max(1, len(listing.found)) for listing in scene.listings)


def test_table_names_the_common_folder_once(scene):
    deep = [
        replace(listing, path=f"/shop/new [in]/{number}/a.jpg")
        for number, listing in enumerate(scene.listings)
    ]
    lines = shown(deep).splitlines()
    assert lines[0].strip() == "Photos in /shop/new [in]"
    assert sum("/shop/" in line for line in lines) == 1
    assert any(line.startswith("0/a.jpg") for line in lines)
    mixed = [replace(deep[0], path="a.jpg"), replace(deep[1], path="/b.jpg")]
    assert "Photos in" not in shown(mixed)


def test_table_shows_names_as_they_are(scene):
    first = scene.listings[0]
    sly = replace(first.findings[0], name="[red]Nor[/red]\x1b[31m\u202e")
    text = shown([replace(first, findings=(sly,))])
    assert "[red]Nor[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text())
def test_printable_is_printable_and_keeps_length(text):
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
    assert not text.isprintable() or printable(text) == text


def test_a_photo_with_nothing_shown_and_something_to_do_is_not_among_the_clean(scene):
    hidden = replace(scene.listings[-1], decision="review")
    order = ranked([*scene.listings[:-1], hidden])
    assert order.index(hidden) == 7
    assert [listing.clean for listing in order] == [False] * 10 + [True] * 3


def test_table_names_places_and_what_does_not_count(scene):
    first = scene.listings[0]
    (found,) = first.findings
    again = replace(found, instance=2, expired=True)
    text = shown([replace(first, findings=(found, again))])
    assert "Norrvik, 2nd place" in text
    assert "identical copy, expired" in text


def test_table_says_how_many_findings_are_left_out(scene):
    first = scene.listings[0]
    scores = tuple(MarkScore("norrvik", "photo", score) for score in (0.99, 0.8, 0.7, 0.5))
    assert "2 more findings are not shown" in shown([replace(first, scores=scores)])
    *_, line = shown([replace(first, scores=scores[:2], findings=())], width=400).splitlines()
    assert "block" in line
    assert line.strip().endswith("2 findings are not shown")
