import pytest

from kg.errors import ServiceError
from kg.loaders.address import checked, shown


@pytest.mark.parametrize(
    "url", ["http://me:secret@host/x", "http://secret@host", "me:secret@host", "http://a:b:secret@c@host:1/"]
)
def test_no_message_shows_a_password(url: str) -> None:
    assert "secret" not in shown(url)
    with pytest.raises(ServiceError) as caught:
        checked(url, ("http",), "set X")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "host", "ftp://host", "http://", "http://host:port/", "http://[::1/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ServiceError):
        checked(url, ("http",), "set X")


def test_a_plain_address_passes() -> None:
    assert checked("http://localhost:3030/ds/data", ("http", "https"), "") == "http://localhost:3030/ds/data"
