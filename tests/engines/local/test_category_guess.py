"""What a silhouette tells of the kind of a product."""

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import picture_of
from tryon.config import PROJECT_ROOT
from tryon.engines.local.analysis import Picture
from tryon.engines.local.category_guess import guess_category
from tryon.engines.local.engine import read_picture


def drawn(*outlines: list[tuple[int, int]]) -> Picture:
    picture = np.full((500, 400, 3), 240, np.uint8)
    for outline in outlines:
        cv2.fillPoly(picture, [np.array(outline, np.int32)], (40, 110, 60))
    return picture


SKIRT = [(150, 60), (250, 60), (310, 420), (90, 420)]
DRESS = [
    (150, 30), (175, 60), (225, 60), (250, 30), (270, 100), (240, 190), (290, 460), (110, 460), (160, 190), (130, 100),
]  # fmt: skip
TRUNK = [(160, 30), (185, 60), (215, 60), (240, 30), (255, 90), (240, 270), (160, 270), (145, 90)]
LEGS = ([(160, 260), (200, 260), (190, 460), (150, 460)], [(200, 260), (240, 260), (250, 460), (210, 460)])


@pytest.mark.parametrize(
    ("picture", "category"),
    [
        (drawn(SKIRT), "bottoms"),
        (drawn(DRESS), "dresses"),
        (drawn(TRUNK, *LEGS), "dresses"),
        (drawn(*LEGS), "bottoms"),
        (drawn(TRUNK), "tops"),
    ],
    ids=["a skirt", "a dress", "a jumpsuit", "trousers", "a tank top"],
)
def test_waistbands_legs_and_lengths_tell_what_a_product_is(picture: Picture, category: str) -> None:
    assert guess_category(picture) == category


@pytest.mark.parametrize(("folder", "category"), [("jackets", "tops"), ("shirts", "tops"), ("pants", "bottoms")])
def test_real_products_are_told_apart(folder: str, category: str) -> None:
    assert guess_category(picture_of(f"clothes/{folder}/1_front.jpg")) == category


def test_a_picture_without_a_garment_tells_nothing() -> None:
    assert guess_category(np.full((300, 300, 3), 240, np.uint8)) is None


@pytest.mark.parametrize("kind", ["eyewear", "footwear"])
@pytest.mark.parametrize("number", [1, 2])
def test_glasses_and_pairs_of_shoes_are_known(kind: str, number: int) -> None:
    path = PROJECT_ROOT / "static" / "demo" / "products" / kind / f"{number}_front.jpg"
    picture = read_picture(path.read_bytes())
    assert picture is not None
    assert guess_category(picture) == kind
