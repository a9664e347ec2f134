"""The internal listener, route by route of docs/reference/http-api.md."""

import base64
import json
from datetime import UTC, datetime

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.events import DefectCaught, MessageRejected, OperatorActed, RequestServed
from sheriff_core.health import Health
from sheriff_core.outcome import OutcomeName
from sheriff_core.policy import BreakerPolicy
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from sheriff_web.internal import internal_app
from tests.asgi import call
from tests.fakes import FakeClock, FakeRecorder, SpySink

TOKEN = {"authorization": "Bearer token"}


def interaction(correlation, *, number="TRK1", outcome="found", latency=10.0, tool_call_id="call_1", call_id="c1"):
    return {
        "schema": 1,
        "kind": "tool_call",
        "correlationId": correlation,
        "callId": call_id,
        "toolCallId": tool_call_id,
        "receivedAt": "2026-02-12T09:30:00.000+00:00",
        "arguments": {"trackingNumber": number},
        "reply": {"metadata": {"outcome": outcome}},
        "latencyMs": latency,
    }


class Office:
    """The internal application, with everything it touches in reach."""

    def __init__(self, *, token=None, recordings="fake", console_routes=()):
        self.clock = FakeClock()
        self.sink = SpySink()
        self.breaker = CircuitBreaker(BreakerPolicy(failures=1), self.clock, self.sink)
        self.health = Health(
            breaker=self.breaker,
            clock=self.clock,
            cache_status=lambda: {"status": "ok"},
            recordings_status=lambda: {"status": "off"},
        )
        self.recordings = FakeRecorder() if recordings == "fake" else recordings
        self.remembered = {"TRK1"}
        self.app = internal_app(
            health=self.health,
            breaker=self.breaker,
            metrics=lambda: (b"up 1\n", "text/plain; version=0.0.4; charset=utf-8"),
            recordings=self.recordings,
            admin_token=token,
            forget=self.forget,
            events=self.sink,
            clock=self.clock,
            console_routes=console_routes,
        )

    async def forget(self, number):
        if number == "?":
            raise ValueError(number)
        held = number in self.remembered
        self.remembered.discard(number)
        return held

    async def get(self, path, headers=None, method="GET"):
        return await call(self.app, path, method=method, headers=headers)

    async def post(self, path, content=None, headers=None):
        body = b"" if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
        return await call(self.app, path, body, headers={"content-type": "application/json"} | (headers or {}))

    def open_breaker(self):
        self.breaker.failed(self.breaker.ask())

    def acted(self):
        return [(e.action, e.actor, e.reason, e.before, e.after) for e in self.sink.of(OperatorActed)]


# -- probes -------------------------------------------------------------------------------------------------------


async def test_healthz_says_that_the_process_is_alive():
    reply = await Office().get("/healthz")
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, b'{"status":"ok"}', "application/json")


async def test_readyz_is_503_until_started_200_then_and_503_again_when_draining():
    office = Office()
    assert [(await office.get("/readyz")).status, (await office.get("/readyz")).json()["status"]] == [503, "unready"]
    office.health.started()
    reply = await office.get("/readyz")
    assert (reply.status, reply.json()["status"]) == (200, "ready")
    assert set(reply.json()["checks"]) == {"circuitBreaker", "sanity", "cache", "recordings"}
    office.health.draining()
    assert [(await office.get("/readyz")).status, (await office.get("/readyz")).json()["status"]] == [503, "draining"]


async def test_an_open_breaker_is_degraded_and_still_200():
    office = Office()
    office.health.started()
    office.open_breaker()
    reply = await office.get("/readyz")
    assert (reply.status, reply.json()["status"]) == (200, "degraded")
    assert reply.json()["checks"]["circuitBreaker"]["state"] == "open"


