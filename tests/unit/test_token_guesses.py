"""Wrong admin tokens: who goes on guessing has to wait, and nobody else."""

import base64

import pytest

from sheriff_core.events import MessageRejected
from sheriff_web.token_guesses import BY_FORM, BY_HEADER, GuessPolicy, TokenGuesses, address_of
from tests.asgi import call
from tests.console_kit import FORM, TOKEN, Console
from tests.fakes import FakeClock

POLICY = GuessPolicy(at_once=3, counts_repeats=True, every_s=6.0, max_addresses=2)
SIGN_IN = "/admin/sign-in"
BREAKER = "/admin/circuit-breaker"


async def test_after_some_guesses_there_is_one_in_every_s_and_the_wait_never_grows():
    clock = FakeClock()
    guesses = TokenGuesses(clock, POLICY)
    for _ in range(3):
        assert guesses.wait_s("a") == 0
        guesses.wrong("a", b"guess")
    for _ in range(10):
        assert guesses.wait_s("a") == 6
        await clock.advance(5.5)
        assert guesses.wait_s("a") == 1
        await clock.advance(0.5)
        assert guesses.wait_s("a") == 0
        guesses.wrong("a", b"guess")
    await clock.advance(18)
    for _ in range(3):
        assert guesses.wait_s("a") == 0
        guesses.wrong("a", b"guess")
    assert guesses.wait_s("a") == 6


async def test_addresses_are_counted_apart_and_are_bounded():
    guesses = TokenGuesses(FakeClock(), POLICY)
    for address in ("a", "b"):
        for _ in range(3):
            guesses.wrong(address, b"guess")
    assert (guesses.wait_s("a"), guesses.wait_s("b"), guesses.wait_s("c")) == (6, 6, 0)
    guesses.wrong("c", b"guess")
    assert (guesses.wait_s("a"), guesses.wait_s("b"), len(guesses)) == (0, 6, 2)


def test_a_program_that_repeats_an_old_token_is_no_guesser():
    guesses = TokenGuesses(FakeClock(), GuessPolicy(at_once=3, counts_repeats=False))
    for _ in range(50):
        guesses.wrong("a", b"of last year")
        guesses.wrong("a", b"of the year before")
    assert guesses.wait_s("a") == 0
    guesses.wrong("a", b"a guess")
    assert guesses.wait_s("a") == 6


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("10.0.0.7", 1), "10.0.0.7"),
        (("::ffff:10.0.0.7", 1), "10.0.0.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 1, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("testclient", 1), "testclient"),
        (None, "unknown"),
    ],
)
def test_guesses_from_one_network_of_version_6_count_together(client, counted):
    assert address_of({"client": client}) == counted


async def try_form(console: Console, token: str, address: str = "127.0.0.1") -> tuple[int, str, bytes]:
    body = f"token={token}&name=ann&next=/admin/find".encode()
    reply = await call(console.app, SIGN_IN, body, headers=FORM, address=address)
    return reply.status, reply.headers.get("retry-after", ""), reply.body


async def test_the_form_makes_a_guesser_wait_and_then_lets_the_operator_in():
    console = Console(token=TOKEN)
    for _ in range(BY_FORM.at_once):
        assert (await try_form(console, "guess"))[:2] == (401, "")
    for token in ("guess", TOKEN):  # not looked at: whether it is the right one is not to be heard
        status, after, page = await try_form(console, token)
        assert (status, after) == (429, "6")
        assert b"Too many wrong tokens came from your address. Try again in 6 s." in page
        assert b'value="ann"' in page
        assert b'value="/admin/find"' in page
    last = console.sink.of(MessageRejected)[-1]
    assert (last.reason, last.detail) == ("throttled", "sign-in: too many wrong tokens from 127.0.0.1")
    assert len(console.sessions) == 0
    assert (await try_form(console, TOKEN, "10.0.0.7"))[0] == 303  # from elsewhere, as through a tunnel
    await console.clock.advance(BY_FORM.every_s)
    assert (await try_form(console, TOKEN))[0] == 303


async def test_who_has_signed_in_does_not_wait_for_a_guesser():
    console = Console(token=TOKEN)
    signed_in = await console.post(SIGN_IN, token=TOKEN)
    cookie = {"cookie": signed_in.headers["set-cookie"].partition(";")[0]}
    for number in range(BY_HEADER.at_once + 1):
        await console.post(SIGN_IN, token="guess")
        await console.get("/admin", {"authorization": f"Bearer {number}"})
    assert (await console.get("/admin", cookie)).status == 200
    assert (await console.get(SIGN_IN)).status == 200


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"ann:{password}".encode()).decode()


@pytest.mark.parametrize("shown", ["Bearer {}".format, basic])
async def test_tokens_in_a_header_are_guesses_too(shown):
    console = Console(token=TOKEN)
    for number in range(BY_HEADER.at_once):
        reply = await call(console.app, BREAKER, method="GET", headers={"authorization": shown(str(number))})
        assert reply.status == 401, number
    for token in ("guess", TOKEN):
        reply = await call(console.app, BREAKER, method="GET", headers={"authorization": shown(token)})
        assert (reply.status, reply.headers["retry-after"]) == (429, "6")
        assert reply.json() == {"error": "too many wrong tokens from this address: try again in 6 s"}
        assert reply.headers["cache-control"] == "no-store"
    last = console.sink.of(MessageRejected)[-1]
    assert (last.reason, last.detail) == ("throttled", "GET under /admin: too many wrong tokens from 127.0.0.1")
    right = {"authorization": shown(TOKEN)}
    assert (await call(console.app, BREAKER, method="GET", headers=right, address="::1")).status == 200
    await console.clock.advance(BY_HEADER.every_s)
    assert (await console.get(BREAKER, right)).status == 200


@pytest.mark.parametrize("said", ["", "Bearer", "Basic !", "Digest x", basic("")])
async def test_who_shows_no_token_does_not_guess(said):
    console = Console(token=TOKEN)
    for _ in range(BY_HEADER.at_once + 1):
        assert (await call(console.app, BREAKER, method="GET", headers={"authorization": said})).status == 401


async def test_without_a_token_nothing_is_a_guess():
    console = Console()
    for number in range(BY_HEADER.at_once + 1):
        assert (await console.get(BREAKER, {"authorization": f"Bearer {number}"})).status == 200
