import numpy as np
import pytest
from PIL import Image, ImageDraw

from tryon.imaging.watermark import WatermarkLook, with_watermark


def logo(colour: str, size: tuple[int, int] = (400, 160)) -> Image.Image:
    """A frame with nothing in it."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 20, size[0] - 20, size[1] - 20), outline=colour, width=24)
    return image


def ground(kind: str, size: tuple[int, int]) -> Image.Image:
    if kind == "busy":
        return Image.effect_noise(size, 120).convert("RGB")
    return Image.new("RGB", size, kind)


@pytest.mark.parametrize("size", [(200, 260), (768, 1024), (1732, 2309)])
@pytest.mark.parametrize("kind", ["white", "black", "#808080", "busy"])
@pytest.mark.parametrize("colour", ["white", "black", "#c81e28"])
def test_it_stands_bottom_left_and_is_legible_on_any_ground(size: tuple[int, int], kind: str, colour: str) -> None:
    plain = ground(kind, size)
    marked = with_watermark(plain, logo(colour), WatermarkLook(opacity=1.0))
    changed = np.abs(np.asarray(marked, int) - np.asarray(plain, int)).max(axis=2) > 8
    rows, columns = np.nonzero(changed)
    assert rows.min() > size[1] * 0.6
    assert columns.max() < size[0] * 0.5
    assert _contrast_of_the_frame(marked) > 45


def _contrast_of_the_frame(marked: Image.Image) -> float:
    """Between the logo's upper bar and what is inside the frame, in brightness."""
    look = WatermarkLook()
    width = max(72, min(marked.size) * look.size)
    scale, margin = width / 400, round(min(marked.size) * look.margin)
    top = marked.height - margin - round(160 * scale)
    grey = np.asarray(marked.convert("L"), float)
    bar = grey[top + round(30 * scale), margin + round(60 * scale) : margin + round(340 * scale)]
    inside = grey[top + round(80 * scale), margin + round(70 * scale) : margin + round(330 * scale)]
    return abs(float(bar.mean() - inside.mean()))


def test_a_tall_logo_does_not_climb_over_the_person() -> None:
    plain = Image.new("RGB", (768, 1024), "white")
    marked = with_watermark(plain, logo("black", (100, 900)), WatermarkLook())
    rows, _ = np.nonzero(np.asarray(marked.convert("L")) < 200)
    assert rows.min() > 1024 * 0.8


def test_opacity_and_size_are_the_merchants() -> None:
    plain = Image.new("RGB", (768, 1024), "white")
    faint = np.asarray(with_watermark(plain, logo("black"), WatermarkLook(opacity=0.3)).convert("L"))
    strong = np.asarray(with_watermark(plain, logo("black"), WatermarkLook(size=0.5, opacity=1.0)).convert("L"))
    assert faint.min() > 150
    assert strong.min() < 10
    assert (strong < 128).sum() > 3 * (faint < 220).sum()


def test_the_picture_given_is_left_alone() -> None:
    plain = Image.new("RGB", (400, 500), "white")
    with_watermark(plain, logo("black"), WatermarkLook())
    assert plain.getextrema() == ((255, 255),) * 3
