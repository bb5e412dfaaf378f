"""The checks that look at a finished picture with fresh eyes: they trust pose and colours, not the labels."""

from tryon.engines.local.analysis import BodyLabel, Picture
from tryon.engines.local.check_cloth import loose_straps, uneven_stretch
from tryon.engines.local.check_leftovers import old_colours
from tryon.engines.local.check_outline import rim_beside_cloth
from tryon.engines.local.check_skin import foreign_at_neck, limb_gap
from tryon.engines.local.check_view import Judged, view_of


def look_afresh(photo: Picture, dressed: Judged, old: BodyLabel) -> dict[str, float]:
    """Scores of a dressed body in which what was labelled `old` was replaced; areas are in square shoulder widths."""
    view = view_of(photo, dressed)
    below = old == BodyLabel.BOTTOM
    return {
        "old_colours": old_colours(view, dressed, old),
        "rim_beside_cloth": rim_beside_cloth(view, old),
        "foreign_at_neck": 0.0 if below else foreign_at_neck(view, dressed),
        "limb_gap": limb_gap(view, legs=below),
        "loose_straps": 0.0 if below else loose_straps(view),
        "uneven_stretch": uneven_stretch(dressed),
    }
