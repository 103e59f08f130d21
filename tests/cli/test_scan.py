from __future__ import annotations

import csv
import io
import json
import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from detector.cli.exit_status import status_of
from detector.index.store import remove
from detector.jobs import runner
from detector.records import STATUSES, Finding, Listing
from detector.serialise.csv_rows import CSV_HEADER
from detector.serialise.jsonl import listing_from_json, listing_to_json
from tools.write_schema import FILE as SCHEMA_FILE

from .conftest import CORNERS, detector, small_photos


def told(result) -> list[dict]:
    """The lines of jsonl without how long it took, and when."""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    for line in found:
        line.pop("seconds", None)
        line.get("provenance", {}).pop("time", None)
    return found


def test_jsonl_has_a_line_a_photo_and_a_summary(scan, shop):
    found = scan(shop.photos, "--format", "jsonl")
    assert found.exit_code == 1
    assert found.stderr == ""
    clean, copy, summary = told(found)
    assert (clean["path"], clean["status"], clean["decision"]) == (str(shop.clean), "ok", "pass")
    assert clean["findings"] == []
    assert (copy["width"], copy["height"]) == (900, 700)
    (finding,) = copy["findings"]
    assert finding["mark"] == "norrvik"
    x0, y0, x1, y1 = finding["box"]
    assert CORNERS[0][0] < (x0 + x1) / 2 < CORNERS[2][0]  # the emblem alone may be the best view
    assert CORNERS[0][1] < (y0 + y1) / 2 < CORNERS[2][1]
    assert (summary["type"], summary["complete"], summary["images"]) == ("summary", True, 2)
    assert summary["findings"] == 1


def test_a_line_is_read_back_as_it_was_written(scan, shop):
    for line in scan(shop.copy, "--format", "jsonl").stdout.splitlines()[:-1]:
        assert listing_to_json(listing_from_json(line)) == line


def test_the_output_does_not_depend_on_the_number_of_jobs(scan, shop, tmp_path):
    small_photos(tmp_path, 9)
    shutil.copy(shop.copy, tmp_path / "004b.jpg")
    paths = (shop.copy, tmp_path, shop.clean)
    alone = told(scan(*paths, "--format", "jsonl", "--jobs", 1))
    assert [Path(line["path"]).name for line in alone[:3]] == ["copy.jpg", "000.png", "001.png"]
    assert len(alone) == 13
    assert told(scan(*paths, "--format", "jsonl", "--jobs", 3)) == alone


def test_csv_is_csv(scan, shop, tmp_path):
    odd = tmp_path / '=a,"b"\n.jpg'
    shutil.copy(shop.clean, odd)
    found = scan(shop.copy, odd, "--format", "csv")
    header, copy, clean = csv.reader(io.StringIO(found.stdout))
    assert tuple(header) == CSV_HEADER
    row = dict(zip(CSV_HEADER, copy, strict=True))
    assert (row["path"], row["mark"], row["status"]) == (str(shop.copy), "norrvik", "ok")
    assert float(row["score"]) > 0.5
    assert clean[0].removeprefix("'") == str(odd)


def test_the_table_is_ranked_and_counted(scan, shop):
    found = scan(shop.clean, shop.copy)
    assert found.exit_code == 1
    text = found.stdout
    assert text.index("copy.jpg") < text.index("clean.jpg")
    assert "Norrvik" in text
    assert "2 photos, 1 with findings (1 in all), 0 not fully examined." in text


