"""JSON from others: what is let in, what is refused, and where the fault is said to lie."""

import json

import pytest

from tryon.api.reading import DEPTH_MAX, INTEGER_MAX, read_json
from tryon.errors import InvalidRequest


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5e3, true, null, "ü\\u00fc"]}',
        '"\\ud83d\\ude00"',
        f"[{INTEGER_MAX}, {-INTEGER_MAX}]",
        "[" * DEPTH_MAX + "]" * DEPTH_MAX,
        json.dumps([{"a": []}] * 500),
    ],
)
def test_good_json_is_read(text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)
    assert read_json(b"\xef\xbb\xbf" + text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"{'a': 1}", b"[1,]", b"[NaN]", b"[-Infinity]", b"[1e999]", b'"\xff"', b'"a\x00b"', b"[1] [2]",
        b"[9223372036854775808]", b"[" + b"1" * 5000 + b"]", b"[" * 65 + b"]" * 65, b"[" * 200_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
    ],
)  # fmt: skip
def test_bad_json_is_invalid_json(raw: bytes) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_json(raw)
    assert caught.value.code == "invalid_json"


def test_texts_that_no_database_keeps_are_named() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_json(b'{"a": ["x", "\\u0000"], "b": {"c": "\\ud800"}, "d": {"\\uDC00": 1}, "e": "\\\\u0000"}', root="data")
    assert [problem.path for problem in caught.value.details] == ["data.a.1", "data.b.c", "data.d"]
