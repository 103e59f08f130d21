from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.records import Explanation, Listing, MarkScore, Suppressor
from detector.report import html
from detector.report.html import write_report

from .scenes import VIEWS, finding_at, pose


def written(listings, folder, **options) -> str:
    options = {"title": "A check", "threshold": 0.6, **options}
    return write_report(listings, VIEWS.__getitem__, folder, **options).read_text("utf-8")


def test_page_is_complete_in_one_file(page_path):
    page = page_path.read_text("utf-8")
    assert [path.name for path in page_path.parent.iterdir()] == ["report.html"]
    assert page.startswith("<!doctype html>")
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) > 40
    assert {source.split(",")[0] for source in sources} == {
        "#found",
        "data:",
        "data:image/webp;base64",
    }
    assert "http" not in re.sub(r"http-equiv", "", re.sub(r"base64,[^\"]*", "", page))


def test_policy_lets_only_this_style_and_script_run(page_path):
    page = page_path.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert " style=" not in page


def test_page_says_what_was_found(page_path):
    page = page_path.read_text("utf-8")
    assert "in <strong>7</strong> of 13 photos" in page
    assert "<strong>2</strong> could not be fully examined" in page
    assert "0.93: of 100 such findings about 93 show this mark" in page
    assert "44 points of the photo agree" in page
    assert "identical copy, authorised" in page
    assert "Ask the seller for the whole file." in page
    assert "−0.44" in page


def test_no_finding_and_no_photo(tmp_path, scene):
    clean = [listing for listing in scene.listings if listing.clean]
    assert "No protected mark was found in 4 photos." in written(clean, tmp_path)
    assert "No protected mark was found in 0 photos." in written([], tmp_path)


def test_same_input_same_bytes(page_path, scene, tmp_path):
    again = written(scene.listings, tmp_path / "deep" / "folder", title="Spring check")
    assert again == page_path.read_text("utf-8")
    dated = written(scene.listings[:1], tmp_path, made="14 May", index_name="house 3f9c")
    assert ">14 May<" in dated
    assert ">house 3f9c<" in dated


def test_lost_and_changed_photos_are_said_to_be(tmp_path, scene):
    first = scene.listings[0]
    other = tmp_path / "other.jpg"
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(other)
    lost = written([replace(first, path=str(tmp_path / "gone.jpg"))], tmp_path / "lost")
    changed = written([replace(first, path=str(other))], tmp_path / "changed")
    for page in (lost, changed):
        assert "<strong>No picture</strong>" in page
        assert "data:image/webp" not in page
        assert "44 points of the photo agree" in page
    assert "has changed since it was examined" in changed


def test_failure_leaves_the_old_page(tmp_path, scene):
    old = written([], tmp_path)

    def no_view(row):
        raise LookupError(row)

    with pytest.raises(LookupError):
        write_report(scene.listings, no_view, tmp_path, title="A", threshold=0.6)
    assert (tmp_path / "report.html").read_text("utf-8") == old
    assert len(list(tmp_path.iterdir())) == 1


def hidden(listing: Listing, **changes) -> Listing:
    """The listing with two scores that stand, and one that a surer finding explains."""
    rival = Suppressor("norrvik", 0.9, 80.0)
    scores = (
        MarkScore("norrvik", "photo", 0.99),
        MarkScore("ovalo", "photo", 0.95),
        MarkScore("fenn-tea", "photo", 0.7, suppressed_by=(rival,)),
        MarkScore("fenn-tea", "photo", 0.3, suppressed_by=(rival,)),
    )
    return replace(listing, scores=scores, **changes)


def test_what_is_not_shown_and_counts_is_said(tmp_path, scene):
    page = written([hidden(scene.listings[0])], tmp_path)
    assert "1 more finding is not shown." in page
    above = written([hidden(scene.listings[0])], tmp_path, threshold=0.97)
    assert "is not shown." not in above
    counted = written([hidden(scene.listings[0])], tmp_path, threshold=0.97, counted=0.6)
    assert "1 more finding is not shown." in counted


