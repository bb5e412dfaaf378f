"""Whatever comes back, it is read as a picture or as a row of the table, and never crashes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tryon.engines.gemini.answers import TOKENS_MAX, read_picture
from tryon.engines.gemini.image_models import image_model
from tryon.engines.hosted.failures import FAILURES, ProviderFailure
from tryon.engines.hosted.google_failures import failure_of
from tryon.fake_providers.gemini import answer, answer_with, error_info, out_of_quota, prompt_blocked
from tryon.outbound import Answer

MODEL = image_model("gemini-nano-banana-2.1")
ODD: list[Any] = [None, True, -7, 10**30, 1.5, "", "x" * 500, "9e99s", [], {}, [[]], [None], ["x"], {"a": {}}]


def said(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, json.dumps(body).encode(), 0.1)


def odd_ones(body: Any) -> Iterator[Any]:
    """The body with something odd in the place of each of its parts, one at a time, and without each."""
    for path in list(places(body)):
        for odd in ODD:
            changed = copy.deepcopy(body)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = odd
            yield changed
            del holder[path[-1]]
            yield changed


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


def is_bounded(failure: ProviderFailure) -> bool:
    waits = failure.retry_after_seconds
    return (
        failure.name in FAILURES
        and 0 <= failure.cost_microdollars < 10**12
        and (waits is None or 0 <= waits < 10**7)
        and len(failure.detail) < 200
        and "x" * 100 not in failure.detail
    )


def test_whatever_stands_in_the_place_of_any_part_of_an_answer_it_is_a_picture_or_a_row() -> None:
    pictures = rows = 0
    for body in [answer_with(Image.new("RGB", (8, 8))), prompt_blocked_body()]:
        for changed in odd_ones(body):
            try:
                drawn = read_picture(said(changed), MODEL, "1K")
            except ProviderFailure as failure:
                assert is_bounded(failure), changed  # noqa: PT017
                rows += 1
            else:
                assert 0 < drawn.cost_microdollars < 10**12, changed
                pictures += 1
    assert pictures > 100
    assert rows > 100


@pytest.mark.parametrize("status", [400, 403, 404, 418, 429, 500, 503, 599])
def test_whatever_stands_in_the_place_of_any_part_of_an_error_it_is_a_row(status: int) -> None:
    reply = out_of_quota().reply
    assert reply is not None
    body = json.loads(reply.body)
    body["error"]["details"].append(error_info("SOME_REASON"))
    for changed in odd_ones(body):
        assert is_bounded(failure_of(said(changed, status))), changed


def prompt_blocked_body() -> Any:
    reply = prompt_blocked().reply
    assert reply is not None
    return json.loads(reply.body)


PICTURE = [{"inlineData": {"mimeType": "image/png", "data": "aGVsbG8="}}]


def test_an_answer_that_says_nothing_of_its_cost_is_priced_by_its_size() -> None:
    body = {"candidates": answer(PICTURE)["candidates"]}
    assert read_picture(said(body), MODEL, "2K").cost_microdollars == 1680 * 30
    assert read_picture(said(body), image_model("gemini-99"), None).cost_microdollars == 2000 * 120


def test_tokens_that_are_not_told_apart_count_as_a_picture() -> None:
    body = answer(PICTURE)
    body["usageMetadata"] = {"candidatesTokenCount": 1300}
    assert read_picture(said(body), MODEL, "1K").cost_microdollars == 1300 * 30
    body["usageMetadata"] = {"candidatesTokenCount": 10**30}
    assert read_picture(said(body), MODEL, "1K").cost_microdollars == TOKENS_MAX * 30


def test_words_beside_the_picture_cost_what_words_cost() -> None:
    body = answer(PICTURE)
    body["usageMetadata"] = {
        "promptTokenCount": 1000,
        "candidatesTokenCount": 1220,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}, {"modality": "TEXT", "tokenCount": 100}],
        "thoughtsTokenCount": 400,
    }
    assert read_picture(said(body), MODEL, "1K").cost_microdollars == round(1000 * 1.5 + 500 * 7.5 + 1120 * 30)


def test_of_several_pictures_the_last_counts() -> None:
    first, second = ({"inlineData": {"data": data}} for data in ("b25l", "dHdv"))
    assert read_picture(said(answer([first, {"text": "or"}, second])), MODEL, "1K").picture == b"two"


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("37s", 37.0), ("0.500s", 0.5), ("1.234567s", 1.234567), ("soon", None), ("-3s", None), ("nans", None)],
)
def test_a_wish_to_wait_is_read_as_google_writes_it(delay: str, seconds: float | None) -> None:
    found = failure_of(said({"error": {"details": [{"retryDelay": delay}]}}, 503))
    assert found.retry_after_seconds == seconds


def test_the_header_speaks_where_the_body_does_not() -> None:
    assert failure_of(said({}, 503, {"retry-after": "12"})).retry_after_seconds == 12.0
    assert failure_of(said({}, 503, {"retry-after": "Mon, 30 Nov 2026 00:00:00 GMT"})).retry_after_seconds is None
    both = said({"error": {"details": [{"retryDelay": "3s"}]}}, 503, {"retry-after": "12"})
    assert failure_of(both).retry_after_seconds == 3.0
