import pytest

from tryon.catalog.categories import guess_category, read_category, told_category
from tryon.errors import InvalidRequest


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Blue dress", "dresses"),
        ("Denim shirt dress", "dresses"),
        ("Denim jacket", "outerwear"),
        ("Slim jeans", "bottoms"),
        ("Plissé skirt", "bottoms"),
        ("White T-Shirt", "tops"),
        ("Quarter-zip sweatshirt", "tops"),
        ("Leather sneakers", "footwear"),
        ("Round sunglasses", "eyewear"),
        ("Wool beanie", "headwear"),
        ("Dress shirt", "tops"),
        ("Dress shoes, black", "footwear"),
        ("Boot cut jeans", "bottoms"),
        ("Sneakers high top", "footwear"),
        ("T-shirt with cap sleeves and a hat print", "tops"),
        ("Top hat", "headwear"),
        ("Polo Corner baseball cap", "headwear"),
        ("Jersey dress", "dresses"),
        ("Sommerkleid mit Gürtel", "dresses"),
        ("Jeansjacke", "outerwear"),
        ("Strickjacke aus Wolle", "tops"),
        ("Leichte Jogginghose", "bottoms"),
        ("Wollmütze", "headwear"),
        ("Robe chemise", "dresses"),
        ("Veste en jean", "outerwear"),
        ("Lunettes de soleil", "eyewear"),
        ("Vestido camisero largo", "dresses"),
        ("Pantalón vaquero", "bottoms"),
        ("Giacca di pelle", "outerwear"),
        ("Scarpe da ginnastica", "footwear"),
        ("Óculos de sol", "eyewear"),
        ("Calça jeans", "bottoms"),
        ("Winterjas met capuchon", "outerwear"),
        ("Spijkerbroek", "bottoms"),
        ("Mystery item", "tops"),
    ],
)
def test_a_title_tells_the_category(title: str, category: str) -> None:
    assert guess_category(title) == category


def test_the_description_tells_where_the_title_does_not() -> None:
    assert guess_category("Model 501", "Straight-leg jeans of heavy denim") == "bottoms"


def test_texts_without_a_telling_word_leave_it_to_the_picture() -> None:
    assert (
        told_category("Model 501", "Our bestseller, for those whose overall look counts. Address: Main Street", None)
        is None
    )


def test_other_names_are_understood_and_apparel_is_left_to_us() -> None:
    assert read_category("Shoes") == "footwear"
    assert read_category("glasses") == "eyewear"
    assert read_category("apparel") is None
    assert read_category(None) is None


def test_an_unknown_category_names_those_supported() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_category("spaceships")
    assert refusal.value.code == "unsupported_category"
    assert "outerwear" in refusal.value.message
