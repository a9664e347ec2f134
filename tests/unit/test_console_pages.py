"""The operators' pages, as a browser asks for them: what they show, and what they say when there is nothing to show."""

import asyncio
import re

import pytest

from sheriff_core.events import LookupEnded, SourceRequestEnded, ToolCallAnswered
from sheriff_core.ports import RecordingsUnavailableError
from sheriff_web.console.searching import GLANCE_S, PATIENCE_S, search
from tests.console_kit import Console, end_of_call, tool_call
from tests.fakes import FakeRecorder

PAGES = ["/admin", "/admin/find", "/admin/act/reset", "/admin/act/isolate", "/admin/act/forget", "/admin/fragments/now"]


def answered(outcome="found", duration_s=0.05, served_from="source"):
    return ToolCallAnswered("getDeliveryStatus", outcome, served_from, duration_s, "c", "t")


async def recorded(*records):
    console = Console()
    for record in records:
        await console.recordings.record(record)
    return console


def figure(page, name):
    return re.search(rf'data-figure="{name}">([^<]*)<', page).group(1)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_html_that_nothing_from_elsewhere_can_enter(path):
    reply = await Console().get(path)
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    text = reply.body.decode()
    assert "://" not in re.sub(r"(sqlite|postgresql)://|http://www.w3.org/2000/svg", "", text)
    assert " style=" not in text
    assert not re.search(r"<script(?! src=)", text)
    assert not re.search(r" on[a-z]+=", text)


@pytest.mark.parametrize("name", ["console.css", "console.js", "icon.svg"])
async def test_what_a_page_is_drawn_with_comes_from_here(name):
    reply = await Console().get(f"/admin/assets/{name}")
    assert reply.status == 200
    assert len(reply.body) < 20_000
    assert b"http" not in reply.body.replace(b"http://www.w3.org/2000/svg", b"")


async def test_there_is_no_path_to_wander_off_on():
    for path in ("/admin/assets/../rendering.py", "/admin/assets/%2e%2e/rendering.py", "/admin/assets/"):
        assert (await Console().get(path)).status == 404


async def test_figures_stand_on_the_page_as_they_are_now():
    console = Console()
    for _ in range(8):
        console.events.emit(answered())
    console.events.emit(answered("unavailable", 4.5))
    console.events.emit(answered("found", 0.2, "stale"))
    for result in ("hit", "hit", "miss"):
        console.events.emit(LookupEnded(result))
    page = await console.text("/admin")
    assert (figure(page, "Calls a minute"), figure(page, "Success")) == ("10", "90 %")
    assert (figure(page, "Hit rate"), figure(page, "Old information")) == ("66.6 %", "10 %")
    assert "Not everybody: some callers hear an apology." in page


async def test_the_fragment_changes_when_the_figures_do():
    console = Console()
    before = figure(await console.text("/admin/fragments/now"), "Calls a minute")
    console.events.emit(answered())
    await console.clock.advance(1)
    after = figure(await console.text("/admin/fragments/now"), "Calls a minute")
    assert (before, after) == ("0.0", "1.0")


async def test_a_quiet_service_says_so_and_what_to_look_at():
    page = await Console().text("/admin")
    assert "Nobody has called in the last five minutes." in page
    assert "docs/runbooks/no-traffic.md" in page
    assert "Nothing is recorded yet." in page
    assert "Nobody has changed anything since this process started." in page


async def test_the_source_s_last_success_and_failure_are_told():
    console = Console()
    console.events.emit(SourceRequestEnded("ok", 0.1))
    await console.clock.advance(61)
    console.events.emit(SourceRequestEnded("server_error", 0.1))
    page = await console.text("/admin")
    assert "1 min 1 s ago" in page
    assert "server error" in page


async def test_an_open_breaker_is_told_with_its_history_and_when_it_asks_again():
    console = Console()
    console.open_breaker()
    await console.clock.advance(10)
    page = await console.text("/admin")
    assert 'data-breaker="open"' in page
    assert "in 20 s" in page
    assert "closed → open" in page
    assert "consecutive failures" in page


