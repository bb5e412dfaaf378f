"""All colours of the hosted pages, light and dark, made of the four that a merchant picked.

Whatever was picked, text has a contrast of at least 4.5 on its ground, and what must be seen to be used 3.0.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache

from tryon.merchants.colours import (
    BLACK,
    SHAPE,
    TEXT,
    WHITE,
    contrast,
    lightness,
    luminance,
    mix,
    readable_on,
    shade,
)
from tryon.merchants.storefront import Storefront

DARK_PAPER_LIGHTNESS = 0.19
PICKED = ("brand_color", "on_brand_color", "paper_color", "ink_color")


@dataclass(frozen=True, slots=True)
class Ground:
    """What things stand on, and neutral text."""

    paper: str
    ink: str
    surface: str
    muted: str
    line: str
    line_strong: str
    well: str
    warn_paper: str
    warn_line: str
    warn_ink: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Named as the stylesheet's variables."""

    ground: Ground
    brand: str
    on_brand: str
    accent: str
    """The brand's colour where it is a line or a small shape: moved until it can be seen."""

    @property
    def is_dark(self) -> bool:
        return luminance(self.ground.ink) > luminance(self.ground.paper)

    @property
    def variables(self) -> dict[str, str]:
        colours = asdict(self.ground) | {"brand": self.brand, "on_brand": self.on_brand, "accent": self.accent}
        return {f"--{name.replace('_', '-')}": colour for name, colour in colours.items()}


LIGHT_GROUND = Ground(
    "#f8f6f3", "#1d1b19", "#ffffff", "#655f58", "#e2dcd4", "#8c847a", "#efebe5", "#fdf1e7", "#e6b98f", "#7a3a0c"
)
DARK_GROUND = Ground(
    "#151413", "#f4f0ea", "#1f1d1b", "#b0a89e", "#34302c", "#857d74", "#292623", "#33241a", "#6f4a2e", "#f5c7a0"
)
"""The stylesheet's own."""


def palettes_of(storefront: Storefront) -> tuple[Palette, Palette] | None:
    """Light and dark, both the same for a shop on dark ground; None where the colours are the stylesheet's own."""
    if all(getattr(storefront, name).lower() == getattr(_DEFAULT, name) for name in PICKED):
        return None
    return _palettes(*(getattr(storefront, name).lower() for name in PICKED))


@lru_cache(maxsize=256)
def _palettes(brand: str, on_brand: str, paper: str, ink: str) -> tuple[Palette, Palette]:
    if (paper, ink) == (_DEFAULT.paper_color, _DEFAULT.ink_color):
        light, dark = LIGHT_GROUND, DARK_GROUND
    else:
        light = _ground(paper, shade(ink, [paper], TEXT))
        dark = _darkened(light)
    bright = Palette(light, brand, _on(brand, on_brand), _seen(brand, light))
    if bright.is_dark:
        return bright, bright
    lit = _seen(brand, dark)
    return bright, Palette(dark, lit, _on(lit, on_brand), lit)


def _ground(paper: str, ink: str) -> Ground:
    is_dark = luminance(ink) > luminance(paper)
    surface = _stepped(paper, ink, 0.05) if is_dark else mix(paper, WHITE, 0.65)
    well, line = _stepped(paper, ink, 0.09 if is_dark else 0.05), _stepped(paper, ink, 0.13)
    grounds, warn = (paper, surface, well), DARK_GROUND if is_dark else LIGHT_GROUND
    return Ground(
        paper,
        ink,
        surface,
        muted=shade(mix(ink, paper, 0.3), grounds, TEXT),
        line=line,
        line_strong=shade(mix(ink, paper, 0.5), grounds, SHAPE),
        well=well,
        warn_paper=warn.warn_paper,
        warn_line=warn.warn_line,
        warn_ink=shade(warn.warn_ink, (*grounds, warn.warn_paper), TEXT),
    )


def _darkened(light: Ground) -> Ground:
    """The same hues by night."""
    seen = lightness(light.paper)
    paper = mix(light.paper, BLACK, max(0.0, 1 - DARK_PAPER_LIGHTNESS / seen) if seen else 0.0)
    return _ground(paper, shade(mix(WHITE, light.paper, 0.5), [paper], 2 * TEXT))


def _stepped(paper: str, ink: str, share: float) -> str:
    """A little towards the ink, as far as the ink can still be read there."""
    steps = (mix(paper, ink, share / part) for part in (1, 2, 4))
    return next((step for step in steps if contrast(step, ink) >= TEXT), paper)


def _on(brand: str, wish: str) -> str:
    return wish if contrast(wish, brand) >= TEXT else readable_on(brand)


def _seen(brand: str, ground: Ground) -> str:
    return shade(brand, (ground.paper, ground.surface, ground.well, ground.line), SHAPE)


_DEFAULT = Storefront()
