"""Which text can be read on a colour: contrast after WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

Colours are moved towards others in OKLab, https://bottosson.github.io/posts/oklab/, where they keep their hue.
"""

from collections.abc import Callable, Iterable

LIGHT, DARK = "#ffffff", "#1d1b19"
WHITE, BLACK = "#ffffff", "#000000"
TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of what must be seen to be used."""

_STEPS = 12
"""Halvings when the least change is looked for: finer than a screen shows."""


def readable_on(ground: str) -> str:
    """The light or the dark text colour, whichever stands out more on `ground` (as #rrggbb)."""
    text = max((LIGHT, DARK), key=lambda text: contrast(text, ground))
    return text if contrast(text, ground) >= TEXT else BLACK


def shade(colour: str, grounds: Iterable[str], least: float) -> str:
    """The colour itself where it stands out on every ground, else as little lighter or darker as is needed."""
    grounds = tuple(grounds)

    def worst(front: str) -> float:
        return min(contrast(front, ground) for ground in grounds)

    if worst(colour) >= least:
        return colour
    ways = [(pole, _least_share(colour, pole, lambda front: worst(front) >= least)) for pole in (WHITE, BLACK)]
    enough = [(share, pole) for pole, share in ways if share is not None]
    return mix(colour, min(enough)[1], min(enough)[0]) if enough else max((WHITE, BLACK), key=worst)


def mix(first: str, second: str, share: float) -> str:
    """`share` 0 is the first colour, 1 the second."""
    one, two = _to_oklab(first), _to_oklab(second)
    return _from_oklab(*(a + (b - a) * share for a, b in zip(one, two, strict=True)))


def lightness(colour: str) -> float:
    """As people see it: 0 is black, 1 is white."""
    return _to_oklab(colour)[0]


def contrast(first: str, second: str) -> float:
    """From 1.0 (the same) to 21.0 (black on white)."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = _linear_parts(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _least_share(colour: str, pole: str, is_enough: Callable[[str], bool]) -> float | None:
    if not is_enough(pole):
        return None
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_enough(mix(colour, pole, middle)) else (middle, high)
    return high


def _to_oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear_parts(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(light: float, a: float, b: float) -> str:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, part)))):02x}" for part in parts)


def _linear_parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