def test_a_report_is_written_and_said_where(scan, shop, tmp_path):
    name = tmp_path / "<img src=x onerror=alert(1)>.jpg"
    shutil.copy(shop.copy, name)
    found = scan(name, "--report", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"Report: {tmp_path / 'out' / 'report.html'}\n" == found.stderr
    assert "onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "Norrvik" in page


def test_what_cannot_be_written_or_read_is_an_error_before_the_work(scan, shop, tmp_path):
    (tmp_path / "file").write_text("")
    for option, words in (
        (("--report", tmp_path / "file" / "out"), "cannot be written"),
        (("--report", tmp_path / "file"), "cannot be written"),
        (("--policy", tmp_path / "none.toml"), "cannot be read"),
    ):
        found = scan(shop.clean, *option)
        assert (found.exit_code, found.stdout) == (2, "")
        assert found.stderr.startswith(f"error: {option[1]}: {words}")


def test_exit_statuses(scan, shop, tmp_path):
    (tmp_path / "notes.doc").write_text("notes")
    assert scan(shop.clean, tmp_path).exit_code == 0  # notes.doc only lay there
    assert scan(tmp_path / "notes.doc").exit_code == 2
    assert scan(shop.clean, tmp_path / "none.jpg").exit_code == 2
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    assert scan(shop.copy, tmp_path).exit_code == 2
    assert scan(shop.copy, "--seller", "stranger").exit_code == 1


def test_every_line_fits_the_published_schema(scan, shop, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    paths = (shop.photos, tmp_path / "broken.jpg", tmp_path / "none.jpg")
    lines = scan(*paths, "--format", "jsonl").stdout.splitlines()
    validator = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert len(lines) == 5
    for line in lines:
        validator.validate(json.loads(line))
    provenance = json.loads(lines[0])["provenance"]
    assert all(provenance.values()), provenance


def test_what_is_left_out_is_said_and_found(scan, shop):
    done = scan(shop.copy, "--threshold", "1")
    assert done.exit_code == 1
    assert "1 finding is not shown" in done.stdout


def finding(**changes):
    corners = np.zeros((4, 2), np.float32)
    return Finding("m", "M", 0.9, "look-alike", (0, 0, 1, 1), corners, (), "f", **changes)


def test_the_status_of_one_photo():
    for status in STATUSES:
        empty = Listing("a", status, "pass" if status == "ok" else "review")
        assert status_of(empty) == (0 if status == "ok" else 2)
        assert status_of(empty, named=False) == (0 if status in ("ok", "skipped") else 2)
        both = replace(empty, findings=(finding(),))
        assert status_of(both) == (1 if status == "ok" else 2)


@pytest.mark.parametrize("excuse", ["authorised", "expired"])
def test_the_status_of_a_photo_that_may_show_its_marks(excuse):
    allowed = Listing("a", "ok", "pass", findings=(finding(**{excuse: True}),))
    assert status_of(allowed) == 0
    assert status_of(replace(allowed, findings=(*allowed.findings, finding()))) == 1


@pytest.mark.parametrize("decision", ["review", "block"])
def test_what_is_left_out_for_display_still_is_a_finding(decision):
    assert status_of(Listing("a", "ok", decision)) == 1


def test_an_empty_folder_is_no_finding_and_is_said(scan, tmp_path):
    found = scan(tmp_path)
    assert found.exit_code == 0
    assert found.stderr == "note: no pictures were found\n"


def test_an_authorised_seller_is_told_so(scan, shop):
    found = scan(shop.copy, "--seller", "friend", "--format", "jsonl")
    assert found.exit_code == 0
    line, _ = told(found)
    assert line["decision"] == "pass"
    assert line["findings"][0]["authorised"]


def test_paths_come_from_standard_input(scan, shop, tmp_path):
    small_photos(tmp_path, 1)
    names = f"{shop.clean}\n\n{tmp_path}\r\n{tmp_path / 'none.jpg'}".encode()
    found = scan(shop.copy, "-", "--format", "jsonl", stdin=names)
    paths = [line["path"] for line in told(found)[:-1]]
    wanted = (shop.copy, shop.clean, tmp_path / "000.png", tmp_path / "none.jpg")
    assert paths == [str(path) for path in wanted]
    assert found.exit_code == 2


def test_threshold_and_top_are_obeyed(scan, shop):
    line, summary = told(scan(shop.copy, "--threshold", 1, "--format", "jsonl"))
    assert line["findings"] == []
    assert summary["threshold"] == 1
    line, _ = told(scan(shop.clean, "--threshold", 0, "--top", 1, "--format", "jsonl"))
    assert len(line["findings"]) == 1


def test_a_policy_decides(scan, shop, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("review = 0.0\nblock = 0.0\n")
    line, summary = told(scan(shop.copy, "--policy", policy, "--format", "jsonl"))
    assert line["decision"] == "block"
    assert summary["threshold"] == 0
    policy.write_text("reviw = 0.0\n")
    found = scan(shop.copy, "--policy", policy)
    assert found.exit_code == 2
    assert found.stderr.startswith(f"error: {policy}: unknown key reviw")


def test_a_resumed_scan_says_the_same_to_the_byte(scan, shop, tmp_path):
    small_photos(tmp_path / "more", 3)
    words = (shop.photos, tmp_path / "more", "--format", "jsonl")
    whole = scan(*words, "--resume", tmp_path / "j")
    again = scan(*words, "--resume", tmp_path / "j", "--jobs", 2)
    assert again.stdout == whole.stdout
    assert again.exit_code == whole.exit_code == 1
    assert told(scan(*words)) == told(whole)
    other = scan(*words, "--resume", tmp_path / "j", "--top", 3)
    assert other.exit_code == 2
    assert "begun with another top" in other.stderr


def fails_under_it(monkeypatch, break_it) -> None:
    """Break the index when a scan has opened it, before its first worker does."""

    def begin(photos, config, **options):
        break_it(config.index)
        return runner.scan(photos, config, **options)

    monkeypatch.setattr("detector.cli.run_scan.scan", begin)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (shutil.rmtree, "there is no reference index here. Run `detector marks import`"),
        (lambda index: (index / "manifest.json").write_bytes(b""), "manifest.json: "),
        (lambda index: remove(index, ["norrvik"]), "replaced during the scan. Scan again"),
    ],
)
def test_an_index_that_fails_meanwhile_ends_the_scan(shop, tmp_path, monkeypatch, break_it, words):
    shutil.copytree(shop.index, tmp_path / "index")
    fails_under_it(monkeypatch, break_it)
    found = detector("scan", shop.photos, "--index", tmp_path / "index", "--format", "jsonl")
    assert found.exit_code == 2
    assert found.stderr.startswith(f"error: {tmp_path / 'index'}")
    assert words in found.stderr
    assert found.stderr.count("\n") == 1
    (summary,) = told(found)
    assert (summary["complete"], summary["images"]) == (False, 0)


def test_a_missing_index_is_one_line(tmp_path, shop):
    found = detector("scan", shop.clean, "--index", tmp_path / "none")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    assert found.stderr.startswith(f"error: {tmp_path / 'none'}: there is no reference index")


def test_the_index_comes_from_the_environment(shop):
    assert detector("scan", shop.clean, DETECTOR_INDEX=str(shop.index)).exit_code == 0


@pytest.mark.parametrize(
    "words", [(), ("--threshold", "2", "x"), ("--jobs", "0", "x"), ("--format", "xml", "x")]
)
def test_wrong_options_are_usage_errors(scan, words):
    assert scan(*words).exit_code == 2


def test_a_manifest_gives_photos_their_texts_and_sellers(scan, shop, tmp_path):
    small_photos(tmp_path, 2)
    manifest = tmp_path / "shop.csv"
    manifest.write_text(
        "path,title,description,seller,price\n"
        "001.png,Old N0rrvik mug,,,3\n"
        "none.jpg,A cup,by Norrvik,,\n"
        f"{shop.copy},A mug,,friend,4\n"
        "000.png,A red cup,,,5\n"
    )
    found = scan(manifest, shop.clean, "--format", "jsonl", "--jobs", 2)
    named, missing, allowed, clean, alone, summary = told(found)
    assert named["path"] == str(tmp_path / "001.png")
    assert (named["title"], named["decision"]) == ("Old N0rrvik mug", "block")
    (text,) = named["text"]
    assert (text["field"], text["span"], text["reading"]) == ("title", [4, 11], "N0rrvik")
    assert (missing["status"], missing["text"][0]["field"]) == ("error", "description")
    assert (allowed["decision"], allowed["findings"][0]["authorised"]) == ("pass", True)
    assert (clean["text"], clean["decision"]) == ([], "pass")
    assert (alone["path"], alone["title"]) == (str(shop.clean), "")
    assert (summary["images"], summary["findings"]) == (5, 3)
    assert found.exit_code == 2  # none.jpg


def test_a_seller_in_a_row_counts_before_the_option(scan, shop, tmp_path):
    manifest = tmp_path / "shop.jsonl"
    rows = ({"seller": "stranger"}, {"seller": ""}, {})
    texts = (json.dumps({"path": str(shop.clean), "title": "Norrvik", **row}) for row in rows)
    manifest.write_text("\n".join(texts))
    found = scan(manifest, "--seller", "friend", "--format", "jsonl")
    assert [line["text"][0]["authorised"] for line in told(found)[:-1]] == [False, True, True]
    assert found.exit_code == 1


def test_a_resumed_manifest_examines_changed_titles_again(scan, tmp_path):
    small_photos(tmp_path, 2)
    manifest = tmp_path / "shop.csv"
    words = (manifest, "--format", "jsonl", "--resume", tmp_path / "j")
    manifest.write_text("path,title\n000.png,A mug\n001.png,A cup\n")
    first = scan(*words)
    assert scan(*words).stdout == first.stdout
    manifest.write_text("path,title\n000.png,A mug\n001.png,A Norrvik cup\n")
    again = scan(*words)
    assert again.stdout.splitlines()[0] == first.stdout.splitlines()[0]
    assert told(again)[1]["text"][0]["mark"] == "norrvik"
    assert (first.exit_code, again.exit_code) == (0, 1)


def test_a_bad_manifest_stops_a_scan_before_it_begins(scan, shop, tmp_path):
    manifest = tmp_path / "shop.csv"
    manifest.write_text("photo,title\na.jpg,Mug\n")
    found = scan(shop.copy, manifest, "--format", "csv")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.startswith(
        f"error: {manifest}:1: there is no column 'path'. Begin the file"
    )


def test_a_bad_row_is_a_result_and_the_others_are_examined(scan, shop, tmp_path):
    manifest = tmp_path / "shop.csv"
    manifest.write_text(f"path,title\n,Mug\n{shop.copy},\n")
    found = scan(manifest, "--format", "jsonl")
    bad, copy, _ = told(found)
    assert (bad["path"], bad["status"], bad["decision"]) == (f"{manifest}:2", "error", "review")
    assert (copy["path"], copy["decision"]) == (str(shop.copy), "block")
    assert found.exit_code == 2


def test_an_export_of_a_shop_is_scanned_with_the_pictures_of_a_folder(scan, shop, tmp_path):
    manifest = tmp_path / "products.csv"
    manifest.write_text(
        "Handle,Title,Image Src\n"
        "mug,Mug,https://cdn.shop.test/s/clean.jpg?v=1\n"
        "mug,,https://cdn.shop.test/s/copy.jpg?v=2\n"
        "cup,Cup,https://cdn.shop.test/s/cup.jpg\n"
    )
    clean, copy, absent, summary = told(
        scan(manifest, "--pictures", shop.photos, "--format", "jsonl")
    )
    assert (clean["decision"], clean["whole_decision"], clean["picture"]) == ("pass", "block", 1)
    assert (copy["decision"], copy["whole_decision"], copy["picture"]) == ("block", "block", 2)
    assert [line["external_id"] for line in (clean, copy, absent)] == ["mug", "mug", "cup"]
    assert (absent["status"], absent["whole_decision"]) == ("refused", None)
    assert "allow the host cdn.shop.test" in absent["message"]
    assert (summary["images"], summary["listings"]) == (3, 2)
    assert summary["decisions"] == {"pass": 0, "review": 1, "block": 1}
    table = scan(manifest, "--pictures", shop.photos).stdout
    assert "pass, listing: block" in " ".join(table.split())
    assert "3 photos of 2 listings" in table


def test_a_feed_in_tsv_is_a_manifest(scan, shop, tmp_path):
    (tmp_path / "feed.tsv").write_text(f"path\ttitle\n{shop.clean}\tMug\n")
    (line, _) = told(scan(tmp_path / "feed.tsv", "--format", "jsonl"))
    assert (line["path"], line["title"], line["status"]) == (str(shop.clean), "Mug", "ok")


def test_pictures_that_are_not_read_count_also_in_a_folder(scan, tmp_path):
    (tmp_path / "a.jxl").write_bytes(b"\xff\x0a" + bytes(50))
    found = scan(tmp_path, "--format", "csv")
    assert found.exit_code == 2
    assert "JPEG XL pictures are not read. Export it as JPEG or PNG." in found.stdout


def test_only_what_is_new_is_scanned(scan, shop, tmp_path):
    for name, day in (("old.png", 20), ("new.png", 25)):
        shutil.copy(shop.clean, tmp_path / name)
        moment = datetime(2026, 11, day, 12).timestamp()
        os.utime(tmp_path / name, (moment, moment))
    words = (tmp_path, tmp_path / "gone.png", "--format", "csv", "--new-since")
    found = scan(*words, "2026-11-24").stdout.splitlines()[1:]
    assert [Path(row.split(",")[0]).name for row in found] == ["new.png", "gone.png"]
    assert len(scan(*words, "2026-11-20T11:59").stdout.splitlines()) == 4


def test_findings_are_exported(scan, shop, tmp_path):
    names = {"--xlsx": "found.xlsx", "--coco": "found.json", "--crops": "crops"}
    words = [part for option, name in names.items() for part in (option, tmp_path / name)]
    found = scan(shop.photos, *words)
    assert f"Workbook: {tmp_path / 'found.xlsx'}\n" in found.stderr
    assert f"Cut-outs: 1 in {tmp_path / 'crops'}\n" in found.stderr
    assert len(list((tmp_path / "crops" / "norrvik").glob("copy-*.png"))) == 1
    value = json.loads((tmp_path / "found.json").read_text())
    assert (len(value["images"]), len(value["annotations"])) == (2, 1)
    (tmp_path / "file").touch()
    for option in names:
        found = scan(shop.photos, option, tmp_path / "file" / "out")
        assert (found.exit_code, found.stdout) == (2, "")


def test_what_folders_hold_besides_is_told(scan, tmp_path):
    for name in ("@eaDir/a.jpg", "logo.svg", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = scan(tmp_path)
    assert found.exit_code == 0
    assert found.stderr == (
        "note: no pictures were found\n"
        f"note: left out 1 folder of thumbnails, such as {tmp_path / '@eaDir'}\n"
        f"note: left out 1 SVG drawing, such as {tmp_path / 'logo.svg'}: "
        "export as PNG to scan them\n"
    )


def test_texts_stand_in_csv_table_and_report(scan, tmp_path):
    small_photos(tmp_path, 1)
    (tmp_path / "shop.csv").write_text("path,title\n000.png,Old N0rrvik mug\n")
    _, row = csv.reader(io.StringIO(scan(tmp_path / "shop.csv", "--format", "csv").stdout))
    cells = dict(zip(CSV_HEADER, row, strict=True))
    assert (cells["mark"], cells["where"], cells["reading"]) == ("norrvik", "title", "N0rrvik")
    found = scan(tmp_path / "shop.csv", "--report", tmp_path / "out")
    assert "“N0rrvik”" in found.stdout
    assert "1 photos, 1 with findings (1 in all)" in found.stdout
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<q>Old <mark>N0rrvik</mark> mug</q>" in page
