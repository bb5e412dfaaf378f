"""What we send, where it may go, and how little a hostile server can do to us."""

import gzip
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receiver import Receiver, Reply
from tryon import dialling
from tryon.errors import ForbiddenAddress, ImageFetchFailed, OutboundFailure
from tryon.outbound import Answer, Fetched, Outbound

CERTIFICATE = Path(__file__).parent / "certificates" / "shop.example.pem"
LOOPBACK_ALLOWED = Outbound(frozenset({"127.0.0.1"}))
NOBODY_ALLOWED = Outbound(frozenset())

NOT_PUBLIC = """
    0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
    240.0.0.1 255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1
    100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1
    fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1 5f00::1
"""
PUBLIC = "1.1.1.1 8.8.8.8 93.184.215.14 172.32.0.1 100.128.0.1 192.0.1.1 2606:4700:4700::1111 2a00:1450::1"


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        yield receiver


def fetch(url: str, outbound: Outbound = LOOPBACK_ALLOWED, max_bytes: int = 10_000, seconds: float = 5) -> Fetched:
    return outbound.fetch(url, max_bytes=max_bytes, timeout_seconds=seconds)


def post(url: str, outbound: Outbound = LOOPBACK_ALLOWED, body: bytes = b"{}", seconds: float = 5) -> Answer:
    return outbound.post(url, body, {"X-Test": "yes"}, timeout_seconds=seconds, max_response_bytes=1024)


def names_resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the resolver give these answers in turn, the last one for ever; returns the list of names it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    monkeypatch.setattr(dialling, "resolve", resolve)
    return asked


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_no_name_leads_to_an_address_that_is_not_public(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *arguments, **_: dialled.append(arguments))
    names_resolve_to(monkeypatch, [address])
    with pytest.raises(ForbiddenAddress):
        fetch("http://innocent.example/", NOBODY_ALLOWED)
    with pytest.raises(OutboundFailure) as caught:
        post("https://innocent.example/", NOBODY_ALLOWED)
    assert caught.value.reason == "forbidden_address"
    assert address not in caught.value.message
    assert not dialled


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_dialled_exactly_as_it_was_checked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[tuple[str, int]] = []

    def refuse(target: tuple[str, int], *_: object, **__: object) -> None:
        dialled.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    names_resolve_to(monkeypatch, ["10.0.0.1", address, "127.0.0.1"])
    with pytest.raises(ImageFetchFailed) as caught:
        fetch("http://shop.example:8080/", NOBODY_ALLOWED)
    assert caught.value.reason == "connect"
    assert dialled == [(address, 8080)]


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(
    shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled: list[object] = []
    real = socket.create_connection

    def watch(target: tuple[str, int], *arguments: object, **named: object) -> socket.socket:
        dialled.append(target[0])
        if target[0] == "93.184.215.14":
            raise ConnectionRefusedError
        return real(target, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", watch)
    asked = names_resolve_to(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    with pytest.raises(OutboundFailure) as caught:
        post(shop.url(host="rebinding.example"), NOBODY_ALLOWED)
    assert caught.value.reason == "connect"
    assert asked == ["rebinding.example"]
    assert dialled == ["93.184.215.14"]
    assert not shop.heard


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:8000/",
        "http://LOCALHOST./",
        "http://api.localhost/",
        "http://1.1.1.1:22/",
        "http://1.1.1.1:25/",
        "http://1.1.1.1:99999/",
        "http://1.1.1.1:0/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "javascript:alert(1)",
        "//1.1.1.1/",
        "1.1.1.1",
        "",
        "http://",
        "http:///path",
        "https://user:password@1.1.1.1/",
        "https://user@1.1.1.1/",
        "http://[::1",
        "http://1.1.1.1/\r\nHost: evil",
        "http://" + "a" * 5000,
    ],
)
def test_an_address_that_is_wrong_at_sight_is_refused_before_anything_is_sent(url: str) -> None:
    for refused in (NOBODY_ALLOWED.check_url, lambda url: fetch(url, NOBODY_ALLOWED)):
        with pytest.raises(ForbiddenAddress) as caught:
            refused(url)
        assert caught.value.message.endswith(".")
    with pytest.raises(OutboundFailure) as failed:
        post(url, NOBODY_ALLOWED)
    assert failed.value.reason == "forbidden_address"


@pytest.mark.parametrize(
    "url", ["https://shop.example/", "http://shop.example:8080/a?b#c", "https://1.1.1.1", "https://bücher.example/ä"]
)
def test_an_ordinary_address_is_fine_at_sight(url: str) -> None:
    NOBODY_ALLOWED.check_url(url)


def test_the_operator_may_exempt_a_host_or_one_port_of_it(shop: Receiver) -> None:
    with Receiver().running() as other:
        only_one_port = Outbound(frozenset({f"127.0.0.1:{shop.port}"}))
        assert post(shop.url(), only_one_port).status == 200
        with pytest.raises(OutboundFailure):
            post(other.url(), only_one_port)
        assert not other.heard
        assert post(other.url(), LOOPBACK_ALLOWED).status == 200
    assert only_one_port.is_exempt(shop.url())
    assert not only_one_port.is_exempt("https://shop.example/")
    with pytest.raises(ForbiddenAddress):
        fetch(shop.url(host="localhost"), only_one_port)


def test_proxies_named_in_the_environment_are_not_used(shop: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver().running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        assert fetch(shop.url()).body == b"ok"
        assert not proxy.heard


def test_a_picture_arrives_with_its_type_and_address(shop: Receiver) -> None:
    shop.replies = [Reply(body=b"picture", headers={"Content-Type": "Image/JPEG; charset=x"})]
    fetched = fetch(shop.url("/a picture.jpg?size=ü"))
    assert fetched == Fetched(b"picture", "image/jpeg", shop.url("/a%20picture.jpg?size=%C3%BC"))
    sent = shop.heard[0]
    assert sent.headers["host"] == f"127.0.0.1:{shop.port}"
    assert sent.headers["user-agent"].startswith("tryon/")
    assert "image/webp" in sent.headers["accept"]


def test_redirects_are_followed_three_times_and_not_four(shop: Receiver) -> None:
    hops = [Reply(status, headers={"Location": f"/{status}"}) for status in (301, 302, 307)]
    shop.replies = [*hops, Reply(body=b"there")]
    assert fetch(shop.url()).final_url == shop.url("/307")
    assert [heard.path for heard in shop.heard] == ["/hook", "/301", "/302", "/307"]
    shop.replies = [*hops, Reply(308, headers={"Location": "/308"}), Reply(body=b"there")]
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url())
    assert caught.value.reason == "redirects"


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/", "http://localhost:{port}/secret", "file:///etc/passwd", "//[::1]:{port}/"],
)
def test_a_redirect_to_a_private_address_is_refused(shop: Receiver, location: str) -> None:
    shop.replies = [Reply(302, headers={"Location": location.format(port=shop.port)}), Reply(body=b"secret")]
    with pytest.raises(ForbiddenAddress):
        fetch(shop.url())
    assert len(shop.heard) == 1


