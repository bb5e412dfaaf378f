"""How a finished picture came to be, as every surface tells it."""

from typing import Any

from pydantic import Field

from tryon.api.answers import Answer
from tryon.imaging.provenance import VOCABULARY

SOURCE: Any = Field(
    description="A word of IPTC's vocabulary: `compositeCapture` (photos laid together), `trainedAlgorithmicMedia` (a "
    "generative model's picture) or `compositeWithTrainedAlgorithmicMedia` (both in one). The file's XMP says it "
    "too.",
    examples=[f"{VOCABULARY}compositeCapture"],
)
UNTOUCHED: Any = Field(
    description="The file is the provider's own, byte for byte but for our XMP, its marks (SynthID, C2PA) whole."
)


class ProvenanceAnswer(Answer):
    digital_source_type: str = SOURCE
    is_untouched: bool = UNTOUCHED


def provenance_of(row: Any) -> ProvenanceAnswer | None:
    """Of a row with the generation's columns; None of pictures that are older than them."""
    if row.provenance is None:
        return None
    return ProvenanceAnswer(digital_source_type=VOCABULARY + row.provenance, is_untouched=row.is_untouched)
