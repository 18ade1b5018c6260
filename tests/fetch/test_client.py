"""The polite client against a service with faults."""

import gzip
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

import kg.fetch.client
from kg import __version__
from kg.errors import MissingExtra, ServiceError
from kg.fetch.cache import Cache, Entry
from kg.fetch.client import Client, Request, base_of
from kg.sources import read


def get(service, limits, path: str = "/x", **options: object) -> bytes:
    """The body at a path, asked by a client of its own."""
    with Client(limits=limits) as client:
        return client.get(Request(service.address + path, **options))  # type: ignore[arg-type]


def test_a_request_says_who_asks(service, quick) -> None:
    assert get(service, quick, parameters={"a": "b c"}) == b"[]"

    asked = service.asked[0]
    assert asked.parameters == {"a": "b c"}
    assert asked.headers["User-Agent"].startswith(f"paper-kg/{__version__} (")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503, "headers": {"Retry-After": "0"}},
        {"status": 429, "headers": {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}},
        {"status": 429, "headers": {"Retry-After": "soon"}},
        {"body": b"x" * 5000, "sent": 100},
        {"body": b"no list", "status": 200},
    ],
)
def test_a_fault_that_passes_is_waited_for(fault: dict, service, quick, answer) -> None:
    def check(body: bytes) -> None:
        if body != b"[]":
            raise ValueError("no list")

    service.faults = [answer(**fault), answer(**fault)]

    assert get(service, quick, check=check) == b"[]"
    assert len(service.asked) == 3


def test_silence_is_waited_for_and_in_the_end_an_error(service, quick, answer) -> None:
    service.says = lambda _: answer(wait=2)

    with pytest.raises(ServiceError, match="no answer in time; check the network and try again later"):
        get(service, replace(quick, silence=0.1))
    assert len(service.asked) == quick.attempts


def test_a_body_that_drips_is_given_up_as_a_whole(service, quick, answer) -> None:
    service.says = lambda _: answer(b"x" * 90_000)

    with pytest.raises(ServiceError, match="not all of it came in 0 s"):
        get(service, replace(quick, whole=0))


def test_retry_after_in_seconds_is_honoured(service, quick, answer) -> None:
    service.faults = [answer(status=429, headers={"Retry-After": "1"})]
    started = time.monotonic()

    get(service, quick)

    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("later", ["7200", format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)])
def test_a_long_retry_after_is_told_instead_of_waited_for(later: str, service, quick, answer) -> None:
    service.faults = [answer(status=429, headers={"Retry-After": later})]

    with pytest.raises(ServiceError, match=r"the service answers 429 Too Many Requests; .* try again in [67],\d{3} s$"):
        get(service, quick)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"status": 500}, "the service answers 500 Internal Server Error; check the network and try again later"),
        ({"body": b"x" * 5000, "sent": 100}, "the connection broke"),
        ({"status": 404}, "the service answers 404 Not Found; check what is asked of it"),
        ({"status": 400, "body": b'{"error": "no such day"}'}, r"400 Bad Request \(no such day\); check what"),
        ({"body": b"x" * 200_000}, "more than 100,000 bytes; save it and give the file"),
        ({"status": 302, "headers": {"Location": "/x"}}, "it leads in circles"),
        ({"status": 302, "headers": {"Location": "file:///etc/passwd"}}, "no address that can be asked"),
    ],
)
def test_a_fault_that_stays_is_an_error_of_one_line_that_names_the_address(
    fault: dict, message: str, service, quick, answer
) -> None:
    service.says = lambda _: answer(**fault)

    with pytest.raises(ServiceError, match=message) as error:
        get(service, quick)

    assert str(error.value).startswith(f"{service.address}/x: ")
    assert "\n" not in str(error.value)


def test_an_address_where_nobody_listens_is_an_error_after_two_attempts(quick) -> None:
    with Client(limits=quick) as client, pytest.raises(ServiceError, match=r"no connection \(connection refused\)"):
        client.get(Request("http://127.0.0.1:9/x"))


@pytest.mark.parametrize("address", ["http://", "http://a b/", "http://[::1", "http://x.invalid:99999/"])
def test_an_address_that_is_none_is_an_error(address: str, quick) -> None:
    with Client(limits=quick) as client, pytest.raises(ServiceError, match=f"^{re.escape(address)}: "):
        client.get(Request(address))