def test_a_redirect_to_a_name_with_a_private_address_is_refused(
    shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_resolve_to(monkeypatch, ["127.0.0.1"])
    shop.replies = [Reply(302, headers={"Location": shop.url("/secret", host="inside.example")}), Reply(body=b"secret")]
    with pytest.raises(ForbiddenAddress):
        fetch(shop.url(host="outside.example"), Outbound(frozenset({"outside.example"})))
    assert [heard.path for heard in shop.heard] == ["/hook"]


@pytest.mark.parametrize("location", ["http://[", "http://a:b:c/", "\x01"])
def test_a_redirect_to_nonsense_is_a_failed_download(shop: Receiver, location: str) -> None:
    shop.replies = [Reply(302, headers={"Location": location})]
    with pytest.raises((ImageFetchFailed, ForbiddenAddress)):
        fetch(shop.url())


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 404, 500, 503])
def test_any_other_answer_is_a_failed_download_with_its_status(shop: Receiver, status: int) -> None:
    shop.replies = [Reply(status, body=b"" if status in (204, 304) else b"secret words")]
    with pytest.raises(ImageFetchFailed, match=str(status)) as caught:
        fetch(shop.url())
    assert caught.value.reason == "status"
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("claimed", [None, 100_000_000_000])
def test_a_download_stops_at_its_limit(shop: Receiver, claimed: int | None) -> None:
    shop.replies = [Reply(body=b"x" * 10_001, length=claimed)]
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url())
    assert caught.value.reason == "too_large"
    shop.replies = [Reply(body=b"x" * 10_000)]
    assert len(fetch(shop.url()).body) == 10_000


def test_the_limit_counts_bytes_after_unpacking(shop: Receiver) -> None:
    shop.replies = [Reply(body=gzip.compress(b"\0" * 200_000_000, 1), headers={"Content-Encoding": "gzip"})]
    started = time.process_time()
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url(), max_bytes=2_000_000)
    assert caught.value.reason == "too_large"
    assert time.process_time() - started < 1
    shop.replies = [Reply(body=gzip.compress(b"picture"), headers={"Content-Encoding": "gzip"})]
    assert fetch(shop.url()).body == b"picture"


def test_damaged_packing_is_a_broken_answer(shop: Receiver) -> None:
    shop.replies = [Reply(body=b"not gzip at all", headers={"Content-Encoding": "gzip"})]
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url())
    assert caught.value.reason == "reset"


