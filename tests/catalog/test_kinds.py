"""What we say of a category must be what the engine does."""

from typing import get_args

import pytest

from tryon.catalog.categories import CATEGORIES, read_category
from tryon.catalog.kinds import KINDS
from tryon.engines.base import Category
from tryon.engines.local.heads import MAX_YAW_DEGREES
from tryon.engines.local.outfit import LAYERS
from tryon.engines.local.person import _frame_checks
from tryon.engines.local.wardrobe import WEARABLE
from tryon.generations.outfits import AT_ONCE_MAX


def test_every_category_of_the_engine_is_described_and_no_other() -> None:
    assert tuple(KINDS) == CATEGORIES == get_args(Category)
    assert set(KINDS) == WEARABLE == set(LAYERS) == set(AT_ONCE_MAX)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_photo_must_show_what_the_engine_looks_for(category: Category) -> None:
    shows = set(KINDS[category].photo_shows)
    if category in MAX_YAW_DEGREES:
        assert shows == {"head"}
        return
    assert "hips" in shows
    missing = [check.code for check in _frame_checks(category, visible=()) if not check.ok]
    assert missing == (["feet_visible"] if "feet" in shows else [])


def test_other_names_are_taken_for_it() -> None:
    assert KINDS["footwear"].other_names == ("shoes",)
    for kind in KINDS.values():
        assert all(read_category(name) == kind.id for name in kind.other_names)