def test_a_photo_whose_findings_are_all_left_out_is_no_clean_one(tmp_path, scene):
    page = written([hidden(scene.listings[0], findings=())], tmp_path, threshold=1.0, counted=0.6)
    assert "2 findings are not shown." in page
    assert "in <strong>1</strong> of 1 photo" in page
    assert 'id="clean"' not in page


def test_what_surer_findings_explain_is_listed(tmp_path, scene):
    page = written([hidden(scene.listings[0])], tmp_path)
    (listed,) = re.findall(r'<details class="suppressed">(.*?)</details>', page, re.DOTALL)
    assert "<summary>Not shown: 1 finding whose place a surer one explains</summary>" in listed
    assert re.search(r"<li>fenn-tea 0\.70<span[^>]*>by Norrvik</span></li>", listed)
    assert 'suppressed">' not in written(scene.listings, tmp_path)


def test_what_an_ignored_sign_explains_is_said_of_a_photo_without_findings(tmp_path, scene):
    sign = Explanation("wash-30", 1.0, 0.9, 2.0)
    scores = (
        MarkScore("wash-30", "photo", 0.99, kind="ignore"),
        MarkScore("fenn-tea", "photo", 0.7, explained_by=(sign,)),
        MarkScore("fenn-tea", "photo", 0.3, explained_by=(sign,)),
    )
    clean = next(listing for listing in scene.listings if listing.clean)
    page = written([replace(clean, scores=scores)], tmp_path)
    assert "No protected mark was found in 1 photo." in page
    assert "<summary>Not shown: 1 finding that is taken for an ignored sign</summary>" in page
    assert re.search(r"<li>fenn-tea 0\.70<span[^>]*>explained by: wash-30</span></li>", page)


def test_a_mark_that_alarms_often_is_named(tmp_path):
    photos = [
        Listing(
            f"{n}.jpg", "ok", "pass", scores=(MarkScore("letter", "photo", 0.4),) if n < 9 else ()
        )
        for n in range(60)
    ]
    page = written(photos, tmp_path, counted=0.1, block=0.9)
    assert "“letter” alarms in 15% of photos (9), and seldom surely" in page
    assert "alarms in" not in written(photos[9:], tmp_path, counted=0.1, block=0.9)


def test_places_of_one_mark_are_told_apart(tmp_path, scene):
    (found,) = scene.listings[0].findings
    again = replace(found, instance=2, expired=True)
    page = written([replace(scene.listings[0], findings=(found, again))], tmp_path)
    assert "1 Norrvik · 2 Norrvik, 2nd place" in page
    assert "identical copy, expired" in page
    assert "<dt>findings</dt><dd>2</dd>" in page


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"


def test_names_and_paths_are_only_text(tmp_path, scene):
    first = scene.listings[0]
    sly = replace(
        first.findings[0],
        name=EVIL,
        mark=EVIL,
        source=EVIL,
        fingerprint=EVIL,
        reasons=(EVIL,),
    )
    score = MarkScore(EVIL, "photo", 0.9, suppressed_by=(Suppressor(EVIL, 1.0, 99.0),))
    listings = [
        replace(first, findings=(sly,), message=EVIL),
        replace(first, path=EVIL, findings=(sly,), scores=(score,)),
        Listing(EVIL, "error", "review", EVIL),
        Listing(EVIL, "ok", "pass"),
    ]
    page = written(listings, tmp_path, title=EVIL, index_name=EVIL, made=EVIL)
    assert page.count("<script") == 1
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in page
    assert page.count("&lt;script&gt;alert(1)") > 10


def test_unprintable_names_are_made_visible(tmp_path):
    path = b"caf\xe9\n\x00".decode("utf-8", "surrogateescape") + "\u202egpj.exe"
    page = written([Listing(path, "error", "review", "not a picture")], tmp_path)
    assert "caf\ufffd\ufffd\ufffd\ufffdgpj.exe" in page
    assert "\u202e" not in page


