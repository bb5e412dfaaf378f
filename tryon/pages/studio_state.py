"""How the studio stands for one shopper: the photo they have, or the form for one, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tryon.catalog.kinds import KINDS
from tryon.db import db
from tryon.ids import random_text
from tryon.merchants.models import Merchant
from tryon.pages.kinds import list_kinds
from tryon.pages.launch_state import PORTRAIT_FROM, TALL_FROM
from tryon.pages.photo_words import check_words
from tryon.pages.problem import Problem
from tryon.pages.shopper_visit import Visit
from tryon.pages.studio_return import return_with
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo, photos_of

OTHERS_MAX = 4
"""Earlier photos to choose from."""

View = Literal["form", "model", "delete", "kept"]


@dataclass(frozen=True, slots=True)
class CheckLine:
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class StudioState:
    visit: Visit
    photo: Photo | None
    """The current one; in the view `delete`, the one in question."""
    view: View
    others: tuple[Photo, ...] = ()
    problem: Problem | None = None
    checks: tuple[CheckLine, ...] = ()
    has_consented: bool = False

    @property
    def merchant(self) -> Merchant:
        return self.visit.merchant

    @property
    def shape(self) -> Literal["wide", "portrait", "tall"]:
        if self.photo is None or self.photo.height <= PORTRAIT_FROM * self.photo.width:
            return "wide"
        return "tall" if self.photo.height > TALL_FROM * self.photo.width else "portrait"

    @property
    def good_for(self) -> str:
        """What this photo shows enough of, in words."""
        visible = set(self.photo.body.get("visible", ())) if self.photo else set()
        return list_kinds([kind.id for kind in KINDS.values() if visible.issuperset(kind.photo_shows)])

    @property
    def back_with_photo(self) -> str | None:
        if self.visit.partner_return is None or self.photo is None:
            return None
        return return_with(self.visit.partner_return, model_id=self.photo.id, status="ready")

    @property
    def back_without(self) -> str | None:
        if self.visit.partner_return is None:
            return None
        return return_with(self.visit.partner_return, status="cancelled")

    @property
    def form_name(self) -> str:
        """Of one showing of the form: what becomes of the photo it sends is told under this name."""
        return random_text(16)


def state_of(
    visit: Visit,
    *,
    asks: bool = False,
    problem: Problem | None = None,
    failed: Sequence[Mapping[str, Any]] = (),
    has_consented: bool = False,
) -> StudioState:
    """`asks` for a photo even where there is one; `failed` are the checks of one that was turned down."""
    photo = find_current_photo(visit.shopper)
    others = _others(visit, photo)
    if asks or photo is None:
        told = problem.message if problem else ""
        lines = tuple(line for line in lines_of(failed) if line.words != told)
        return StudioState(visit, photo, "form", others, problem, lines, has_consented)
    return StudioState(visit, photo, "model", others, problem, lines_of(photo.checks))


def lines_of(checks: Sequence[Mapping[str, Any]]) -> tuple[CheckLine, ...]:
    lines = (CheckLine(check["ok"], check_words(check)) for check in checks)
    return tuple(line for line in lines if line.words)


def _others(visit: Visit, photo: Photo | None) -> tuple[Photo, ...]:
    """Newest first."""
    found = db.session.scalars(photos_of(visit.shopper.id).order_by(Photo.id.desc()).limit(OTHERS_MAX + 1)).all()
    return tuple(each for each in found if photo is None or each.id != photo.id)[:OTHERS_MAX]