async def test_metrics_are_passed_on_as_they_are_rendered():
    reply = await Office().get("/metrics")
    assert (reply.status, reply.body) == (200, b"up 1\n")
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize("path", ["/admin\n", "/admin/circuit-breaker\n", "/adminx"])
async def test_what_only_looks_like_a_path_of_the_operators_side_is_behind_its_gate_and_is_none(path):
    home = Route("/admin", lambda _: PlainTextResponse("private"))
    reply = await Office(token="token", console_routes=[home]).get(path)
    assert (reply.status, b"private" in reply.body) == (401, False)
    reply = await Office(token="token", console_routes=[home]).get(path, TOKEN)
    assert (reply.status, b"private" in reply.body) == (404, False)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_need_no_token_and_no_particular_host(path):
    assert (await Office(token="token").get(path, {"host": "10.0.0.7:8080"})).status in (200, 503)


async def test_a_head_request_is_answered_and_another_method_is_a_405():
    office = Office()
    assert (await office.get("/healthz", method="HEAD")).status == 200
    reply = await office.get("/healthz", method="POST")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


async def test_each_request_is_told_by_its_template():
    office = Office()
    for path in ("/healthz", "/admin/interactions/some-id", "/admin/nowhere"):
        await office.get(path)
    assert [(e.listener, e.route, e.status) for e in office.sink.of(RequestServed)] == [
        ("internal", "/healthz", 200),
        ("internal", "/admin/interactions/{correlation_id}", 404),
        ("internal", "_OTHER", 404),
    ]


async def test_a_callers_correlation_id_is_adopted():
    reply = await Office().get("/healthz", {"x-correlation-id": "trace-me.0815"})
    assert reply.headers["x-correlation-id"] == "trace-me.0815"


async def test_a_defect_is_a_500_in_json_that_tells_nothing_and_is_told():
    def broken(_request):
        raise RuntimeError("secret words")

    office = Office(console_routes=[Route("/admin", broken)])
    reply = await office.get("/admin")
    assert (reply.status, reply.json()) == (500, {"error": "internal error"})
    assert [str(event.error) for event in office.sink.of(DefectCaught)] == ["secret words"]
    assert [(e.status, e.error_type) for e in office.sink.of(RequestServed)] == [(500, "RuntimeError")]


# -- the circuit breaker ------------------------------------------------------------------------------------------


async def test_the_breaker_is_shown():
    office = Office()
    assert (await office.get("/admin/circuit-breaker")).json() == {
        "state": "closed",
        "consecutiveFailures": 0,
        "openedAt": None,
        "retryAt": None,
    }
    office.open_breaker()
    assert (await office.get("/admin/circuit-breaker")).json() == {
        "state": "open",
        "consecutiveFailures": 1,
        "openedAt": "2026-02-12T09:30:00.000Z",
        "retryAt": "2026-02-12T09:30:30.000Z",
    }


async def test_a_reset_closes_the_breaker_and_is_told_with_its_reason():
    office = Office()
    office.open_breaker()
    reply = await office.post("/admin/circuit-breaker/reset", {"reason": "Sanity is\n back  again"})
    assert (reply.status, reply.json()) == (200, {"state": "closed", "previousState": "open"})
    assert office.acted() == [("breaker.reset", "local", "Sanity is back again", "open", "closed")]


async def test_a_reset_may_be_repeated_and_needs_no_body():
    office = Office()
    for _ in range(2):
        reply = await office.post("/admin/circuit-breaker/reset")
        assert (reply.status, reply.json()) == (200, {"state": "closed", "previousState": "closed"})
    assert len(office.acted()) == 2


async def test_an_isolated_breaker_stays_open_until_a_reset():
    office = Office()
    reply = await office.post("/admin/circuit-breaker/isolate", {"reason": "maintenance"})
    assert reply.json() == {"state": "isolated", "previousState": "closed"}
    assert (await office.get("/admin/circuit-breaker")).json()["state"] == "isolated"
    assert (await office.post("/admin/circuit-breaker/reset")).json()["previousState"] == "isolated"


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"{", 400, "the body is not JSON"),
        (b"\xff", 400, "the body is not JSON"),
        (b"[]", 422, "the body: must be an object"),
        ({"reason": 5}, 422, "reason: must be a string"),
        ({"reason": "x" * 501}, 422, "reason: must not be longer than 500 characters"),
        (b"x" * 20_000, 413, "the body is larger than 16384 bytes"),
    ],
)
async def test_a_body_that_is_wrong_changes_nothing_and_says_what_is_wrong(content, status, error):
    office = Office()
    office.open_breaker()
    reply = await office.post("/admin/circuit-breaker/reset", content)
    assert (reply.status, reply.json()) == (status, {"error": error})
    assert office.breaker.state.value == "open"
    assert office.acted() == []


