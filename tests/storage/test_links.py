from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tryon.storage.links import MediaLinks

MOMENT = datetime(2026, 3, 24, 12, 20, tzinfo=UTC)
KEY = "results/mer_1/gen_1.jpg"
links = MediaLinks("secret", "https://tryon.example")


def parts(url: str) -> tuple[str, int, str]:
    query = parse_qs(urlsplit(url).query)
    return urlsplit(url).path.removeprefix("/media/"), int(query["expires"][0]), query["signature"][0]


def test_a_link_opens_its_file_until_it_expires() -> None:
    url = links.url(KEY, MOMENT)
    assert url.startswith("https://tryon.example/media/results/")
    key, expires, signature = parts(url)
    assert links.is_valid(key, expires, signature, MOMENT)
    assert links.is_valid(key, expires, signature, MOMENT + timedelta(hours=23))
    assert not links.is_valid(key, expires, signature, MOMENT + timedelta(hours=26))


def test_a_link_opens_no_other_file_and_can_not_be_prolonged() -> None:
    key, expires, signature = parts(links.url(KEY, MOMENT))
    assert not links.is_valid("photos/mer_1/mdl_1.jpg", expires, signature, MOMENT)
    assert not links.is_valid(key, expires + 1, signature, MOMENT)
    assert not links.is_valid(key, expires, signature[:-1] + "é", MOMENT)
    assert not MediaLinks("other secret", "").is_valid(key, expires, signature, MOMENT)


def test_within_the_hour_the_address_stays_the_same_so_that_browsers_may_cache() -> None:
    assert links.url(KEY, MOMENT) == links.url(KEY, MOMENT + timedelta(minutes=30))
