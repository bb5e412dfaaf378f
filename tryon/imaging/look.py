"""How a merchant wants their logo to stand on pictures. Values only: the API knows them without loading any drawing."""

from dataclasses import dataclass

SIZE, MARGIN, OPACITY = 0.22, 0.03, 0.9
"""Defaults: the logo's width and its distance from the edges as shares of the short side; its opacity."""


@dataclass(frozen=True, slots=True)
class WatermarkLook:
    size: float = SIZE
    """0.05 to 0.5 of the picture's short side."""
    margin: float = MARGIN
    """0 to 0.2 of the short side."""
    opacity: float = OPACITY
    """0.2 to 1."""