async def test_a_change_is_not_made_by_reading():
    reply = await Office().get("/admin/circuit-breaker/reset")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


async def test_a_form_may_be_posted_and_leads_a_browser_back_to_the_page():
    office = Office()
    form = {"content-type": "application/x-www-form-urlencoded"}
    reply = await office.post("/admin/circuit-breaker/reset", b"reason=all+well", form | {"accept": "text/html,*/*"})
    assert (reply.status, reply.headers["location"]) == (303, "/admin")
    assert (await office.post("/admin/circuit-breaker/reset", b"reason=x", form)).status == 200
    assert [reason for _, _, reason, _, _ in office.acted()] == ["all well", "x"]


# -- what is remembered -------------------------------------------------------------------------------------------


async def test_a_remembered_delivery_can_be_forgotten():
    office = Office()
    wanted = {"trackingNumber": " TRK1 ", "reason": "corrected"}
    first, second = [await office.post("/admin/cache/forget", wanted) for _ in range(2)]
    assert first.json() == {"trackingNumber": "TRK1", "forgotten": True}
    assert second.json() == {"trackingNumber": "TRK1", "forgotten": False}
    assert office.acted()[0] == ("cache.forget", "local", "corrected", "remembered", "not remembered")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, "trackingNumber: is missing"),
        ({"trackingNumber": 5}, "trackingNumber: must be a string that is not empty"),
        ({"trackingNumber": " "}, "trackingNumber: must be a string that is not empty"),
        ({"trackingNumber": "?"}, "trackingNumber: cannot be a tracking number"),
    ],
)
async def test_what_can_be_no_tracking_number_is_a_422(content, error):
    office = Office()
    reply = await office.post("/admin/cache/forget", content)
    assert (reply.status, reply.json()) == (422, {"error": error})
    assert office.acted() == []


# -- the recordings -----------------------------------------------------------------------------------------------


async def recorded(office):
    for n in range(3):
        await office.recordings.record(interaction(f"id-{n}", number=f"TRK-{n}", call_id=f"c{n}", latency=100.0 * n))
    return office


async def test_interactions_are_listed_newest_first_and_page_by_page():
    office = await recorded(Office())
    first = (await office.get("/admin/interactions?limit=2")).json()
    assert [held["correlationId"] for held in first["interactions"]] == ["id-2", "id-1"]
    second = (await office.get(f"/admin/interactions?limit=2&cursor={first['nextCursor']}")).json()
    assert [held["correlationId"] for held in second["interactions"]] == ["id-0"]
    assert second["nextCursor"] is None


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("correlationId=id-1", ["id-1"]),
        ("callId=c2", ["id-2"]),
        ("trackingNumber=trk0", ["id-0"]),
        ("outcome=issue", []),
        ("kind=tool_call&callId=c0", ["id-0"]),
        ("slowerThanMs=150", ["id-2"]),
        ("before=2026-02-12T09:30:00Z", []),
        ("before=2026-02-12T10:30:01%2B01:00&callId=c0", ["id-0"]),
        ("before=2026-02-12T10:30:01+01:00&callId=c0", ["id-0"]),
        ("callId=&outcome=&correlationId=id-0", ["id-0"]),
        ("limit=&correlationId=&callId=&trackingNumber=", ["id-2", "id-1", "id-0"]),
    ],
)
async def test_interactions_are_filtered(query, ids):
    office = await recorded(Office())
    found = (await office.get(f"/admin/interactions?{query}")).json()["interactions"]
    assert [held["correlationId"] for held in found] == ids


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", "limit: must be a whole number from 1 to 500"),
        ("limit=501", "limit: must be a whole number from 1 to 500"),
        ("limit=1e1", "limit: must be a whole number from 1 to 500"),
        ("limit=" + "9" * 5_000, "limit: must be a whole number from 1 to 500"),
        ("slowerThanMs=-1", "slowerThanMs: must be a number of milliseconds, 0 or above"),
        ("slowerThanMs=nan", "slowerThanMs: must be a number of milliseconds, 0 or above"),
        ("before=yesterday", "before: must be an instant with its zone, such as 2026-02-12T09:30:00Z"),
        ("before=2026-02-12T09:30:00", "before: must be an instant with its zone, such as 2026-02-12T09:30:00Z"),
        ("cursor=x", "cursor: is none that was given out here"),
        ("callId=%20", "callId: must not be empty"),
        ("kind=tool-call", "kind: must be one of tool_call, end_of_call"),
        ("outcome=unavailble", f"outcome: must be one of {', '.join(OutcomeName)}"),
    ],
)
async def test_a_filter_that_is_wrong_is_a_400_that_names_it(query, error):
    reply = await Office().get(f"/admin/interactions?{query}")
    assert (reply.status, reply.json()) == (400, {"error": error})


