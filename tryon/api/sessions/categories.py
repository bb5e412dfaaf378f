"""What can be tried on: each category, and what it asks of a shopper's photo."""

from typing import Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer
from tryon.api.auth import secret_key
from tryon.api.operations import operation
from tryon.catalog.kinds import KINDS, Kind
from tryon.engines.local.outfit import LAYERS
from tryon.generations.outfits import AT_ONCE_MAX, NEVER_TOGETHER

blueprint = Blueprint("session_categories", __name__, url_prefix="/v1/categories")

BodyPart = Literal["head", "torso", "hips", "legs", "feet"]


class PhotoNeeds(Answer):
    """What the shopper's photo must show."""

    visible: list[BodyPart] = Field(description="What must be in the frame.", examples=[["head", "torso", "hips"]])
    hint: str = Field(description="The same as a sentence to the shopper.")


class OutfitRules(Answer):
    """How it goes together with other products."""

    layer: int = Field(description="From the body outwards, 1 is put on first.")
    at_once_max: int = Field(description="How many of this category can be worn at once.")
    not_with: list[str] = Field(description="Categories that can't be worn together with it.")


class CategoryAnswer(Answer):
    """One kind of product."""

    id: str = Field(examples=["footwear"])
    name: str = Field(examples=["Shoes"])
    other_names: list[str] = Field(description="What is taken for it as well.", examples=[["shoes"]])
    photo: PhotoNeeds
    dressing: Literal["warped", "anchored"] = Field(
        description="`warped`: bent to the shopper's body. `anchored`: placed on feet or head in its own shape."
    )
    outfit: OutfitRules


class CategoryList(Answer):
    data: list[CategoryAnswer]
    guessed: list[str] = Field(
        description="Names that leave the choice to us: the category is guessed from title, description and picture."
    )


@blueprint.get("")
@secret_key
@operation("List categories", tag="Categories", answers={200: CategoryList})
def list_all() -> CategoryList:
    """Everything that can be tried on. The same stands in a session's `category_metadata`."""
    return CategoryList(data=[describe_category(kind) for kind in KINDS], guessed=["apparel"])


def describe_category(category: str) -> CategoryAnswer:
    kind: Kind = KINDS[category]
    return CategoryAnswer(
        id=kind.id,
        name=kind.name,
        other_names=list(kind.other_names),
        photo=PhotoNeeds(visible=list(kind.photo_shows), hint=kind.photo_hint),  # type: ignore[arg-type]
        dressing=kind.dressing,
        outfit=OutfitRules(
            layer=LAYERS.index(kind.id) + 1, at_once_max=AT_ONCE_MAX[kind.id], not_with=_not_with(kind.id)
        ),
    )


def _not_with(category: str) -> list[str]:
    return sorted(NEVER_TOGETHER - {category}) if category in NEVER_TOGETHER else []
