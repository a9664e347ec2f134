"""Changes from the page: a reason, a confirmation, and an entry in the log, or nothing at all."""

import pytest

from tests.console_kit import Console

DONE = {"reason": "Sanity is back", "confirm": "yes"}


@pytest.mark.parametrize("verb", ["reset", "isolate", "forget"])
async def test_a_page_says_what_a_change_does_before_it_is_made(verb):
    page = await Console().text(f"/admin/act/{verb}")
    assert f'<form class="act" method="post" action="/admin/act/{verb}">' in page
    assert 'name="reason" value="" required' in page
    assert 'name="confirm" value="yes" required' in page


async def test_a_reset_closes_the_breaker_and_stands_in_the_log():
    console = Console()
    console.open_breaker()
    reply = await console.post("/admin/act/reset", **DONE)
    assert (reply.status, reply.headers["location"]) == (303, "/admin?done=reset#log")
    assert console.breaker.state == "closed"
    page = await console.text("/admin?done=reset")
    assert "Done: <code>breaker.reset</code>, open → closed" in page
    assert "Sanity is back" in page
    assert "<code>breaker.reset</code>" in page


async def test_an_isolated_breaker_is_told_until_it_is_reset():
    console = Console()
    await console.post("/admin/act/isolate", **DONE)
    page = await console.text("/admin")
    assert 'data-breaker="isolated"' in page
    assert "Only from memory: the breaker is held open by hand." in page
    await console.post("/admin/act/reset", **DONE)
    await console.clock.advance(1)
    assert 'data-breaker="closed"' in await console.text("/admin")


async def test_a_delivery_is_forgotten():
    console = Console()
    assert (await console.post("/admin/act/forget", trackingNumber=" TRK1 ", **DONE)).status == 303
    assert console.remembered == set()
    act = console.logbook.acts()[0]
    assert (act.action, act.before, act.after) == ("cache.forget", "remembered", "not remembered")


@pytest.mark.parametrize(
    ("verb", "fields", "problem"),
    [
        ("reset", {"confirm": "yes"}, "Say why"),
        ("reset", {"confirm": "yes", "reason": " \n "}, "Say why"),
        ("reset", {"reason": "well"}, "tick the box"),
        ("reset", {"reason": "well", "confirm": "no"}, "tick the box"),
        ("reset", {"reason": "x" * 501, "confirm": "yes"}, "must not be longer than 500"),
        ("isolate", {}, "Say why"),
        ("forget", DONE, "trackingNumber: is missing"),
        ("forget", {"trackingNumber": "?", **DONE}, "This cannot be a tracking number."),
    ],
)
async def test_what_is_missing_is_asked_for_again_and_nothing_is_done(verb, fields, problem):
    console = Console()
    console.open_breaker()
    reply = await console.post(f"/admin/act/{verb}", **fields)
    assert reply.status == 422
    assert problem in reply.body.decode()
    assert console.breaker.state == "open"
    assert console.remembered == {"TRK1"}
    assert console.logbook.acts() == []


async def test_what_was_filled_in_is_not_lost():
    reply = await Console().post("/admin/act/forget", trackingNumber='TRK"9', reason="<b>wrong</b>")
    page = reply.body.decode()
    assert 'name="trackingNumber" value="TRK&#34;9"' in page
    assert 'name="reason" value="&lt;b&gt;wrong&lt;/b&gt;"' in page


@pytest.mark.parametrize("said", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
async def test_another_site_s_page_changes_nothing(said):
    console = Console()
    console.open_breaker()
    assert (await console.post("/admin/act/reset", said, **DONE)).status == 403
    assert console.breaker.state == "open"


async def test_nothing_is_changed_by_reading():
    console = Console()
    console.open_breaker()
    await console.get("/admin/act/reset?reason=x&confirm=yes")
    assert console.breaker.state == "open"


async def test_an_address_cannot_make_the_page_say_that_something_was_done():
    for done in ("reset", "nonsense"):
        assert "Done:" not in await Console().text(f"/admin?done={done}")


async def test_a_change_that_does_not_exist_is_a_404():
    asked = await Console().get("/admin/act/explode")
    page = asked.body.decode()
    assert asked.status == 404
    assert "What can be changed stands under Act." in page
    assert "SHERIFF_RECORDINGS_RETENTION_DAYS" not in page.partition("<footer")[0], "no recording was looked for"
    assert (await Console().post("/admin/act/explode", **DONE)).status == 404


async def test_a_body_that_is_too_large_changes_nothing():
    console = Console()
    console.open_breaker()
    assert (await console.post("/admin/act/reset", reason="x" * 20_000, confirm="yes")).status == 413
    assert console.breaker.state == "open"


async def test_what_the_json_routes_did_stands_in_the_same_log():
    console = Console()
    await console.post("/admin/circuit-breaker/isolate", reason="from a script")
    assert "from a script" in await console.text("/admin")