def test_an_empty_picture_is_a_failed_download(shop: Receiver) -> None:
    shop.replies = [Reply(body=b"")]
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url())
    assert caught.value.reason == "empty"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(wait_seconds=3),
        Reply(body=b"x" * 100, drip_seconds=0.1),
        Reply(302, headers={"Location": "/again"}, wait_seconds=0.3),
    ],
    ids=["silence", "slow drip", "slow redirects"],
)
def test_the_time_limit_counts_everything(shop: Receiver, reply: Reply) -> None:
    shop.replies = [reply]
    started = time.monotonic()
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url(), seconds=0.6)
    assert caught.value.reason == "timeout"
    assert 0.5 < time.monotonic() - started < 1.5


def test_headers_that_drip_in_run_into_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for number in range(100):
                    time.sleep(0.05)
                    try:
                        connection.sendall(b"X-%d: y\r\n" % number)
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(OutboundFailure) as caught:
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=0.5)
        assert caught.value.reason == "timeout"
        assert time.monotonic() - started < 1.5
        thread.join()


def test_a_name_server_that_is_slow_runs_into_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "resolve", lambda host, port: time.sleep(2))
    started = time.monotonic()
    with pytest.raises(OutboundFailure) as caught:
        post("https://slow.example/", seconds=0.3)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 1


def test_each_way_of_failing_has_its_reason(shop: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.replies = [Reply(hang_up=True)]
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    urls = {
        "reset": shop.url(),
        "connect": f"http://127.0.0.1:{port}/",
        "tls": shop.url().replace("http:", "https:"),
        "dns": "http://nobody.invalid/",
    }

    def resolve(host: str, port: int) -> list[str]:
        if host == "nobody.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [host]

    monkeypatch.setattr(dialling, "resolve", resolve)
    for reason, url in urls.items():
        with pytest.raises(OutboundFailure) as posted:
            post(url)
        with pytest.raises(ImageFetchFailed) as fetched:
            fetch(url)
        assert (posted.value.reason, fetched.value.reason) == (reason, reason)
        for words in (posted.value.message, fetched.value.message):
            assert words.endswith(".")
            assert "Errno" not in words
            assert "ssl" not in words.lower()


def test_a_half_finished_picture_is_a_failed_download(shop: Receiver) -> None:
    shop.replies = [Reply(body=b"half", length=4000, headers={"Connection": "close"})]
    with pytest.raises(ImageFetchFailed) as caught:
        fetch(shop.url(), seconds=1)
    assert caught.value.reason in ("reset", "timeout")


def test_a_post_reports_the_answer_and_does_not_follow_redirects(shop: Receiver) -> None:
    shop.replies = [Reply(302, b"moved", {"Location": "/elsewhere", "Retry-After": "7"}, wait_seconds=0.1)]
    answer = post(shop.url("/in?a=b"), body=b'{"a":1}')
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (302, b"moved", "7")
    assert 0.1 <= answer.seconds < 2
    [heard] = shop.heard
    assert (heard.method, heard.path, heard.body) == ("POST", "/in?a=b", b'{"a":1}')
    assert (heard.headers["x-test"], heard.headers["content-length"]) == ("yes", "7")


def test_a_post_keeps_only_the_beginning_of_the_answer(shop: Receiver) -> None:
    shop.replies = [Reply(body=b"y" * 5_000_000)]
    assert post(shop.url()).body == b"y" * 1024


def test_an_answer_whose_body_never_ends_is_still_an_answer(shop: Receiver) -> None:
    shop.replies = [Reply(200, body=b"z" * 500, drip_seconds=0.1)]
    answer = post(shop.url(), seconds=0.5)
    assert answer.status == 200
    assert 0 < len(answer.body) < 20


def test_the_certificate_is_checked_against_the_name_and_not_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    names_resolve_to(monkeypatch, ["127.0.0.1"])
    allowed = frozenset({"shop.example", "other.example"})
    secure = Receiver()
    secure.use_tls(CERTIFICATE)
    with secure.running():
        with pytest.raises(OutboundFailure) as unknown:
            post(secure.url(host="shop.example"), Outbound(allowed))
        assert unknown.value.reason == "tls"  # nobody we trust has signed it
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        outbound = Outbound(allowed)
        assert post(secure.url(host="shop.example"), outbound).status == 200
        assert secure.server_names[-1] == "shop.example"
        with pytest.raises(OutboundFailure) as wrong_name:
            post(secure.url(host="other.example"), outbound)
        assert wrong_name.value.reason == "tls"
    assert [heard.headers["host"] for heard in secure.heard] == [f"shop.example:{secure.port}"]


def test_one_outbound_serves_many_threads_and_a_fork(shop: Receiver) -> None:
    outbound = Outbound(frozenset({"127.0.0.1"}))
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(post(shop.url(), outbound).status)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 12
    child = os.fork()
    if child == 0:
        os._exit(0 if post(shop.url(), outbound).status == 200 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
