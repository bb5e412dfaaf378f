import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.imaging.logos import badge, bars, frame, ground, word
from tryon.imaging.look import WatermarkLook
from tryon.imaging.watermark import with_watermark

GROUNDS = ["white", "black", "#808080", "noise", "halves"]


def changed(marked: Image.Image, plain: Image.Image, by: int = 8) -> NDArray[np.bool_]:
    return np.abs(np.asarray(marked, int) - np.asarray(plain, int)).max(axis=2) > by


def shape_on(picture: Image.Image, logo: Image.Image, look: WatermarkLook) -> tuple[slice, slice, NDArray[np.float64]]:
    """Rows, columns and opacity (0 to 1) of a logo without empty margins, where it belongs."""
    short = min(picture.size)
    width, margin = round(max(72, short * look.size)), round(short * look.margin)
    size = width, round(logo.height * max(72, short * look.size) / logo.width)
    top = picture.height - margin - size[1]
    alpha = np.asarray(logo.convert("RGBA").resize(size, Image.Resampling.LANCZOS).getchannel("A"), float) / 255
    return slice(top, top + size[1]), slice(margin, margin + size[0]), alpha


def least_contrast(marked: Image.Image, logo: Image.Image, parts: int = 1) -> float:
    """Between the logo and the gaps above or below it, in brightness, column by column: of the worst of its parts."""
    rows, across, alpha = shape_on(marked, logo, WatermarkLook())
    grey = np.asarray(marked.convert("L"), float)[rows, across]
    inside, outside = alpha > 0.97, alpha < 0.03
    told = [
        [
            abs(float(grey[inside[:, column], column].mean() - grey[outside[:, column], column].mean()))
            for column in part
            if inside[:, column].any() and outside[:, column].any()
        ]
        for part in np.array_split(np.arange(alpha.shape[1]), parts)
    ]
    return min(float(np.median(contrasts)) for contrasts in told)


def contrasts_of_bars(marked: Image.Image, logo: Image.Image, number: int) -> list[float]:
    """Of each upright bar against the gap beside it, in brightness."""
    rows, across, _ = shape_on(marked, logo, WatermarkLook())
    grey = np.asarray(marked.convert("L"), float)[rows, across][10:-10].mean(axis=0)
    scale = len(grey) / logo.width

    def level(start: int, end: int) -> float:
        return float(grey[round(start * scale) : round(end * scale)].mean())

    gaps = [60 * at + 46 for at in range(number - 1)]
    return [abs(level(60 * at + 15, 60 * at + 25) - level(gap, gap + 8)) for at, gap in enumerate([*gaps, gaps[-1]])]


@pytest.mark.parametrize("size", [(200, 260), (768, 1024), (1732, 2309)])
@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.parametrize("colour", ["white", "black", "#c81e28", "#777777"])
def test_it_stands_bottom_left_and_is_legible_on_any_ground(size: tuple[int, int], kind: str, colour: str) -> None:
    plain, logo = ground(kind, size), frame(colour)
    marked = with_watermark(plain, logo, WatermarkLook(opacity=1.0))
    rows, columns = np.nonzero(changed(marked, plain))
    assert rows.min() > size[1] * 0.6
    assert columns.max() < size[0] * 0.5
    assert least_contrast(marked, logo) > 45


@pytest.mark.parametrize("kind", GROUNDS)
def test_each_half_of_a_logo_that_is_black_and_white_is_legible(kind: str) -> None:
    logo = bars("black", "white", "black", "white", "black", "white")
    marked = with_watermark(ground(kind), logo, WatermarkLook())
    assert min(contrasts_of_bars(marked, logo, 6)) > 50


def test_on_a_ground_of_two_halves_no_letter_is_lost() -> None:
    for colour in ("black", "white"):
        logo = word(("HHHHHH", colour))
        assert least_contrast(with_watermark(ground("halves"), logo, WatermarkLook()), logo, 6) > 60


def test_half_a_word_in_the_colour_of_its_ground_is_not_made_up_for_by_the_other_half() -> None:
    """The mean of black and white differs from white, and yet the white half of such a word is lost on white."""
    plain, logo = ground("white"), bars("black", "white", "black", "white")
    assert min(contrasts_of_bars(with_watermark(plain, logo, WatermarkLook()), logo, 4)) > 60