async def test_settings_are_shown_in_two_groups():
    console = Console(chosen={"VAPI_SECRET": "set, and not shown"}, shipped={"SHERIFF_SPEECH": "verbatim"})
    page = await console.text("/admin")
    assert page.index("VAPI_SECRET") < page.index("1 settings as shipped") < page.index("SHERIFF_SPEECH")


async def test_interactions_are_found_by_every_filter_under_the_names_of_the_json():
    console = await recorded(tool_call("corr-0001"), tool_call("corr-0002", callId="call-2", latencyMs=900.0))
    for query, found in (
        ({}, {"corr-0001", "corr-0002"}),
        ({"correlationId": "corr-0001"}, {"corr-0001"}),
        ({"callId": "call-2", "outcome": "", "trackingNumber": ""}, {"corr-0002"}),
        ({"outcome": "found"}, {"corr-0001", "corr-0002"}),
        ({"outcome": "issue"}, set()),
        ({"slowerThanMs": "800"}, {"corr-0002"}),
        ({"kind": "end_of_call"}, set()),
    ):
        page = await console.text("/admin/find", **query)
        assert set(re.findall(r"interaction\?correlationId=(corr-\d+)", page)) == found, query
        assert ("Nothing matches." in page) == (not found)


async def test_what_was_asked_for_stays_in_the_form():
    page = await Console().text("/admin/find", callId='c"1', outcome="issue", slowerThanMs="800")
    assert 'name="callId" value="c&#34;1"' in page
    assert '<option value="issue" selected>' in page
    assert 'value="800" checked' in page


async def test_pages_lead_to_older_ones_and_back_to_the_newest_and_keep_the_filter():
    console = await recorded(*(tool_call(f"corr-{n:04}") for n in range(60)))
    seen, query, pages = [], {"callId": "call-1"}, 0
    path = "/admin/find?callId=call-1"
    while path:
        page = await console.text(path)
        seen += re.findall(r"interaction\?correlationId=(corr-\d+)", page)
        following = re.search(r'href="(/admin/find\?[^"]+)" rel="next"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
        pages += 1
        assert ("Newest" in page) == (pages > 1)
        assert not path or f"callId={query['callId']}" in path
    assert seen == [f"corr-{n:04}" for n in reversed(range(60))]
    assert pages == 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"slowerThanMs": "fast"}, "slowerThanMs: must be a number of milliseconds"),
        ({"cursor": "x"}, "cursor: is none that was given out here"),
        ({"color": "red"}, "there is no such parameter"),
    ],
)
async def test_a_search_that_makes_no_sense_says_what_is_wrong(query, words):
    reply = await Console().get("/admin/find", **query)
    assert reply.status == 400
    assert words in reply.body.decode()


@pytest.mark.parametrize(
    "path", ["/admin/find", "/admin/find/interaction?correlationId=x", "/admin/find/call?callId=x"]
)
async def test_without_recordings_a_page_says_how_to_have_some(path):
    reply = await Console(recordings=None).get(path)
    assert (reply.status, b"SHERIFF_RECORDINGS_URL" in reply.body) == (404, True)
    assert b"Nothing is recorded here." in (await Console(recordings=None).get("/admin")).body


@pytest.mark.parametrize(
    "path", ["/admin/find", "/admin/find/interaction?correlationId=x", "/admin/find/call?callId=x"]
)
async def test_recordings_that_cannot_be_read_cost_no_more_than_their_part_of_the_page(path):
    class Down(FakeRecorder):
        async def find(self, wanted):
            raise RecordingsUnavailableError("/var/lib/x.db: disk I/O error")

    console = Console(recordings=Down())
    reply = await console.get(path)
    assert (reply.status, b"The recordings cannot be read now." in reply.body) == (503, True)
    page = await console.text("/admin")
    assert "disk I/O error" in page
    assert "Is the caller being served?" in page


async def test_recordings_that_do_not_answer_keep_nobody_waiting():
    class Silent(FakeRecorder):
        async def find(self, wanted):
            await asyncio.Event().wait()

    found = await search(Silent(), [], patience_s=0.001)
    assert (found.trouble, found.detail) == ("down", "no answer within 0.001 s")
    assert GLANCE_S < PATIENCE_S