async def test_a_filter_that_does_not_exist_does_not_show_everything_instead():
    reply = await Office().get("/admin/interactions?trackingNumbr=TRK1")
    assert reply.status == 400
    assert "trackingNumber" in reply.json()["error"]
    assert "trackingNumbr," not in reply.json()["error"]


async def test_one_interaction_is_shown_whole():
    office = await recorded(Office())
    assert (await office.get("/admin/interactions/id-1")).json() == interaction(
        "id-1", number="TRK-1", call_id="c1", latency=100.0
    )


@pytest.mark.parametrize("odd", ["half a pair \ud800", 10**30, -(10**20)])
async def test_whatever_json_can_hold_is_shown_as_it_was_recorded(odd):
    office = Office()
    await office.recordings.record(interaction("id-1") | {"arguments": {"trackingNumber": odd}})
    assert (await office.get("/admin/interactions/id-1")).json()["arguments"] == {"trackingNumber": odd}
    assert (await office.get("/admin/interactions")).json()["interactions"][0]["arguments"] == {"trackingNumber": odd}


async def test_an_unknown_interaction_is_a_404_in_json():
    reply = await Office().get("/admin/interactions/nobody")
    assert (reply.status, reply.json()) == (404, {"error": "no interaction was recorded under this correlation id"})


async def test_calls_of_one_message_are_shown_together_the_first_of_them_first():
    office = Office()
    for n in range(3):
        await office.recordings.record(interaction("id", tool_call_id=f"call_{n}"))
    shown = (await office.get("/admin/interactions/id")).json()
    assert shown["toolCallId"] == "call_0"
    assert [held["toolCallId"] for held in shown["siblings"]] == ["call_1", "call_2"]


@pytest.mark.parametrize("path", ["/admin/interactions", "/admin/interactions/id"])
async def test_without_recordings_a_404_says_why(path):
    reply = await Office(recordings=None).get(path)
    assert reply.status == 404
    assert "SHERIFF_RECORDINGS_URL" in reply.json()["error"]


@pytest.mark.parametrize("path", ["/admin/interactions", "/admin/interactions/id"])
async def test_recordings_that_cannot_be_read_are_a_503(path):
    class Down(FakeRecorder):
        async def find(self, wanted: InteractionFilter):
            raise RecordingsUnavailableError

    reply = await Office(recordings=Down()).get(path)
    assert (reply.status, reply.json()) == (503, {"error": "the recordings cannot be read now"})


# -- the gate -----------------------------------------------------------------------------------------------------

ADMIN = ["/admin", "/admin/", "/admin/circuit-breaker", "/admin/interactions", "/admin/nowhere", "/admin/cache/forget"]


