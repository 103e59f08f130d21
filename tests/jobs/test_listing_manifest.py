from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from detector.errors import MissingExtra, UsageError
from detector.jobs.listing_manifest import is_listing_manifest, read_listing_manifest
from detector.jobs.picture_folder import PictureFolder
from detector.jobs.runner import scan
from detector.jobs.shop_columns import OWN_COLUMNS
from detector.records import Listing, Submission

from .shop import CONFIG, lines, photos
from .standin import examine

IN_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
PATH = CELL.map(lambda text: f"p{text}")
NAMES = tuple(name for name in OWN_COLUMNS if name != "classes")
ROWS = st.lists(
    st.fixed_dictionaries({**dict.fromkeys(NAMES, CELL), "path": PATH, "external_id": CELL}),
    max_size=6,
    unique_by=lambda row: row["external_id"].strip() or row["path"],
)


def submission(row: dict[str, str], folder: Path) -> Submission:
    """What a row of texts says."""
    return Submission(folder / row["path"], **{name: row[name] for name in NAMES[1:]})


def manifest(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@IN_FOLDER
@given(ROWS, st.sampled_from(",;\t"), st.permutations([*OWN_COLUMNS, "price"]))
def test_a_csv_says_what_was_written(tmp_path, rows, separator, columns):
    cells = [cell for row in rows for cell in row.values()]
    # Such a cell of a TSV is taken for a quote that is not closed.
    assume(separator != "\t" or not any("\t" in cell and "\n" in cell for cell in cells))
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="9", delimiter=separator)
    writer.writeheader()
    writer.writerows({**row, "classes": " "} for row in rows)
    found = read_listing_manifest(manifest(tmp_path, "\ufeff" + file.getvalue()))
    wanted = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    assert found == [submission(row, tmp_path) for row in wanted]


