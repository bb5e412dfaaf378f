import pytest

from tryon.merchants.colours import DARK, LIGHT, contrast, readable_on


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize(
    ("ground", "text"), [("#1f4a3c", LIGHT), ("#000080", LIGHT), ("#FFEE00", DARK), ("#fff0f0", DARK)]
)
def test_text_is_light_on_dark_and_dark_on_light(ground: str, text: str) -> None:
    assert readable_on(ground) == text
    assert contrast(text, ground) > 4.5
