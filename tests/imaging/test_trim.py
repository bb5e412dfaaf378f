import pytest
from PIL import Image, ImageDraw

from tryon.imaging.trim import trimmed


def test_what_can_be_seen_is_kept_and_no_more() -> None:
    canvas = Image.new("RGBA", (500, 400), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).ellipse((100, 120, 299, 219), fill="red")
    kept = trimmed(canvas)
    assert kept is not None
    assert kept.size == (200, 100)


def test_a_logo_without_margins_stays_whole() -> None:
    kept = trimmed(Image.new("RGB", (50, 40), "white"))
    assert kept is not None
    assert kept.size == (50, 40)


@pytest.mark.parametrize(("alpha", "dots"), [(0, 0), (20, 0), (0, 5)])
def test_of_haze_and_specks_nothing_is_seen(alpha: int, dots: int) -> None:
    canvas = Image.new("RGBA", (300, 300), (0, 0, 0, alpha))
    for number in range(dots):
        canvas.putpixel((40 * number, 290 - 50 * number), (255, 0, 0, 255))
    assert trimmed(canvas) is None


def test_a_logo_drawn_half_transparent_is_still_a_logo() -> None:
    assert trimmed(Image.new("RGBA", (60, 60), (0, 0, 0, 90))) is not None