@IN_FOLDER
@given(ROWS, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_json_lines_say_what_was_written(tmp_path, rows, ascii_only, end):
    told = ({**row, "price": 9} for row in rows)
    text = end.join(json.dumps(row, ensure_ascii=ascii_only) for row in told)
    found = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    wanted = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    assert found == [submission(row, tmp_path) for row in wanted]


@IN_FOLDER
@given(
    st.sampled_from(["list.csv", "list.tsv", "list.jsonl", "list.json", "list.xml"]),
    st.sampled_from([b"", b"path\n", b'{"path":', b'[{"path":', b"<rss><item><image_link>"]),
    st.text(alphabet='pathtitle,;"{}[]:\n\r\t1 é', max_size=60).map(str.encode)
    | st.binary(max_size=30),
)
def test_any_file_is_read_or_refused_with_a_place(tmp_path, name, start, rest):
    path, refused = manifest(tmp_path, start + rest, name), None
    try:
        read_listing_manifest(path)
    except UsageError as error:
        refused = error
    assert refused is None or refused.place.startswith(str(path))
    assert refused is None or refused.remedy


def test_only_the_path_is_needed(tmp_path):
    alone = [Submission(tmp_path / "a.jpg")]
    assert read_listing_manifest(manifest(tmp_path, "PATH\na.jpg\n\n")) == alone
    assert read_listing_manifest(manifest(tmp_path, "path,title\na.jpg\n")) == alone
    told = '{"path": "a.jpg", "title": null}'
    assert read_listing_manifest(manifest(tmp_path, told, "a.jsonl")) == alone
    assert read_listing_manifest(manifest(tmp_path, "", "b.jsonl")) == []
    (far,) = read_listing_manifest(manifest(tmp_path, f"path\n{tmp_path / 'x' / 'a.jpg'}\n"))
    assert far.photo == tmp_path / "x" / "a.jpg"


@pytest.mark.parametrize(
    ("name", "text", "place", "message"),
    [
        ("a.csv", "", ":1", "no column 'path'"),
        ("a.csv", "title\nMug\n", ":1", "no column 'path'"),
        ("a.csv", "path,title,title\n", ":1", "'title' comes twice"),
        ("a.csv", "path,id,id\n", ":1", "'id' comes twice"),
        ("a.csv", b"path\n\xff\n", ":2", "not UTF-8"),
        ("a.xml", "<rss><channel>", "", "broken XML"),
        ("a.xml", "<!DOCTYPE x []><rss/>", "", "document type"),
        ("a.xml", "<rss><channel/></rss>", "", "no products"),
        ("a.xlsx", b"PK\3\4", "", "spreadsheet"),
    ],
)
def test_a_manifest_of_which_nothing_can_be_read_is_an_error(tmp_path, name, text, place, message):
    path = manifest(tmp_path, text, name)
    with pytest.raises(UsageError, match=message) as caught:
        read_listing_manifest(path)
    assert caught.value.place == f"{path}{place}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("a.jsonl", '{"path": "a", "external_id": true}', 1, "'external_id' is not a text"),
        ("a.csv", "path,title\na.jpg,x\n,Mug\n", 3, "names no photo"),
        ("a.csv", "path,title\na.jpg,big, red\n", 2, "has 3 cells, the header 2"),
        ("a.csv", 'path,title\n"a.jpg,x\n', 2, "broken CSV"),
        ("a.jsonl", '{"path": "a.jpg"}\n{"path"\n', 2, "not a JSON object"),
        ("a.jsonl", '{"path": "b"}\n["a.jpg"]\n', 2, "not a JSON object"),
        ("a.jsonl", '["a.jpg"]', 1, "not a JSON object"),
        ("a.json", '[{"path": "b"},\n{"path"}]', 2, "rest of this file is not JSON"),
        ("a.json", '[{"path": "b"}', 1, "rest of this file is not JSON"),
        ("a.jsonl", "[" * 100_000, 1, "not JSON"),
        ("a.jsonl", '{"title": "Mug"}', 1, "names no photo"),
        ("a.jsonl", '{"path": "a", "seller": {}}', 1, "'seller' is not a text"),
        ("a.csv", "path,classes\na.jpg,9\na.jpg,9;46\n", 3, "classes: '46' is not a Nice class"),
        ("a.csv", "path,classes\na.jpg,shoes\n", 2, "classes: 'shoes' is not a Nice class"),
        ("a.csv", "path,classes\na.jpg,9,25\n", 2, "has 3 cells, the header 2"),
        ("a.jsonl", '{"path": "a", "classes": [9, 0]}', 1, "classes: 0 is not a Nice class"),
        ("a.jsonl", '{"path": "a", "classes": 2.5}', 1, "classes: must be a list"),
        ("a.jsonl", '{"path": "a", "classes": [true]}', 1, "classes: true or false is not"),
    ],
)
def test_a_bad_row_is_an_answer_that_says_where_and_what_to_do(tmp_path, name, text, line, message):
    path = manifest(tmp_path, text, name)
    (bad,) = (item for item in read_listing_manifest(path) if isinstance(item, Listing))
    assert (bad.path, bad.status, bad.decision) == (f"{path}:{line}", "error", "review")
    assert message in bad.message
    assert bad.message.endswith((".", "}"))


def test_the_rows_beside_a_bad_one_are_examined(tmp_path):
    text = 'path,title,classes\na.jpg,"x\nb.jpg,Mug,\nc.jpg,Cup,shoes\nd.jpg,Jar,9\n'
    found = read_listing_manifest(manifest(tmp_path, text))
    assert [getattr(item, "photo", None) for item in found] == [
        None,
        tmp_path / "b.jpg",
        None,
        tmp_path / "d.jpg",
    ]


@pytest.mark.parametrize(
    ("cell", "classes"),
    [("", ()), ("9", (9,)), ("9;25", (9, 25)), ('"9, 25"', (9, 25)), (" 09 ; 9 ", (9,))],
)
def test_classes_in_a_csv(tmp_path, cell, classes):
    (found,) = read_listing_manifest(manifest(tmp_path, f"path,classes,title\na.jpg,{cell},\n"))
    assert found == Submission(tmp_path / "a.jpg", classes=classes)


