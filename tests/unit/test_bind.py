"""An address to listen on: read, told, compared."""

import pytest

from sheriff_web.bind import Bind


@pytest.mark.parametrize("text", ["127.0.0.1:8000", "[::1]:8000", "localhost:0", "sheriff.internal:80"])
def test_binds_read_back(text: str) -> None:
    assert str(Bind.parse(text)) == text


@pytest.mark.parametrize("text", ["", "8000", "host:", "host:99999", "ho st:1", "http://x:1", "a/b:1", "[x y]:1"])
def test_what_is_no_bind_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT, such as"):
        Bind.parse(text)


@pytest.mark.parametrize(
    ("text", "loopback"),
    [("127.0.0.1:1", True), ("127.9.9.9:1", True), ("[::1]:1", True), ("localhost:1", True), ("0.0.0.0:1", False)],
)
def test_loopback_is_what_only_this_machine_reaches(text: str, loopback: bool) -> None:
    assert Bind.parse(text).is_loopback is loopback


@pytest.mark.parametrize("text", ["[::]:1", "192.0.2.1:1", "sheriff.internal:1"])
def test_a_name_or_another_address_is_not_loopback(text: str) -> None:
    assert not Bind.parse(text).is_loopback


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        ("127.0.0.1:1", "127.0.0.1:1", True),
        ("0.0.0.0:1", "127.0.0.1:1", True),
        ("127.0.0.1:1", "[::]:1", True),
        ("127.0.0.1:1", "127.0.0.1:2", False),
        ("127.0.0.1:1", "127.0.0.2:1", False),
        ("127.0.0.1:0", "127.0.0.1:0", False),
    ],
)
def test_two_binds_collide_when_one_port_would_serve_both(one: str, other: str, collide: bool) -> None:
    assert Bind.parse(one).collides_with(Bind.parse(other)) is collide


@pytest.mark.parametrize(
    ("text", "url"),
    [("0.0.0.0:8", "http://127.0.0.1:8"), ("[::]:8", "http://[::1]:8"), ("10.0.0.1:8", "http://10.0.0.1:8")],
)
def test_every_interface_is_reached_over_loopback(text: str, url: str) -> None:
    assert Bind.parse(text).reachable_url == url
