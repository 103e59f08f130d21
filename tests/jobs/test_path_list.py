"""Lists of paths as other programs write them."""

from __future__ import annotations

import io
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.jobs.path_list import read_path_list


def paths(data: bytes) -> list[str]:
    return [str(path) for path in read_path_list(io.BytesIO(data))]


@pytest.mark.parametrize(
    "data",
    [
        b"a.jpg\nb c.jpg\n",
        b"a.jpg\r\nb c.jpg",
        b"a.jpg\rb c.jpg\r",
        b"a.jpg\0b c.jpg\0",
        b"\n\na.jpg\n\nb c.jpg\n\n",
        b"\xef\xbb\xbfa.jpg\r\nb c.jpg\r\n",
        b'"a.jpg"\n"b c.jpg"\n',
        "a.jpg\r\nb c.jpg\r\n".encode("utf-16"),
        b"\xfe\xff" + "a.jpg\nb c.jpg".encode("utf-16-be"),
    ],
)
def test_every_end_of_line_and_encoding_is_known(data: bytes) -> None:
    assert paths(data) == ["a.jpg", "b c.jpg"]


def test_a_name_is_taken_as_it_lies_there(tmp_path: Path) -> None:
    odd = [tmp_path / name for name in ('"quoted"', "old\rmac.jpg", "a\\b.jpg")]
    for path in odd:
        path.touch()
    assert paths("\n".join(map(str, odd)).encode()) == [str(path) for path in odd]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / unicodedata.normalize("NFD", "é.jpg")).touch()
    (found,) = paths(f"{tmp_path}\\sub\\{unicodedata.normalize('NFC', 'é.jpg')}".encode())
    assert found == str(tmp_path / "sub" / unicodedata.normalize("NFD", "é.jpg"))


def test_a_name_that_is_no_utf_8_is_kept(tmp_path: Path) -> None:
    (found,) = read_path_list(io.BytesIO(b"caf\xe9.jpg\n"))
    assert str(found).encode(errors="surrogateescape") == b"caf\xe9.jpg"


def test_utf_16_that_is_cut_short_is_an_error() -> None:
    with pytest.raises(UsageError, match="standard input: this list is not whole UTF-16"):
        paths(b"\xff\xfea\0b")


@given(st.binary(max_size=40))
def test_any_bytes_are_a_list_or_an_error(data: bytes) -> None:
    with suppress(UsageError):
        assert all(paths(data))