@pytest.mark.parametrize(
    ("told", "classes"),
    [(None, ()), ([], ()), (9, (9,)), ([9, 25, 9], (9, 25)), ("9,25", (9, 25)), (["9"], (9,))],
)
def test_classes_in_json_lines(tmp_path, told, classes):
    text = json.dumps({"path": "a.jpg", "classes": told})
    (found,) = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    assert found == Submission(tmp_path / "a.jpg", classes=classes)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"id": "x"}, "x"),
        ({"id": 17}, "17"),
        ({"external_id": "e", "id": "x"}, "e"),
        ({"external_id": 0}, "0"),
        ({"id": None}, ""),
    ],
)
def test_rows_have_the_callers_own_names(tmp_path, row, name):
    text = json.dumps({"path": "a.jpg", **row})
    (found,) = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    assert found == Submission(tmp_path / "a.jpg", external_id=name)
    if "external_id" not in row:
        (found,) = read_listing_manifest(manifest(tmp_path, f"id,path\n{name},a.jpg\n"))
        assert found.external_id == name


def test_a_manifest_that_is_not_there_is_an_error(tmp_path):
    assert is_listing_manifest(tmp_path / "none.csv")
    with pytest.raises(UsageError, match=r"none\.csv"):
        read_listing_manifest(tmp_path / "none.csv")


