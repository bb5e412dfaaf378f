"""How the studio stands for one shopper: the photo they have, or the form for one, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tryon.catalog.kinds import KINDS
from tryon.merchants.models import Merchant
from tryon.pages.languages import Language, language_of
from tryon.pages.launch_state import PORTRAIT_FROM, TALL_FROM, Problem
from tryon.pages.studio_return import return_with
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo
from tryon.shoppers.tokens import ShopperIdentity

PASSED = {
    "person_visible": "You can be seen",
    "one_person": "Only you are in the photo",
    "facing_camera": "You face the camera",
    "close_enough": "You are close enough",
    "upright": "You stand upright",
    "arms_uncrossed": "Your arms leave your clothes free",
    "hips_visible": "You can be seen from head to hips",
    "feet_visible": "Your feet can be seen",
}
"""A check that went well, in words; one without an entry is not worth telling."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A shopper in the studio, and what their address says."""

    identity: ShopperIdentity
    partner_return: str | None
    locale: str | None
    proof: str
    """Goes with every form of the page."""

    @property
    def kept(self) -> dict[str, str]:
        """What every address of the page carries on."""
        given = {"partner_return": self.partner_return, "locale": self.locale}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class CheckLine:
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class StudioState:
    visit: Visit
    photo: Photo | None
    view: Literal["form", "model"]
    problem: Problem | None = None
    checks: tuple[CheckLine, ...] = ()
    has_consented: bool = False

    @property
    def merchant(self) -> Merchant:
        return self.visit.identity.merchant

    @property
    def language(self) -> Language:
        return language_of(self.visit.locale or self.merchant.storefront.get("language"))

    @property
    def shape(self) -> Literal["wide", "portrait", "tall"]:
        if self.photo is None or self.photo.height <= PORTRAIT_FROM * self.photo.width:
            return "wide"
        return "tall" if self.photo.height > TALL_FROM * self.photo.width else "portrait"

    @property
    def good_for(self) -> str:
        """What this photo shows enough of, in words."""
        visible = set(self.photo.body.get("visible", ())) if self.photo else set()
        return ", ".join(kind.name.lower() for kind in KINDS.values() if visible.issuperset(kind.photo_shows))

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


def state_of(
    visit: Visit,
    *,
    asks: bool = False,
    problem: Problem | None = None,
    failed: Sequence[Mapping[str, Any]] = (),
    has_consented: bool = False,
) -> StudioState:
    """`asks` for a photo even where there is one; `failed` are the checks of one that was turned down."""
    photo = find_current_photo(visit.identity.shopper)
    if asks or photo is None:
        told = problem.message if problem else ""
        others = tuple(line for line in _lines(failed) if line.words != told)
        return StudioState(visit, photo, "form", problem, others, has_consented)
    return StudioState(visit, photo, "model", checks=_lines(photo.checks))


def _lines(checks: Sequence[Mapping[str, Any]]) -> tuple[CheckLine, ...]:
    lines = (
        CheckLine(check["ok"], PASSED.get(check["code"], "") if check["ok"] else check["message"]) for check in checks
    )
    return tuple(line for line in lines if line.words)