def test_only_so_many_photos_without_a_finding_have_pictures(tmp_path, scene, monkeypatch):
    clean = [listing for listing in scene.listings if listing.clean]
    assert written(clean, tmp_path).count("data:image/webp") == len(clean) == 4
    monkeypatch.setattr(html, "MAX_THUMBNAILS", 3)
    page = written(clean, tmp_path)
    assert page.count("data:image/webp") == 3
    assert page.count('class="item"') == 4


def paged(listings, folder, monkeypatch, a_page=3):
    monkeypatch.setattr(html, "MAX_ON_ONE_PAGE", 5)
    monkeypatch.setattr(html, "FINDINGS_A_PAGE", a_page)
    page = written(listings, folder)
    pages = folder / "report-pages"
    names = sorted(path.name for path in pages.glob("*.html"))
    return page, {name: (pages / name).read_text("utf-8") for name in names}


def test_many_findings_are_on_several_pages(tmp_path, scene, monkeypatch):
    whole = written(scene.listings, tmp_path)
    page, parts = paged(scene.listings, tmp_path, monkeypatch)
    assert list(parts) == ["page-1.html", "page-2.html", "page-3.html"]
    together = "".join(parts.values())
    assert together.count("<details") == whole.count("<details")
    assert re.findall(r'id="(photo-\d+)"', together) == [f"photo-{n}" for n in range(1, 8)]
    links = re.findall(r'href="(report-pages/page-\d.html)#at=(photo-\d)"', page)
    assert [place for _, place in links] == [f"photo-{n}" for n in range(1, 8)]
    assert all(f'id="{place}"' in parts[Path(name).name] for name, place in links)
    pictures = set(re.findall(r'src="([^"]*)"', together))
    lying = {f"pictures/{path.name}" for path in tmp_path.glob("report-pages/pictures/*")}
    assert pictures == lying
    assert "in <strong>7</strong> of 13 photos" in page
    assert len(page) < len(whole) / 3


def test_a_report_leaves_nothing_of_an_earlier_one(tmp_path, scene, monkeypatch):
    _, parts = paged(scene.listings, tmp_path, monkeypatch, a_page=2)
    mine = tmp_path / "report-pages" / "notes.txt"
    mine.write_text("mine")
    _, left = paged(scene.listings[:6], tmp_path, monkeypatch)
    assert len(left) < len(parts)
    assert set(re.findall(r'src="([^"]*)"', "".join(left.values()))) == {
        f"pictures/{path.name}" for path in tmp_path.glob("report-pages/pictures/*")
    }
    written(scene.listings[:1], tmp_path)
    assert [path.name for path in (tmp_path / "report-pages").iterdir()] == ["notes.txt"]
    mine.unlink()
    written(scene.listings[:1], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_picture_of_a_listing_with_several_says_so(tmp_path, scene):
    one = replace(
        scene.listings[0], external_id="A-7", picture=2, pictures=3, whole_decision="block"
    )
    assert "picture 2 of 3 of A-7, listing: block" in written([one], tmp_path)


def test_finding_in_a_later_frame_is_shown_from_that_frame(tmp_path, scene):
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("white", "red")]
    path = tmp_path / "two.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    quad = pose([(20, 20), (300, 20), (300, 120), (20, 120)], VIEWS[0])
    findings = tuple(
        replace(finding_at(VIEWS[0], 0, "Norrvik", 0.9, quad), frame=frame) for frame in (1, 0)
    )
    page = written([Listing(str(path), "ok", "review", findings=findings)], tmp_path)
    assert "In the photo, frame 2" in page
    photo = re.search(r'<img class="" src="data:image/webp;base64,([^"]*)"', page)[1]
    assert image_of(photo)[150, 200, 1] < 40
    assert page.count('class="line"') == 3


def image_of(data: str) -> np.ndarray:
    from io import BytesIO

    return np.asarray(Image.open(BytesIO(base64.b64decode(data))).convert("RGB"))


def test_page_is_small(page_path):
    assert page_path.stat().st_size < 13 * 120_000


def test_permissions_are_those_of_any_new_file(page_path, tmp_path):
    plain = Path(tmp_path / "plain")
    plain.touch()
    assert page_path.stat().st_mode == plain.stat().st_mode
