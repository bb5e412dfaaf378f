"""The wardrobe: what dresses a category, and that nobody waits for the code of another."""

import subprocess
import sys

from tryon.engines.local.wardrobe import OUTFITTERS, WEARABLE


def loaded_after(statement: str) -> set[str]:
    """The engine's modules a new Python process holds once the statement was run."""
    listing = "import sys; print(*(name for name in sys.modules if name.startswith('tryon.')))"
    found = subprocess.run(
        [sys.executable, "-c", f"{statement}; {listing}"], capture_output=True, text=True, timeout=120, check=True
    )
    return {name.rpartition(".")[2] for name in found.stdout.split()}


def test_a_shirt_does_not_wait_for_the_code_of_shoes_and_hats() -> None:
    loaded = loaded_after("from tryon.engines.local.wardrobe import OUTFITTERS; OUTFITTERS['tops']")

    assert "dressing" in loaded
    assert not loaded & {"footwear_dressing", "headwear_dressing", "eyewear_dressing", "bottoms_dressing"}


def test_an_opened_wardrobe_holds_the_code_of_every_category() -> None:
    loaded = loaded_after("from tryon.engines.local.wardrobe import OUTFITTERS; OUTFITTERS.open()")

    assert loaded > {"dressing", "footwear_dressing", "headwear_dressing", "eyewear_dressing", "bottoms_dressing"}


def test_every_wearable_category_has_somebody_who_dresses_it() -> None:
    assert set(OUTFITTERS) == WEARABLE
    assert len(OUTFITTERS) == len(WEARABLE)
    assert all(OUTFITTERS[category].limits for category in OUTFITTERS)