@pytest.mark.parametrize(
    ("logo", "kind"),
    [
        (word(("Corner", "black")), "white"),
        (word(("Corner", "white")), "black"),
        (word(("Cor", "black"), ("ner", "white")), "#808080"),
        (badge(), "white"),
        (badge(), "noise"),
    ],
)
def test_where_it_is_legible_as_it_is_it_gets_no_plate(logo: Image.Image, kind: str) -> None:
    plain = ground(kind)
    marked = with_watermark(plain, logo, WatermarkLook())
    short = min(plain.size)
    margin, width = round(short * 0.03), round(short * 0.22)
    rows, columns = np.nonzero(changed(marked, plain, by=0))
    assert columns.min() >= margin
    assert columns.max() < margin + width
    assert rows.max() < plain.height - margin


def test_a_logo_that_fades_out_all_around_is_seen_too() -> None:
    logo = Image.new("RGBA", (400, 200), "white")
    logo.putalpha(
        Image.radial_gradient("L").resize((400, 200)).point([max(0, 255 - 2 * level) for level in range(256)])
    )
    plain = ground("white")
    assert changed(with_watermark(plain, logo, WatermarkLook()), plain, by=60).any()


def test_a_plate_is_no_stronger_than_it_need_be() -> None:
    plain = ground("#c8c8c8")
    marked = np.asarray(with_watermark(plain, word(("Corner", "white")), WatermarkLook()).convert("L"))
    assert 80 < marked.min() < 140


def test_hair_lines_stay_as_strong_as_they_were_drawn() -> None:
    logo = Image.new("RGBA", (900, 360), (0, 0, 0, 0))
    for at in range(40, 860, 60):
        ImageDraw.Draw(logo).line((at, 0, at, 359), fill="black", width=3)
    marked = with_watermark(ground("white"), logo, WatermarkLook())
    darkest = np.asarray(marked.convert("L"))[-60:, :200].min(axis=0)
    assert (darkest < 120).sum() >= 12


def test_empty_margins_of_the_logo_are_not_part_of_it() -> None:
    plain = ground("white")
    tight = with_watermark(plain, word(("Corner", "black")), WatermarkLook())
    loose = with_watermark(plain, word(("Corner", "black"), empty=300), WatermarkLook())
    assert np.nonzero(changed(loose, plain))[1].min() == pytest.approx(768 * 0.03, abs=2)
    assert changed(loose, plain).sum() == pytest.approx(changed(tight, plain).sum(), rel=0.05)


def test_a_logo_of_which_nothing_is_seen_leaves_the_picture_as_it_is() -> None:
    plain = ground("white")
    assert not changed(with_watermark(plain, Image.new("RGBA", (90, 90)), WatermarkLook()), plain, by=0).any()


def test_a_tall_logo_does_not_climb_over_the_person() -> None:
    plain = ground("white")
    marked = with_watermark(plain, frame("black", (100, 900)), WatermarkLook())
    rows, _ = np.nonzero(np.asarray(marked.convert("L")) < 200)
    assert rows.min() > 1024 * 0.8


@pytest.mark.parametrize("margin", [0.0, 0.2])
def test_it_may_stand_in_the_very_corner(margin: float) -> None:
    plain = ground("black")
    marked = with_watermark(plain, frame("black"), WatermarkLook(margin=margin))
    assert marked.size == plain.size
    assert changed(marked, plain).any()


def test_opacity_and_size_are_the_merchants() -> None:
    plain = ground("white")
    faint = np.asarray(with_watermark(plain, frame("black"), WatermarkLook(opacity=0.3)).convert("L"))
    strong = np.asarray(with_watermark(plain, frame("black"), WatermarkLook(size=0.5, opacity=1.0)).convert("L"))
    assert faint.min() > 150
    assert strong.min() < 10
    assert (strong < 128).sum() > 3 * (faint < 220).sum()


def test_the_picture_given_is_left_alone() -> None:
    plain = ground("white", (400, 500))
    with_watermark(plain, frame("black"), WatermarkLook())
    assert plain.getextrema() == ((255, 255),) * 3