@pytest.mark.parametrize("path", ADMIN)
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer"},
        {"authorization": "Basic !"},
        {"authorization": "Basic " + base64.b64encode(b"ann:wrong").decode()},
        {"authorization": "Basic " + base64.b64encode(b"token").decode()},
        {"authorization": "Digest token"},
        {"authorization": "token"},
    ],
)
async def test_with_a_token_everything_under_admin_asks_for_it(path, said):
    office = Office(token="token")
    for method in ("GET", "POST"):
        reply = await office.get(path, said, method=method)
        assert (reply.status, reply.json()) == (401, {"error": "unauthorized"})
        assert reply.headers["www-authenticate"].startswith("Bearer")
    assert {event.reason for event in office.sink.of(MessageRejected)} == {"operator"}


@pytest.mark.parametrize("token", ["pässwörd", "à", "Å ", "мир"])
async def test_a_token_may_hold_any_letters(token):
    office = Office(token=token.strip())
    for said in (b"Bearer " + token.encode(), b"Basic " + base64.b64encode(b"ann:" + token.encode())):
        headers = {"authorization": said.decode("latin-1")}
        assert (await office.get("/admin/circuit-breaker", headers)).status == 200


async def test_the_token_opens_from_any_host():
    office = Office(token="token")
    assert (await office.get("/admin/circuit-breaker", TOKEN | {"host": "sheriff.internal"})).status == 200
    await office.post("/admin/circuit-breaker/reset", headers=TOKEN)
    basic = {"authorization": "Basic " + base64.b64encode(b"ann\n:token").decode()}
    await office.post("/admin/circuit-breaker/reset", headers=basic)
    assert [actor for _, actor, *_ in office.acted()] == ["token", "ann"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("127.0.0.1:8080", 200),
        ("127.0.0.2", 200),
        ("[::1]:8080", 200),
        ("[::1]", 200),
        ("evil.example", 403),
        ("localhost.evil.example:8080", 403),
        ("127.0.0.1.evil.example", 403),
        ("10.0.0.1", 403),
        ("[::2]", 403),
        ("", 400),
    ],
)
async def test_without_a_token_only_names_of_this_machine_are_served(host, status):
    """A page elsewhere could make its own name resolve to this machine (DNS rebinding)."""
    assert (await Office().get("/admin/circuit-breaker", {"host": host})).status == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, 403),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("token", [None, "token"])
async def test_another_sites_page_cannot_make_a_change(said, status, token):
    office = Office(token=token)
    reply = await office.post("/admin/circuit-breaker/reset", headers=TOKEN | said)
    assert reply.status == status
    assert len(office.acted()) == (1 if status == 200 else 0)
    assert (await office.get("/admin/circuit-breaker", TOKEN | said)).status == 200  # reading is no change


@pytest.mark.parametrize("path", [*ADMIN, "/healthz", "/readyz", "/metrics"])
async def test_nothing_is_stored_on_the_way(path):
    assert (await Office().get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ADMIN)
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
@pytest.mark.parametrize("token", [None, "token"])
async def test_nothing_of_the_operators_side_is_for_pages_of_another_site(path, host, token):
    reply = await Office(token=token).get(path, {"host": host})
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"


async def test_pages_of_the_console_stand_behind_the_same_gate():
    async def page(_request):
        return PlainTextResponse("the page", headers={"cache-control": "public"})

    office = Office(token="token", console_routes=[Route("/admin", page)])
    assert (await office.get("/admin")).status == 401
    reply = await office.get("/admin", TOKEN)
    assert (reply.body, reply.headers["cache-control"]) == (b"the page", "no-store")


async def test_the_filter_reads_an_instant_in_any_zone():
    asked = []

    class Spy(FakeRecorder):
        async def find(self, wanted: InteractionFilter):
            asked.append(wanted)
            return await super().find(wanted)

    await Office(recordings=Spy()).get("/admin/interactions?before=2026-02-12T10:30:00%2B01:00")
    assert asked[0].before == datetime(2026, 2, 12, 9, 30, tzinfo=UTC)
