"""What a photo's labels become once they are tidied for one kind of clothes, found once for each photo.

Tidying redraws the edges of the old clothes by colour, and asks nothing of the product: a quarter of the work of a
dress that is the same for every dress. It is kept with the analysis, in memory and beside the photo.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tryon.engines.local.analysis import BodyLabel, Clothes, PersonAnalysis
from tryon.engines.local.raster import among


def tidied_once(
    person: PersonAnalysis, clothes: Clothes, part: PersonAnalysis, tidy: Callable[[PersonAnalysis], PersonAnalysis]
) -> PersonAnalysis:
    """`tidy(part)`, or the same from what is known of `person`; `part` is always the same crop of them.

    Tidying changes labels, and makes opaque whatever of the old clothes it found in the background.
    """
    labels = person.tidied.get(clothes)
    if labels is None or labels.shape != part.labels.shape:
        labels = person.tidied[clothes] = tidy(part).labels
    found = among(labels, (BodyLabel.TOP, BodyLabel.BOTTOM)) & (part.labels == BodyLabel.BACKGROUND)
    return replace(part, labels=labels, matte=np.where(found, np.float32(1.0), part.matte))
