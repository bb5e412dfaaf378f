"""Which text can be read on a colour: contrast after WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

LIGHT, DARK = "#ffffff", "#1d1b19"


def readable_on(ground: str) -> str:
    """The light or the dark text colour, whichever stands out more on `ground` (as #rrggbb)."""
    return max((LIGHT, DARK), key=lambda text: contrast(text, ground))


def contrast(first: str, second: str) -> float:
    """From 1.0 (the same) to 21.0 (black on white)."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