def test_what_is_a_manifest(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    assert is_listing_manifest(Path("a/LIST.JSONL"))
    assert not is_listing_manifest(tmp_path / "folder.csv")
    assert not is_listing_manifest(Path("a.jpg"))


def test_every_row_is_an_answer_in_order(tmp_path):
    one, two = photos(tmp_path, "a.jpg", "b.jpg")
    told = [
        {"path": "b.jpg", "title": "Mug"},
        {"path": "none.jpg"},
        {"path": "a.jpg"},
        {"path": "\ud800\0.jpg"},
        {"path": "b.jpg", "title": "Cup"},
    ]
    path = manifest(tmp_path, "\n".join(map(json.dumps, told)), "list.jsonl")

    def answers(jobs):
        with closing(
            scan(read_listing_manifest(path), CONFIG, jobs=jobs, examine=examine)
        ) as listings:
            return list(listings)

    alone = answers(1)
    wanted = [two, tmp_path / "none.jpg", one, tmp_path / "\ud800\0.jpg", two]
    assert [listing.path for listing in alone] == [str(one) for one in wanted]
    assert [listing.status for listing in alone] == ["ok", "error", "ok", "error", "ok"]
    assert lines(answers(2)) == lines(alone)


def fields(*found):
    """Each picture's file name, title, description, number and listing."""
    return [
        (Path(str(one.photo)).name, one.title, one.description, one.picture, one.external_id)
        for one in found
    ]


SHOPIFY = """Handle,Title,Body (HTML),Vendor,Type,Image Src,Image Position,Variant Image
mug,Old mug,<p>Blue</p>,Norrvik,Kitchen,https://cdn.shop.test/s/mug-1.jpg?v=17,1,
mug,,,,,https://cdn.shop.test/s/mug-2.jpg?v=17,2,https://cdn.shop.test/s/mug-1.jpg?v=17
mug,,,,,,,
cup,Cup,,Norrvik,,https://cdn.shop.test/s/cup.jpg,1,
"""


def test_a_product_of_shopify_is_one_listing(tmp_path):
    found = read_listing_manifest(manifest(tmp_path, SHOPIFY))
    assert fields(*found) == [
        ("mug-1.jpg?v=17", "Old mug", "<p>Blue</p>", 1, "mug"),
        ("mug-2.jpg?v=17", "", "", 2, "mug"),
        ("cup.jpg", "Cup", "", 0, "cup"),
    ]
    assert [(one.brand, one.category, one.pictures) for one in found] == [
        ("Norrvik", "Kitchen", 2),
        ("", "Kitchen", 2),
        ("Norrvik", "", 0),
    ]
    newer = SHOPIFY.replace("Handle", "URL handle").replace("Image Src", "Product image URL")
    newer = newer.replace("Body (HTML)", "Description")
    assert read_listing_manifest(manifest(tmp_path, newer)) == found


def test_a_product_of_woocommerce_is_one_listing_with_its_variations(tmp_path):
    text = (
        "ID,Type,SKU,Name,Short description,Description,Categories,Images,Parent\n"
        '44,variable,MUG,Mug,Blue,"Long, blue",Kitchen,"https://w.test/a.jpg, https://w.test/b.jpg",\n'
        "45,variation,MUG-R,Mug - Red,,,,https://w.test/r.jpg,id:44\n"
        "46,variation,MUG-G,Mug - Green,,,,,MUG\n"
        "47,simple,CUP,Cup,,,,https://w.test/c.jpg,\n"
    )
    assert fields(*read_listing_manifest(manifest(tmp_path, text))) == [
        ("a.jpg", "Mug\nMug - Green", "Blue\nLong, blue", 1, "44"),
        ("b.jpg", "", "", 2, "44"),
        ("r.jpg", "Mug - Red", "", 3, "44"),
        ("c.jpg", "Cup", "", 0, "47"),
    ]


GOOGLE = [
    ("a.jpg", "Mug", "Blue", 1, "7"),
    ("b%2C1.jpg", "", "", 2, "7"),
    ("c.jpg", "", "", 3, "7"),
    ("d.jpg", 'Monitor 27" black', "", 0, "8"),
]


def test_a_feed_for_google_as_text(tmp_path):
    text = (
        "id\ttitle\tdescription\timage link\tadditional image link\tbrand\n"
        "7\tMug\tBlue\thttps://g.test/a.jpg\thttps://g.test/b%2C1.jpg,https://g.test/c.jpg\tN\n"
        '8\tMonitor 27" black\t\thttps://g.test/d.jpg\t\tN\n'
    )
    for name in ("feed.tsv", "feed.txt"):
        assert fields(*read_listing_manifest(manifest(tmp_path, text, name))) == GOOGLE
    quoted = text.replace("https://g.test/c.jpg", '"https://g.test/c.jpg"')
    assert fields(*read_listing_manifest(manifest(tmp_path, quoted, "feed.tsv"))) == GOOGLE


@pytest.mark.parametrize("item", ["item", "entry"])
def test_a_feed_for_google_as_xml(tmp_path, item):
    text = f"""<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<{item}><g:id>7</g:id><title>Mug</title><g:description>Blue</g:description><g:brand>N</g:brand>
  <g:image_link>https://g.test/a.jpg</g:image_link>
  <g:additional_image_link>https://g.test/b%2C1.jpg</g:additional_image_link>
  <g:additional_image_link><![CDATA[ https://g.test/c.jpg ]]></g:additional_image_link></{item}>
<{item}><g:id>8</g:id><g:title>Monitor 27" black</g:title>
  <g:image_link>https://g.test/d.jpg</g:image_link></{item}>
</channel></rss>"""
    assert fields(*read_listing_manifest(manifest(tmp_path, text, "feed.xml"))) == GOOGLE


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_an_amazon_flat_file_has_notes_and_labels_above_its_columns(tmp_path, separator):
    rows = [
        ("TemplateType=fptcustom", "Version=2026.1101", "", ""),
        ("Seller SKU", "Product Name", "Main Image URL", "Other Image URL1"),
        ("item_sku", "item_name", "main_image_url", "other_image_url1"),
        ("M-1", "Mug", "https://a.test/1.jpg", "https://a.test/2.jpg"),
    ]
    text = "\n".join(separator.join(row) for row in rows)
    found = read_listing_manifest(manifest(tmp_path, text, "flat.txt"))
    assert fields(*found) == [("1.jpg", "Mug", "", 1, "M-1"), ("2.jpg", "", "", 2, "M-1")]


def test_rows_with_one_id_are_one_listing_and_texts_come_once(tmp_path):
    text = "path,title,seller,id\na.jpg,Mug,me,7\nx.jpg,Jar,,8\nb.jpg,Mug,,7\nc.jpg,Red mug,,7\n"
    found = read_listing_manifest(manifest(tmp_path, text))
    assert fields(*found) == [
        ("a.jpg", "Mug", "", 1, "7"),
        ("b.jpg", "", "", 2, "7"),
        ("c.jpg", "Red mug", "", 3, "7"),
        ("x.jpg", "Jar", "", 0, "8"),
    ]
    assert [one.seller for one in found] == ["me", "me", "me", ""]


def test_a_listing_without_a_picture_is_an_answer(tmp_path):
    text = "Handle,Title,Image Src\nmug,Mug,\ncup,Cup,https://s.test/c.jpg\n"
    bad, good = read_listing_manifest(manifest(tmp_path, text))
    assert (bad.external_id, bad.status, "names no photo" in bad.message) == ("mug", "error", True)
    assert good.external_id == "cup"


def test_a_bad_row_belongs_to_its_listing(tmp_path):
    text = "path,classes,id\na.jpg,9,7\nb.jpg,shoes,7\n"
    good, bad = read_listing_manifest(manifest(tmp_path, text))
    assert (good.picture, good.pictures, good.external_id) == (1, 2, "7")
    assert (bad.picture, bad.pictures, bad.external_id) == (2, 2, "7")
    assert "Nice class" in bad.message


def test_addresses_lead_to_files_by_the_end_of_the_address(tmp_path):
    for name in ("2024/05/mug.jpg", "2023/01/mug.jpg", "cup é.jpg", "x/jar.jpg", "y/jar.jpg"):
        (tmp_path / "pictures" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pictures" / name).touch()
    folder = PictureFolder(tmp_path / "pictures")

    def photo(address):
        found = folder.photo(address, tmp_path)
        return found if isinstance(found, str) else found.relative_to(tmp_path).as_posix()

    assert photo("https://w.test/uploads/2024/05/mug.jpg?v=3") == "pictures/2024/05/mug.jpg"
    assert photo("HTTP://w.test/CUP%20e%CC%81.JPG") == "pictures/cup é.jpg"
    assert photo("//w.test/y/jar.jpg") == "pictures/y/jar.jpg"
    for address in (
        "https://w.test/jar.jpg",
        "https://w.test/none.jpg",
        "https://w.test/",
        "http://[",
    ):
        assert photo(address) == address
    assert photo("//w.test/none.jpg") == "https://w.test/none.jpg"
    assert photo("sub/mug.jpg") == "sub/mug.jpg"
    assert PictureFolder().photo("https://w.test/mug.jpg", tmp_path) == "https://w.test/mug.jpg"


def test_pandas_writes_row_numbers_fractions_and_nan(tmp_path):
    alone = Submission(tmp_path / "a.jpg", seller="42", classes=(25,))
    assert read_listing_manifest(manifest(tmp_path, ",path,seller,classes\n0,a.jpg,42,25.0\n")) == [
        alone
    ]
    rows = '{"path": "a.jpg", "title": NaN, "seller": 42, "classes": [25.0], "id": NaN}'
    for name, text in (("a.jsonl", rows), ("a.json", rows), ("a.jsonl", f"[\n {rows}\n]")):
        assert read_listing_manifest(manifest(tmp_path, text, name)) == [alone]


def test_cells_may_be_longer_than_python_reads_by_itself(tmp_path):
    text = f"path,description\na.jpg,{'x ' * 100_000}\n"
    (found,) = read_listing_manifest(manifest(tmp_path, text))
    assert len(found.description) == 199_999


@pytest.mark.parametrize(("told", "lies"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_photos_are_found_in_the_spelling_of_the_disk(tmp_path, told, lies):
    name = "müg.jpg"
    file = tmp_path / "in" / unicodedata.normalize(lies, name)
    file.parent.mkdir()
    file.touch()
    text = "path\nin\\" + unicodedata.normalize(told, name)
    (found,) = read_listing_manifest(manifest(tmp_path, text))
    assert found.photo == file


def test_a_listing_is_decided_as_a_whole(tmp_path):
    photos(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    text = "path,id\na.jpg,7\nb.jpg,7\nnone.jpg,8\nc.jpg,9\na.jpg,8\n"
    submissions = read_listing_manifest(manifest(tmp_path, text))
    with closing(scan(submissions, CONFIG, examine=examine)) as listings:
        found = [(one.external_id, one.decision, one.whole_decision) for one in listings]
    assert found == [
        ("7", "pass", "pass"),
        ("7", "pass", "pass"),
        ("8", "review", "review"),
        ("8", "pass", "review"),
        ("9", "pass", None),
    ]


def test_texts_need_the_extra_before_anything_is_examined(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anyascii", None)
    assert read_listing_manifest(manifest(tmp_path, "path,seller\na.jpg,me\n"))
    with pytest.raises(MissingExtra, match=r"detector\[words\]"):
        read_listing_manifest(manifest(tmp_path, "path,title\na.jpg,Mug\n"))
