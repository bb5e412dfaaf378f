"""Which pictures are found, and what is taken for what."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.engines.local.lab.folders import categories_of, combine, drawn, pictures_of

NAMES = (
    "jackets/1_front.jpg", "pants/1_front.jpg", "shirts/1_front.jpg", "summer_dress.png", "shirts/short-sleeves.jpg",
    "0047.webp", "notes.txt",
)  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "shop"


def _categories(shop: Path) -> dict[str, str]:
    found = categories_of(pictures_of(shop), shop, "tops")
    return {path.relative_to(shop).as_posix(): category for path, category in found.items()}


def test_names_of_files_and_folders_tell_the_category(shop: Path) -> None:
    assert _categories(shop) == {
        "0047.webp": "tops",
        "jackets/1_front.jpg": "outerwear",
        "pants/1_front.jpg": "bottoms",
        "shirts/1_front.jpg": "tops",
        "shirts/short-sleeves.jpg": "tops",
        "summer_dress.png": "dresses",
    }


def test_a_categories_file_beside_the_products_is_believed_first(shop: Path) -> None:
    (shop / "categories.tsv").write_text("# by hand\n0047.webp\toutwear\n")
    with pytest.raises(ValueError, match=r"line 2: 'outwear' is no category"):
        _categories(shop)
    (shop / "categories.tsv").write_text("# by hand\n0047.webp\touterwear\nsummer_dress.png\ttops\n")
    assert _categories(shop)["0047.webp"] == "outerwear"
    assert _categories(shop)["summer_dress.png"] == "tops"


def test_what_neither_names_nor_file_tell_is_read_from_the_silhouette(shop: Path) -> None:
    skirt = np.full((300, 300, 3), 240, np.uint8)
    cv2.fillPoly(skirt, [np.array([[110, 40], [190, 40], [230, 260], [70, 260]], np.int32)], (40, 30, 160))
    cv2.imwrite(str(shop / "0047.webp"), skirt)
    found = categories_of(pictures_of(shop), shop, None)
    assert found[shop / "0047.webp"] == "bottoms"
    assert found[shop / "summer_dress.png"] == "dresses"


def test_the_same_seed_draws_the_same_combinations(shop: Path) -> None:
    pictures = pictures_of(shop)
    everything = combine(pictures, categories_of(pictures, shop, "tops"))
    assert len(everything) == 36
    first = drawn(everything, 5, seed=3)
    assert first == drawn(everything, 5, seed=3)
    assert first != drawn(everything, 5, seed=4)
    assert len(set(first)) == 5
    assert sorted(map(str, drawn(everything, 99, seed=3))) == sorted(map(str, everything))
