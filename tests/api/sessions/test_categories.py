from tests.api.conftest import Caller


def test_every_category_says_which_photo_it_needs(as_merchant: Caller) -> None:
    answer = as_merchant("GET", "/v1/categories")
    assert answer.status_code == 200
    found = {each["id"]: each for each in answer.json["data"]}
    assert set(found) == {"tops", "bottoms", "dresses", "outerwear", "footwear", "eyewear", "headwear"}
    shoes = found["footwear"]
    assert (shoes["other_names"], shoes["dressing"]) == (["shoes"], "anchored")
    assert "feet" in shoes["photo"]["visible"]
    assert found["eyewear"]["photo"]["visible"] == ["head"]
    assert found["dresses"]["outfit"]["not_with"] == ["bottoms"]
    assert (
        found["bottoms"]["outfit"]["layer"] < found["tops"]["outfit"]["layer"] < found["outerwear"]["outfit"]["layer"]
    )


def test_a_session_carries_those_of_its_category(as_merchant: Caller) -> None:
    listed = {each["id"]: each for each in as_merchant("GET", "/v1/categories").json["data"]}
    for name, category in {"shoes": "footwear", "glasses": "eyewear", "apparel": "tops"}.items():
        session = as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1", "category": name}).json
        assert session["category"] == category
        assert session["category_metadata"] == listed[category]
