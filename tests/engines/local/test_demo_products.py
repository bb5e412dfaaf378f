"""Everything the demo shop sells can be worn by one of openvto's people."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.demo import LOOKS, PRODUCTS, DemoProduct, get_picture_folder
from tryon.demo_products.before_after import frame_around
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.local.engine import LocalEngine

PERSON = {look.ware.category: look.person for look in LOOKS}


@pytest.fixture(scope="module")
def engine(networks_folder: Path) -> LocalEngine:
    return LocalEngine(networks_folder)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)
def test_the_product_can_be_worn(engine: LocalEngine, product: DemoProduct) -> None:
    pictures = get_picture_folder()
    photo = (pictures / "people" / PERSON[product.category]).read_bytes()
    garment = Garment(product.file(pictures).read_bytes(), product.category)
    result = engine.dress(TryOnRequest(photo, (garment,)))
    with Image.open(io.BytesIO(photo)) as before, Image.open(io.BytesIO(result.picture)) as after:
        assert after.size == before.size
        changed = np.asarray(after.convert("RGB")) != np.asarray(before.convert("RGB"))
    assert 0.001 < changed.any(axis=2).mean() < 0.6


@pytest.mark.parametrize("category", ["eyewear", "footwear", "bottoms"])
def test_a_before_and_after_shows_all_that_changed(category: str) -> None:
    before = np.zeros((1000, 700, 3), np.uint8)
    after = before.copy()
    after[700:760, 200:420] = 200
    left, upper, right, lower = frame_around(before, after, category)
    assert left <= 200 < 420 <= right
    assert upper <= 700 < 760 <= lower
    assert (right - left) / (lower - upper) == pytest.approx(0.75, abs=0.01)
    assert frame_around(before, before, category) == (0, 0, 700, 1000)
