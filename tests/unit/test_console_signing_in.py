"""Signing in on the page: the token once, a strict cookie afterwards, and nothing for anybody else."""

import pytest

from sheriff_core.events import MessageRejected
from sheriff_web.console.signing_in import inside
from sheriff_web.operator_sessions import COOKIE, OperatorSessions
from tests.asgi import call
from tests.console_kit import TOKEN, Console
from tests.fakes import FakeClock

WHERE = "/admin/sign-in"


async def signed_in(console, **fields):
    reply = await console.post(WHERE, **{"token": TOKEN, "name": "ann", **fields})
    assert reply.status == 303, reply.body
    return reply, {"cookie": reply.headers["set-cookie"].partition(";")[0]}


async def test_a_browser_is_led_to_the_form_and_a_program_is_told_401():
    console = Console(token=TOKEN)
    reply = await console.get("/admin/find?callId=x%20y")
    assert (reply.status, reply.headers["location"]) == (303, f"{WHERE}?next=%2Fadmin%2Ffind%3FcallId%3Dx%2520y")
    form = await console.get(reply.headers["location"])
    assert form.status == 200
    assert 'name="next" value="/admin/find?callId=x%20y"' in form.body.decode()
    assert (await call(console.app, "/admin", method="GET")).status == 401
    assert (await console.post("/admin/circuit-breaker/reset", reason="x")).status == 401


@pytest.mark.parametrize(
    ("path", "following"), [("/admin/act/isolate", "%2Fadmin%2Fact%2Fisolate"), ("/admin/sign-out", "%2Fadmin")]
)
async def test_a_form_that_is_posted_after_its_session_changes_nothing_and_leads_to_signing_in(path, following):
    console = Console(token=TOKEN)
    reply = await console.post(path, reason="too late", confirm="yes")
    assert (reply.status, reply.headers["location"]) == (303, f"{WHERE}?next={following}")
    assert console.breaker.state == "closed"
    assert console.logbook.acts() == []
    assert (await call(console.app, path, b"reason=x&confirm=yes")).status == 401  # a program


@pytest.mark.parametrize("path", ["/admin/act/isolate", "/admin/circuit-breaker/isolate"])
async def test_a_form_of_another_site_leads_nobody_to_signing_in(path):
    reply = await Console(token=TOKEN).post(path, {"sec-fetch-site": "cross-site"}, reason="x", confirm="yes")
    assert reply.status == 401


@pytest.mark.parametrize("path", ["/admin/assets/console.css", "/admin/assets/console.js", "/admin/assets/icon.svg"])
async def test_what_the_form_is_drawn_with_needs_no_token(path):
    assert (await Console(token=TOKEN).get(path)).status == 200


async def test_the_token_opens_a_session_in_a_strict_cookie_that_is_not_the_token():
    console = Console(token=TOKEN)
    reply, cookie = await signed_in(console, next="/admin/find?callId=x")
    assert reply.headers["location"] == "/admin/find?callId=x"
    said = reply.headers["set-cookie"]
    assert TOKEN not in said
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/admin", "Max-Age=43200"):
        assert attribute in said
    assert "Secure" not in said
    page = await console.get("/admin", cookie)
    assert page.status == 200
    assert "<span>ann</span>" in page.body.decode()


@pytest.mark.parametrize(
    ("said", "is_secure"),
    [("https", True), ("https, http", True), ("HTTPS", True), ("http, https", False), ("", False)],
)
async def test_behind_tls_the_cookie_is_for_tls_alone(said, is_secure):
    reply = await Console(token=TOKEN).post(WHERE, {"x-forwarded-proto": said}, token=TOKEN)
    assert ("Secure" in reply.headers["set-cookie"]) is is_secure


async def test_a_session_acts_under_the_operator_s_name_and_under_the_same_protection():
    console = Console(token=TOKEN)
    _, cookie = await signed_in(console)
    console.open_breaker()
    fields = {"reason": "well again", "confirm": "yes"}
    elsewhere = {**cookie, "sec-fetch-site": "cross-site"}
    assert (await console.post("/admin/act/reset", elsewhere, **fields)).status == 403
    assert console.breaker.state == "open"
    assert (await console.post("/admin/act/reset", cookie, **fields)).status == 303
    assert [(act.actor, act.reason) for act in console.logbook.acts()] == [("ann", "well again")]


@pytest.mark.parametrize(
    "token", ["", "wrong", TOKEN.upper(), f"{TOKEN}x", "\ud800".encode("utf-8", "replace").decode()]
)
async def test_a_wrong_token_opens_nothing_and_is_counted(token):
    console = Console(token=TOKEN)
    reply = await console.post(WHERE, token=token, name="<ann>")
    assert reply.status == 401
    assert "set-cookie" not in reply.headers
    assert "This is not the admin token." in reply.body.decode()
    assert 'value="&lt;ann&gt;"' in reply.body.decode()
    assert [event.reason for event in console.sink.of(MessageRejected)] == ["operator"]
    assert len(console.sessions) == 0