def test_a_redirect_is_followed(service, quick, answer) -> None:
    service.faults = [answer(status=302, headers={"Location": "/y"})]

    assert get(service, quick) == b"[]"
    assert [a.path for a in service.asked] == ["/x", "/y"]


def test_a_body_that_unpacks_to_too_much_is_stopped(service, quick, answer) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    service.says = lambda _: answer(bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(ServiceError, match="more than 100,000 bytes"):
        get(service, quick)


def test_requests_of_one_client_keep_their_pace(service, quick) -> None:
    started = time.monotonic()

    with Client(pace=0.15, limits=quick) as client:
        for path in ("/a", "/b", "/c"):
            client.get(Request(service.address + path))

    assert time.monotonic() - started >= 0.3


def test_an_answer_is_asked_for_again_with_its_validators_and_kept_if_unchanged(
    service, quick, answer, tmp_path
) -> None:
    service.faults = [
        answer(b"[1]", headers={"ETag": '"v1"', "Last-Modified": "Thu, 18 Sep 2025 00:00:00 GMT"}),
        answer(status=304),
        answer(b"[2]", headers={"ETag": '"v2"'}),
    ]
    request = Request(f"{service.address}/x")

    with Client(cache=Cache(tmp_path / "answers"), limits=quick) as client:
        bodies = [client.get(request) for _ in range(3)]

    assert bodies == [b"[1]", b"[1]", b"[2]"]
    assert "If-None-Match" not in service.asked[0].headers
    assert service.asked[2].headers["If-None-Match"] == '"v1"'
    assert service.asked[2].headers["If-Modified-Since"] == "Thu, 18 Sep 2025 00:00:00 GMT"


def test_a_fresh_answer_is_not_asked_for_again_and_a_bad_one_never_kept(service, quick, answer, tmp_path) -> None:
    def check(body: bytes) -> None:
        if body != b"[]":
            raise ValueError("no list")

    service.faults = [answer(b"bad")]
    request = Request(f"{service.address}/x", check=check, fresh=60)

    for _ in range(3):
        with Client(cache=Cache(tmp_path / "answers"), limits=quick) as client:
            assert client.get(request) == b"[]"

    assert len(service.asked) == 2


def test_a_damaged_or_old_entry_of_the_cache_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("http://a", Entry(b"body", at=time.time()))
    cache.put("http://old", Entry(b"body", at=time.time() - 10**8))
    assert cache.get("http://a") is not None
    assert cache.get("http://old") is None

    next(tmp_path.glob("*.body")).write_bytes(b"bod")
    for path in tmp_path.glob("*.body"):
        path.write_bytes(b"bod")
    assert cache.get("http://a") is None

    for path in tmp_path.glob("*.json"):
        path.write_text("[")
    assert cache.get("http://a") is None


def test_a_cache_that_cannot_be_written_changes_nothing(service, quick, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with Client(cache=Cache(tmp_path / "file" / "answers"), limits=quick) as client:
        assert client.get(Request(f"{service.address}/x")) == b"[]"


def test_a_base_address_from_the_environment_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_HF_URL", "ftp://elsewhere")

    with pytest.raises(ServiceError, match="KG_HF_URL=ftp://elsewhere: no http"):
        base_of("KG_HF_URL", "https://example.org")


def test_without_httpx_the_line_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(wanted: str) -> object:
        raise ModuleNotFoundError(wanted)

    monkeypatch.setattr(kg.fetch.client, "import_module", missing)

    with pytest.raises(MissingExtra, match=r"^fetching from the network needs .*'paper-kg\[sources\]'$"):
        Client()


def test_an_address_is_a_source_like_a_file(service, answer) -> None:
    lines = b'{"title": "Slow Sums"}\n{"title": "Counting Sheep"}\n'
    service.says = lambda _: answer(gzip.compress(lines))

    found = list(read(f"{service.address}/papers.jsonl.gz"))

    assert [(f.title, f.source) for f in found] == [  # type: ignore[union-attr]
        ("Slow Sums", f"{service.address}/papers.jsonl.gz"),
        ("Counting Sheep", f"{service.address}/papers.jsonl.gz"),
    ]
