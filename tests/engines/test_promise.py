"""What every engine promises, whoever computes: one test for all of them."""

import gc
import io
import os
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_args

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.engines.candidates import NAMES, Candidate, candidate
from tests.pictures import person, shirt
from tryon.engines.base import Category, Garment, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineError, EngineRefusal, EngineTimeout, GarmentNotFound, UnsupportedCategory
from tryon.engines.local.engine import LocalEngine
from tryon.engines.registry import get_kind
from tryon.fake_providers.server import Behaviour, failing

SHIRT, OTHER_SHIRT = Garment(shirt(1), "tops"), Garment(shirt(2), "tops")
SLACK_SECONDS = 1.5
"""A machine that is busy with other tests; the deadlines below are a multiple of it."""


@pytest.fixture(scope="module")
def eyes(networks_folder: Path) -> LocalEngine:
    engine = LocalEngine(networks_folder)
    engine.warm_up()
    return engine


@pytest.fixture(scope="module", params=NAMES)
def the(
    request: pytest.FixtureRequest, eyes: LocalEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Candidate]:
    with candidate(request.param, eyes, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def photo() -> bytes:
    """As large as it must be for the eyes to tell a face, and no larger."""
    picture = opened(person(1))
    picture.thumbnail((960, 960))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def told() -> list[tuple[str, int]]:
    return []


@pytest.fixture(scope="module")
def result(the: Candidate, photo: bytes, told: list[tuple[str, int]]) -> TryOnResult:
    """Made once; the tests below look at it from several sides."""
    told.clear()
    return the.engine.dress(TryOnRequest(photo, (SHIRT,), report_progress=lambda *step: told.append(step)))


def opened(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as file:
        return file.convert("RGB")


def difference(first: bytes, second: bytes) -> float:
    """The mean difference of two pictures of one size, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(opened(first), opened(second))).mean) / 3


def test_the_picture_is_as_large_as_the_photo_and_shows_something_else(result: TryOnResult, photo: bytes) -> None:
    assert opened(result.picture).size == opened(photo).size
    assert Image.open(io.BytesIO(result.picture)).get_format_mimetype() == result.media_type
    assert difference(result.picture, photo) > 1.0


def test_the_picture_fits_into_the_size_that_was_asked_for(the: Candidate, photo: bytes) -> None:
    whole = opened(photo).size
    small = opened(the.engine.dress(TryOnRequest(photo, (SHIRT,), output_size=(320, 320))).picture).size
    assert max(small) == 320
    assert small[0] / small[1] == pytest.approx(whole[0] / whole[1], rel=0.01)
    large = opened(the.engine.dress(TryOnRequest(photo, (SHIRT,), output_size=(9000, 9000))).picture).size
    assert large == whole


def test_what_is_told_of_the_picture_is_true(the: Candidate, result: TryOnResult) -> None:
    assert (result.engine, result.engine_version) == (the.name, the.engine.version)
    assert bool(result.model) is the.is_hosted
    assert result.provenance == ("generated" if the.is_hosted else "composite")
    assert result.seconds
    assert all(seconds >= 0 for seconds in result.seconds.values())
    assert result.scores
    assert (result.cost_microdollars > 0) is the.is_hosted
    if not the.is_hosted:
        assert not result.is_untouched


def test_progress_never_falls_and_ends_at_a_hundred(result: TryOnResult, told: list[tuple[str, int]]) -> None:
    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    assert percents[0] < 20
    assert percents[-1] == 100
    assert all(stage for stage, _ in told)


def test_progress_does_not_fall_either_when_all_is_asked_again(the: Candidate, photo: bytes) -> None:
    percents: list[int] = []
    if the.provider is not None:
        the.provider.behave(failing(503))
    the.engine.dress(TryOnRequest(photo, (SHIRT,), report_progress=lambda stage, percent: percents.append(percent)))
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_it_dresses_what_its_entry_in_the_list_of_engines_says(the: Candidate) -> None:
    assert get_kind(the.engine.name).categories == the.engine.categories


def test_a_category_that_is_not_listed_is_refused_before_anybody_is_called(the: Candidate, photo: bytes) -> None:
    calls = the.calls
    unlisted = {"umbrellas", *get_args(Category)} - the.engine.categories
    for category in unlisted:
        with pytest.raises(UnsupportedCategory):
            the.engine.dress(TryOnRequest(photo, (SHIRT, Garment(SHIRT.picture, cast(Category, category)))))
    assert the.calls == calls


def test_after_the_deadline_nobody_is_called(the: Candidate, photo: bytes) -> None:
    calls, began = the.calls, time.monotonic()
    with pytest.raises(EngineTimeout):
        the.engine.dress(TryOnRequest(photo, (SHIRT,), deadline=began - 1))
    assert time.monotonic() - began < SLACK_SECONDS
    assert the.calls == calls


def test_a_silent_provider_keeps_nobody_past_the_deadline(the: Candidate, photo: bytes) -> None:
    """The local engine asks nobody; it either makes its picture in that time or says that it can't."""
    began = time.monotonic()
    with the.behaving(Behaviour(way="silence")):
        try:
            the.engine.dress(TryOnRequest(photo, (SHIRT,), deadline=began + 3))
        except EngineTimeout:
            pass
        else:
            assert not the.is_hosted
    assert time.monotonic() - began < 3 + SLACK_SECONDS


def test_what_is_no_picture_is_refused_in_a_way_that_callers_know(the: Candidate, photo: bytes) -> None:
    calls = the.calls
    for bytes_ in (b"", b"not a picture", photo[:300], b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
        with pytest.raises(EngineRefusal):
            the.engine.dress(TryOnRequest(bytes_, (SHIRT,)))
        with pytest.raises(GarmentNotFound):
            the.engine.dress(TryOnRequest(photo, (Garment(bytes_, "tops"),)))
        assert not the.engine.check_person(bytes_).ok
    assert the.calls == calls


def test_threads_share_an_engine_and_each_gets_its_own_picture(the: Candidate, photo: bytes) -> None:
    start = threading.Barrier(2)
    found: dict[int, TryOnResult] = {}

    def dress(number: int, garment: Garment) -> None:
        start.wait()
        found[number] = the.engine.dress(TryOnRequest(photo, (garment,)))

    threads = [
        threading.Thread(target=dress, args=(number, garment)) for number, garment in enumerate((SHIRT, OTHER_SHIRT))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 1]
    alone = the.engine.dress(TryOnRequest(photo, (SHIRT,)))
    assert difference(found[0].picture, alone.picture) < difference(found[1].picture, alone.picture)


def test_preparations_of_another_engine_are_ignored(the: Candidate, photo: bytes) -> None:
    foreign = Garment(SHIRT.picture, "tops", prepared=b"another engine's", title="A shirt")
    request = TryOnRequest(photo, (foreign,), prepared_person=b"another engine's too")
    assert opened(the.engine.dress(request).picture).size == opened(photo).size


def test_what_it_prepared_itself_is_taken_back(the: Candidate, photo: bytes) -> None:
    kept = the.engine.prepare_person(photo)
    prepared = the.engine.prepare_garment(SHIRT)
    request = TryOnRequest(photo, (Garment(SHIRT.picture, "tops", prepared=prepared),), prepared_person=kept)
    assert opened(the.engine.dress(request).picture).size == opened(photo).size


def test_the_same_again_leaves_nothing_open(the: Candidate, photo: bytes) -> None:
    def in_use() -> tuple[int, int]:
        gc.collect()
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    the.engine.dress(TryOnRequest(photo, (SHIRT,)))
    before = in_use()
    the.engine.dress(TryOnRequest(photo, (SHIRT,)))
    end = time.monotonic() + 5
    while in_use() > before and time.monotonic() < end:  # the stand-in's own threads end a moment later
        time.sleep(0.05)
    assert in_use() <= before


def test_no_secret_stands_in_an_error(the: Candidate, photo: bytes) -> None:
    echo = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": " ".join(the.secrets)}}
    for status in (400, 401, 403, 404, 429, 500):
        with the.behaving(failing(status, echo)), pytest.raises(EngineError) as caught:
            the.engine.dress(TryOnRequest(photo if the.is_hosted else b"", (SHIRT,)))
        error = caught.value
        told = "".join(traceback.format_exception(error)) + error.message + error.merchant_message + repr(vars(error))
        assert [secret for secret in the.secrets if secret in told] == []


def test_what_is_said_to_a_shopper_names_no_provider(the: Candidate, photo: bytes) -> None:
    with the.behaving(failing(401)), pytest.raises(EngineError) as caught:
        the.engine.dress(TryOnRequest(photo if the.is_hosted else b"", (SHIRT,)))
    assert caught.value.message
    assert not any(name in caught.value.message.lower() for name in ("google", "gemini", "vertex", "fashn"))
    assert bool(caught.value.merchant_message) is the.is_hosted