@pytest.mark.parametrize("path", ["/admin/find/interaction", "/admin/find/call", "/admin/find/replay"])
async def test_what_was_never_recorded_is_a_404_that_says_why(path):
    for query in ({}, {"correlationId": "nobody", "callId": "nobody"}):
        reply = await Console().get(path, **query)
        assert reply.status == 404
        assert b"SHERIFF_RECORDINGS_RETENTION_DAYS" in reply.body


async def test_an_interaction_is_told_as_a_time_line_with_its_words_and_facts():
    console = await recorded(tool_call())
    page = await console.text("/admin/find/interaction", correlationId="corr-0001")
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for words in (
        "0 ms Received getDeliveryStatus for “T R K one”, read as TRK1; the caller is the customer",
        "0 ms Memory nothing was remembered",
        "1.0 ms Attempt 1 server error after 200 ms",
        "250 ms Attempt 2 ok after 90 ms",
        "342 ms Reply found, from source, less than 1 s old, after 342 ms",
        "From attempt 2 trackingNumber TRK-1 status in_transit customerName Dana Ellis",
    ):
        assert words in told
    assert '<mark class="supported">Dana Ellis</mark>' in page


async def test_several_tool_calls_of_one_message_stand_on_one_page_the_first_first():
    console = await recorded(tool_call(toolCallId="tool-a"), tool_call(toolCallId="tool-b"))
    page = await console.text("/admin/find/interaction", correlationId="corr-0001")
    assert page.index("Tool call tool-a") < page.index("Tool call tool-b")


async def test_a_call_is_shown_with_each_claim_coloured_by_its_verdict():
    end = end_of_call("Where is it?", "Dana Ellis, it is in transit. It was delivered on March 3rd.")
    console = await recorded(tool_call(), end)
    page = await console.text("/admin/find/call", callId="call-1")
    assert '<mark class="supported">Dana Ellis</mark>' in page
    assert '<mark class="contradicted">' in page
    assert "fabricated" in page
    assert "(scored just now)" in page
    assert page.index("Where is it?") < page.index("getDeliveryStatus: The delivery is in transit.")
    assert "/admin/find/interaction?correlationId=corr-0001" in page


async def test_the_recorded_score_is_shown_as_it_was_given():
    claim = {
        "text": "later",
        "turn": 1,
        "start": 3,
        "end": 8,
        "kind": "date",
        "verdict": "unsupported",
        "fact": {"field": "estimatedDelivery", "value": None},
    }
    score = {"claims": [claim], "groundedness": 0.0, "fabricated": True}
    console = await recorded(end_of_call("When?", "So later.", score=score))
    page = await console.text("/admin/find/call", callId="call-1")
    assert 'So <mark class="unsupported">later</mark>.' in page
    assert "estimatedDelivery: nothing recorded" in page
    assert "(scored just now)" not in page
    assert "fabricated" in await console.text("/admin/find")


async def test_a_call_whose_report_has_not_come_shows_its_tool_calls_and_says_what_is_missing():
    page = await (await recorded(tool_call())).text("/admin/find/call", callId="call-1")
    assert "No report of this call has come." in page
    assert "TRK1" in page


async def test_a_replay_shows_what_differs_word_by_word():
    record = tool_call()
    record["reply"]["result"] = record["reply"]["message"]["content"] = "The parcel for Dana Ellis is lost."
    page = await (await recorded(record)).text("/admin/find/replay", correlationId="corr-0001", toolCallId="tool-1")
    assert "<del>" in page
    assert "<ins>" in page
    assert "Dana Ellis" in page


async def test_a_recording_that_cannot_be_replayed_says_why():
    console = await recorded(tool_call(schema=7))
    page = await console.text("/admin/find/replay", correlationId="corr-0001", toolCallId="tool-1")
    assert "schema: 7 is not 1" in page


async def test_the_json_twins_are_as_they_were():
    console = await recorded(tool_call())
    assert (await console.get("/admin/interactions")).json()["interactions"][0]["correlationId"] == "corr-0001"
    assert (await console.get("/admin/circuit-breaker")).json()["state"] == "closed"
