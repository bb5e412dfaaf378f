"""The engine as its callers see it: bytes in, PNG out, stages reported, refusals with their codes."""

import threading
import time

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import NETWORKS, asset, eyes, person_of, picture_of
from tryon.engines.base import Garment, TryOnOptions, TryOnRequest
from tryon.engines.errors import (
    EngineTimeout,
    GarmentNotFound,
    NoPersonFound,
    PoseNotSupported,
    UnsupportedCategory,
)
from tryon.engines.local.engine import LocalEngine, Shelf, read_picture

PERSON = asset("people/3_posture.jpg").read_bytes()
SHIRT = Garment(asset("clothes/shirts/1_front.jpg").read_bytes(), "tops")
TROUSERS = Garment(asset("clothes/pants/1_front.jpg").read_bytes(), "bottoms")
JACKET = Garment(asset("clothes/jackets/1_front.jpg").read_bytes(), "outerwear")


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    eyes()
    engine = LocalEngine(NETWORKS)
    engine.warm_up()
    return engine


def _png(picture: np.ndarray) -> bytes:  # type: ignore[type-arg]
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def test_a_dressed_person_comes_back_as_a_png_of_the_photo_s_size(engine: LocalEngine) -> None:
    told: list[tuple[str, int]] = []
    made = engine.dress(TryOnRequest(PERSON, (SHIRT,), report_progress=lambda stage, done: told.append((stage, done))))
    picture = read_picture(made.picture)
    assert picture is not None
    assert picture.shape == picture_of("people/3_posture.jpg").shape
    assert made.media_type == "image/png"
    assert (made.engine, made.engine_version, made.provenance) == ("local", engine.version, "composite")
    assert set(made.seconds) == {"reading", "person", "garment", "fitting", "light", "finishing"}
    assert [stage for stage, _ in told][:6] == ["reading", "person", "garment", "fitting", "light", "finishing"]
    percents = [done for _, done in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert made.scores["face_identical"] == 1.0


def test_a_second_product_on_the_same_photo_costs_only_the_dressing(engine: LocalEngine) -> None:
    engine.dress(TryOnRequest(PERSON, (SHIRT,)))
    again = engine.dress(TryOnRequest(PERSON, (SHIRT,)))
    assert again.seconds["person"] < 0.05
    assert again.seconds["garment"] < 0.05


def test_two_garments_are_worn_one_over_the_other(engine: LocalEngine) -> None:
    alone = engine.dress(TryOnRequest(PERSON, (JACKET,)))
    both = engine.dress(TryOnRequest(PERSON, (SHIRT, JACKET)))
    assert engine.dress(TryOnRequest(PERSON, (JACKET, SHIRT))).picture == both.picture
    one, two = read_picture(alone.picture), read_picture(both.picture)
    assert one is not None
    assert two is not None
    assert one.shape == two.shape
    assert not np.array_equal(one, two)


def test_what_can_not_be_worn_is_refused_before_anything_is_looked_at(engine: LocalEngine) -> None:
    with pytest.raises(UnsupportedCategory):
        engine.dress(TryOnRequest(b"not even a picture", (Garment(b"", "umbrellas"),)))  # type: ignore[arg-type]


def test_a_top_and_trousers_make_an_outfit(engine: LocalEngine) -> None:
    made = engine.dress(TryOnRequest(PERSON, (SHIRT, TROUSERS)))
    picture = read_picture(made.picture)
    assert picture is not None
    before = picture_of("people/3_posture.jpg").astype(np.int16)
    changed = np.abs(picture.astype(np.int16) - before).max(axis=2) > 12
    hips = int(person_of("people/3_posture.jpg").pose.points[23:25, 1].mean())
    assert changed[:hips].mean() > 0.1
    assert changed[hips + 100 :].mean() > 0.1
    assert made.scores["face_identical"] == 1.0


def test_overalls_are_refused_before_the_person_is_dressed(engine: LocalEngine) -> None:
    overalls = Garment(asset("clothes/pants/4_front.jpg").read_bytes(), "bottoms")
    with pytest.raises(UnsupportedCategory):
        engine.dress(TryOnRequest(PERSON, (overalls,)))


def test_a_wall_is_not_a_person(engine: LocalEngine) -> None:
    wall = np.full((600, 400, 3), 180, np.uint8)
    with pytest.raises(NoPersonFound):
        engine.dress(TryOnRequest(_png(wall), (SHIRT,)))
    assert not engine.check_person(_png(wall)).ok


def test_bytes_that_are_no_picture_are_refused_kindly(engine: LocalEngine) -> None:
    with pytest.raises(NoPersonFound):
        engine.dress(TryOnRequest(b"hello", (SHIRT,)))
    failure = engine.check_person(b"hello").first_failure
    assert failure is not None
    assert failure.code == "photo_readable"
    with pytest.raises(GarmentNotFound):
        engine.dress(TryOnRequest(PERSON, (Garment(b"hello", "tops"),)))


def test_a_photo_without_hips_is_refused_with_the_reason(engine: LocalEngine) -> None:
    selfie = picture_of("people/3_posture.jpg")[:420]
    with pytest.raises(PoseNotSupported) as refusal:
        engine.dress(TryOnRequest(_png(np.ascontiguousarray(selfie)), (SHIRT,)))
    assert refusal.value.code == "pose_not_supported"
    assert refusal.value.reason


def test_an_answer_that_would_come_too_late_is_not_made(engine: LocalEngine) -> None:
    with pytest.raises(EngineTimeout):
        engine.dress(TryOnRequest(PERSON, (SHIRT,), deadline=time.monotonic() - 1))


def test_a_good_photo_passes_the_check(engine: LocalEngine) -> None:
    check = engine.check_person(PERSON)
    assert check.ok
    assert check.view == "front"
    assert "hips" in check.visible


def test_two_threads_dress_at_once(engine: LocalEngine) -> None:
    results: dict[int, bytes] = {}

    def work(number: int) -> None:
        results[number] = engine.dress(TryOnRequest(PERSON, (SHIRT,), TryOnOptions())).picture

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1]


def test_a_shelf_keeps_the_latest_and_makes_each_once() -> None:
    shelf: Shelf[int] = Shelf(2)
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value

    for value in (1, 2, 1, 3, 1, 2):
        assert shelf.get(str(value), lambda value=value: make(value)) == value  # type: ignore[misc]
    assert made == [1, 2, 3, 2]


def test_transparent_pictures_are_read_on_white() -> None:
    clear = np.zeros((8, 8, 4), np.uint8)
    clear[2:6, 2:6] = (10, 20, 30, 255)
    picture = read_picture(cv2.imencode(".png", clear)[1].tobytes())
    assert picture is not None
    assert tuple(picture[0, 0]) == (255, 255, 255)
    assert tuple(picture[4, 4]) == (30, 20, 10)


def test_a_photo_larger_than_the_analysis_is_dressed_at_its_own_size(engine: LocalEngine) -> None:
    small = cv2.imread(str(asset("people/3_posture.jpg")))
    large = cv2.resize(small, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
    photo = cv2.imencode(".png", large, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    result = engine.dress(TryOnRequest(photo, (Garment(asset("clothes/shirts/1_front.jpg").read_bytes(), "tops"),)))
    made = cv2.imdecode(np.frombuffer(result.picture, np.uint8), cv2.IMREAD_COLOR)
    assert made.shape == large.shape
    assert np.array_equal(made[:200], large[:200]), "the room above the head is untouched"
