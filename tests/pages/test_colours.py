"""The stylesheet's own colours can be read by people who see less well (WCAG 2.2, AA)."""

import re

import pytest

from tryon.config import PROJECT_ROOT

TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("muted", "paper", TEXT),
    ("muted", "surface", TEXT),
    ("on-brand", "brand", TEXT),
    ("brand", "well", TEXT),
    ("warn-ink", "warn-paper", TEXT),
    ("brand", "paper", SHAPE),
    ("brand", "line", SHAPE),
    ("line-strong", "paper", SHAPE),
    ("line-strong", "surface", SHAPE),
]


def palettes() -> dict[str, dict[str, str]]:
    text = (PROJECT_ROOT / "static" / "css" / "tryon.css").read_text()
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.S)[:2]
    )
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_the_contrast_is_enough(scheme: str, front: str, back: str, least: float) -> None:
    palette = palettes()[scheme]
    dark, light = sorted((luminance(palette[front]), luminance(palette[back])))
    assert (light + 0.05) / (dark + 0.05) >= least
