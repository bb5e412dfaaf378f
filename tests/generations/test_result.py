"""The file a shopper gets tells how it was made, and a provider's own file stays its own."""

import io
from dataclasses import dataclass, replace

import pytest
from PIL import Image

from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene, work
from tryon.engines.base import TryOnRequest, TryOnResult
from tryon.generations.erasing import erase_result
from tryon.generations.result import delete_lost_result, result_key
from tryon.imaging.jpeg_parts import Segment, join_jpeg, split_jpeg
from tryon.imaging.provenance import source_of
from tryon.pages.sized_pictures import read_sized
from tryon.wiring import tools

SEGMENTS, SCAN = split_jpeg(card("teal", (320, 400)))
SIGNED = join_jpeg([Segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x10jumb c2pa"), *SEGMENTS], SCAN)


@dataclass
class Provider(QuickEngine):
    """Gives what a provider gave, as it came."""

    picture: bytes = b""
    is_untouched: bool = True

    def dress(self, request: TryOnRequest) -> TryOnResult:
        made = super().dress(request)
        return replace(made, picture=self.picture, provenance="generated", is_untouched=self.is_untouched, model="m-1")


def kept(key: str) -> bytes:
    return tools().storage.read(key)


def test_a_picture_of_the_local_kind_says_that_it_is_laid_together_from_photos(scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    data = kept(generation.result_key)
    assert source_of(data) == generation.provenance == "compositeCapture"
    assert b"tryon (quick 1)" in data
    assert not generation.is_untouched


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_provider_s_picture_keeps_its_format_and_its_pixels(scene: Scene, kind: str, ending: str) -> None:
    given = card("teal", (320, 400), kind)
    generation = scene.request()
    work(generation, Provider(picture=given))
    assert generation.result_key.endswith(f".{ending}")
    data = kept(generation.result_key)
    assert Image.open(io.BytesIO(data)).tobytes() == Image.open(io.BytesIO(given)).tobytes()
    assert source_of(data) == generation.provenance == "trainedAlgorithmicMedia"
    assert generation.is_untouched


def test_a_signed_picture_is_kept_byte_for_byte(scene: Scene) -> None:
    generation = scene.request()
    work(generation, Provider(picture=SIGNED))
    assert kept(generation.result_key) == SIGNED
    assert (generation.provenance, generation.is_untouched) == ("trainedAlgorithmicMedia", True)


@pytest.mark.parametrize("why", ["recomposed", "a test"])
def test_a_picture_that_is_drawn_on_is_no_longer_the_provider_s(scene: Scene, why: str) -> None:
    generation = scene.request(mode="test" if why == "a test" else "live")
    work(generation, Provider(picture=SIGNED, is_untouched=why != "recomposed"))
    data = kept(generation.result_key)
    assert source_of(data) == generation.provenance == "compositeWithTrainedAlgorithmicMedia"
    assert not generation.is_untouched
    assert b"jumb" not in data


def test_a_smaller_copy_says_the_same_and_goes_with_the_picture(scene: Scene) -> None:
    generation = scene.request()
    work(generation, Provider(picture=card("teal", (640, 800), "PNG")))
    data, name = read_sized(tools().storage, generation.result_key, 320, takes_webp=True)
    assert (name.rpartition(".")[2], source_of(data)) == ("webp", "trainedAlgorithmicMedia")
    erase_result(generation, storage=tools().storage)
    assert not list(tools().storage.keys(f"results/{scene.merchant_id}"))


def test_what_a_lost_run_left_goes_whatever_its_format(scene: Scene) -> None:
    for ending in ("jpg", "png", "webp"):
        tools().storage.write(result_key("mer_1", "gen_1", "lost", ending), person())
    delete_lost_result(tools().storage, "mer_1", "gen_1", "lost")
    assert not list(tools().storage.keys("results/mer_1"))


def test_the_answer_tells_how_the_picture_was_made(scene: Scene) -> None:
    from tryon.api.partner.jobs import jobs_where
    from tryon.api.provenance import provenance_of
    from tryon.db import db
    from tryon.generations.models import Generation

    generation = scene.request()
    work(generation, Provider(picture=SIGNED))
    told = provenance_of(db.session.execute(jobs_where(Generation.id == generation.id)).one())
    assert told is not None
    assert told.digital_source_type == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert told.is_untouched
