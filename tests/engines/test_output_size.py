"""A picture fits into the box that was asked for, in its own proportions, and is never enlarged."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import card, openvto_folder
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.local.engine import LocalEngine
from tryon.engines.output_size import fitted_file, size_in


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (None, (600, 800)),
        ((600, 800), (600, 800)),
        ((6000, 8000), (600, 800)),
        ((300, 8000), (300, 400)),
        ((600, 400), (300, 400)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_box_bounds_both_sides(box: tuple[int, int] | None, expected: tuple[int, int]) -> None:
    assert size_in(box, 600, 800) == expected


def test_a_file_that_fits_is_not_encoded_anew() -> None:
    assert fitted_file(card("teal", (300, 400)), (300, 400)) is None


def test_a_file_that_does_not_fit_is_reduced() -> None:
    data = fitted_file(card("teal", (300, 400)), (200, 200))
    assert data is not None
    assert Image.open(io.BytesIO(data)).size == (150, 200)


def test_the_local_engine_s_picture_fits_into_the_box(networks_folder: Path) -> None:
    photo = (openvto_folder() / "people" / "4_selfie.jpg").read_bytes()
    glasses = (Path(__file__).parents[2] / "static/demo/products/eyewear/2_front.jpg").read_bytes()
    with Image.open(io.BytesIO(photo)) as file:
        width, height = file.size
    request = TryOnRequest(photo, (Garment(glasses, "eyewear"),), output_size=(400, 400))
    made = LocalEngine(networks_folder).dress(request)
    size = Image.open(io.BytesIO(made.picture)).size
    assert max(size) == 400
    assert size == size_in((400, 400), width, height)
