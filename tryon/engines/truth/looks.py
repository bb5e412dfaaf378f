"""What the judge needs of the eyes: a look at a photo, a glance at a candidate, a product without its ground."""

from typing import Protocol, runtime_checkable

from tryon.engines.base import Garment
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis, Picture, Points, Pose


@runtime_checkable
class Looks(Protocol):
    """The local engine is one. Pictures and points are in the conventions of `local/analysis.py`."""

    def analyse(self, photo: bytes, prepared: bytes | None = None) -> PersonAnalysis:
        """Everything that can be told of a photo; `prepared` is what the same engine kept beside it.

        Raises an EngineError where nobody is seen.
        """
        ...

    def glance(self, picture: Picture) -> tuple[Pose, Points | None] | None:
        """Joints and face mesh of the largest person; None where nobody is seen."""
        ...

    def cut_out(self, garment: Garment) -> GarmentAnalysis:
        """Raises an EngineError where the product can't be told from its ground."""
        ...
