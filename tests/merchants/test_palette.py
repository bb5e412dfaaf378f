"""Whatever four colours a merchant picks, their pages can be read and used (WCAG 2.2, AA), by day and by night."""

import random
from dataclasses import fields

import pytest

from tests.pages.test_colours import palettes
from tryon.merchants.colours import SHAPE, TEXT, contrast, lightness, mix, readable_on, shade
from tryon.merchants.palette import DARK_GROUND, LIGHT_GROUND, Ground, palettes_of
from tryon.merchants.storefront import Storefront

PAIRS = [
    ("ink", "paper", TEXT), ("ink", "surface", TEXT), ("ink", "well", TEXT),
    ("muted", "paper", TEXT), ("muted", "surface", TEXT), ("muted", "well", TEXT),
    ("on-brand", "brand", TEXT),
    ("warn-ink", "warn-paper", TEXT), ("warn-ink", "paper", TEXT), ("warn-ink", "surface", TEXT),
    ("accent", "paper", SHAPE), ("accent", "surface", SHAPE), ("accent", "well", SHAPE), ("accent", "line", SHAPE),
    ("line-strong", "paper", SHAPE), ("line-strong", "surface", SHAPE),
]  # fmt: skip
HARD = ["#ffee00", "#000000", "#ffffff", "#808080", "#757575", "#ff0000", "#0000ff", "#00ff00"]


def shop(brand: str, on_brand: str, paper: str, ink: str) -> Storefront:
    return Storefront(brand_color=brand, on_brand_color=on_brand, paper_color=paper, ink_color=ink)


def picked() -> list[tuple[str, str, str, str]]:
    chance = random.Random(2026)
    colours = [*HARD, *(f"#{chance.randrange(1 << 24):06x}" for _ in range(300))]
    hard = [(brand, brand, paper, paper) for brand in HARD for paper in HARD]
    return hard + [tuple(chance.choices(colours, k=4)) for _ in range(120)]  # type: ignore[misc]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_choice_can_be_read_and_used(scheme: int) -> None:
    for choice in picked():
        made = palettes_of(shop(*choice))
        assert made
        variables = made[scheme].variables
        for front, back, least in PAIRS:
            seen = contrast(variables[f"--{front}"], variables[f"--{back}"])
            assert seen >= least, (choice, front, back, seen)


def test_colours_that_can_be_read_stay_as_they_were_picked() -> None:
    made = palettes_of(shop("#8b0000", "#ffffff", "#fff5f5", "#331111"))
    assert made
    light, dark = made
    assert (light.brand, light.on_brand, light.accent) == ("#8b0000", "#ffffff", "#8b0000")
    assert (light.ground.paper, light.ground.ink) == ("#fff5f5", "#331111")
    assert dark.is_dark
    assert contrast(dark.ground.paper, "#000000") < 1.5


def test_a_pale_brand_keeps_its_fill_and_gets_a_darker_line() -> None:
    made = palettes_of(shop("#ffd400", "#1d1b19", "#ffffff", "#222222"))
    assert made
    light, dark = made
    assert light.brand == "#ffd400"
    assert lightness(light.accent) < lightness("#ffd400")
    assert dark.accent == dark.brand == "#ffd400"


def test_a_shop_on_dark_ground_looks_the_same_by_night() -> None:
    made = palettes_of(shop("#ff3366", "#000000", "#101018", "#eeeeee"))
    assert made
    assert made[0] == made[1]
    assert made[0].is_dark


def test_nothing_is_made_for_who_changed_nothing() -> None:
    assert palettes_of(Storefront()) is None
    assert palettes_of(Storefront(corner_radius_px=0, brand_color="#1F4A3C")) is None


def test_who_changed_the_brand_only_keeps_the_ground_of_the_stylesheet() -> None:
    made = palettes_of(Storefront(brand_color="#aa0044"))
    assert made
    assert (made[0].ground, made[1].ground) == (LIGHT_GROUND, DARK_GROUND)
    for ground, variables in ((LIGHT_GROUND, palettes()["light"]), (DARK_GROUND, palettes()["dark"])):
        for field in fields(Ground):
            assert getattr(ground, field.name) == variables[field.name.replace("_", "-")]


def test_a_shade_is_the_nearest_that_is_enough() -> None:
    assert shade("#000000", ["#ffffff"], TEXT) == "#000000"
    grey = shade("#ffffff", ["#ffffff"], TEXT)
    assert TEXT <= contrast(grey, "#ffffff") < TEXT + 0.1
    assert mix("#102030", "#ffffff", 0.0) == "#102030"
    assert mix("#102030", "#ffffff", 1.0) == "#ffffff"


def test_some_text_can_be_read_on_any_colour() -> None:
    for level in range(256):
        ground = f"#{level:02x}{level:02x}{level:02x}"
        assert contrast(readable_on(ground), ground) >= TEXT