async def test_another_site_s_page_cannot_sign_anybody_in():
    console = Console(token=TOKEN)
    assert (await console.post(WHERE, {"sec-fetch-site": "cross-site"}, token=TOKEN)).status == 403
    assert len(console.sessions) == 0


@pytest.mark.parametrize(
    "cookie", [f"{COOKIE}={TOKEN}", f"{COOKIE}=x", f"{COOKIE}=", "=;;;", f"{COOKIE}={'x' * 5_000}"]
)
async def test_a_made_up_cookie_opens_nothing(cookie):
    assert (await Console(token=TOKEN).get("/admin", {"cookie": cookie})).status == 303


async def test_whoever_signs_out_is_out():
    console = Console(token=TOKEN)
    _, cookie = await signed_in(console)
    reply = await console.post("/admin/sign-out", cookie)
    assert (reply.status, reply.headers["location"]) == (303, WHERE)
    assert f'{COOKIE}=""' in reply.headers["set-cookie"]
    assert (await console.get("/admin", cookie)).status == 303


@pytest.mark.parametrize("other", ['{"a":1}=x', "a=b c", "theme", 'x={"y":"z"}', "@k=1", "n\u00e9=1", ""])
async def test_a_cookie_of_another_service_does_not_hide_ours(other):
    console = Console(token=TOKEN)
    _, cookie = await signed_in(console)
    for held in (f"{other}; {cookie['cookie']}", f"{cookie['cookie']};{other}"):
        assert (await console.get("/admin", {"cookie": held})).status == 200


async def test_a_wrong_bearer_token_is_not_saved_by_a_good_cookie():
    console = Console(token=TOKEN)
    _, cookie = await signed_in(console)
    reply = await call(console.app, "/admin", method="GET", headers={**cookie, "authorization": "Bearer wrong"})
    assert reply.status == 401


async def test_without_a_token_there_is_no_sign_in():
    console = Console()
    for reply in (
        await console.get(WHERE),
        await console.post(WHERE, token="x"),
        await console.post("/admin/sign-out"),
    ):
        assert (reply.status, reply.headers["location"]) == (303, "/admin")
    assert "Sign out" not in await console.text("/admin")


async def test_a_body_that_is_too_large_is_said_to_be():
    reply = await Console(token=TOKEN).post(WHERE, token="x" * 20_000)
    assert (reply.status, b"larger than" in reply.body) == (413, True)


@pytest.mark.parametrize(
    "where",
    [
        "",
        "//evil.example",
        "https://evil.example/admin",
        "/administrator",
        "/",
        "\\admin",
        "/admin/\\evil",
        "/admin/\r\nset-cookie: x",
        "/admin?é",
    ],
)
def test_a_sign_in_leads_nowhere_else(where):
    assert inside(where) == "/admin"


@pytest.mark.parametrize("where", ["/admin", "/admin?done=reset", "/admin/find?callId=a%20b"])
def test_a_sign_in_leads_back_to_where_one_came_from(where):
    assert inside(where) == where


# -- sessions -----------------------------------------------------------------------------------------------------


async def test_a_session_ends_after_its_hours_and_earlier_when_nobody_uses_it():
    clock = FakeClock()
    sessions = OperatorSessions(clock, lifetime_s=100, idle_s=30)
    used, unused = sessions.open("ann"), sessions.open("bob")
    for _ in range(4):
        await clock.advance(24)
        assert sessions.actor_of(used) == "ann"
    assert sessions.actor_of(unused) is None
    await clock.advance(10)
    assert sessions.actor_of(used) is None
    assert len(sessions) == 0


def test_of_too_many_sessions_the_longest_unused_goes():
    sessions = OperatorSessions(FakeClock(), max_sessions=2)
    first, second = sessions.open("a"), sessions.open("b")
    assert sessions.actor_of(first) == "a"
    third = sessions.open("c")
    assert [sessions.actor_of(key) for key in (first, second, third)] == ["a", None, "c"]


def test_keys_are_long_and_never_repeated_and_are_not_kept():
    sessions = OperatorSessions(FakeClock())
    keys = {sessions.open("a") for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) >= 43 for key in keys)
    assert not any(key in repr(vars(sessions)) for key in keys)


def test_closing_what_is_not_open_is_no_harm():
    sessions = OperatorSessions(FakeClock())
    sessions.close("x")
    assert sessions.actor_of("x" * 1_000) is None
