"""The stand-in itself: as strict as Sanity where plain groq-js is not."""

from typing import Any

import aiohttp
import pytest

from tests.standin import SanityStandin

pytestmark = pytest.mark.node

QUERY = '*[_type == "delivery" && trackingNumber == $n]'
PUBLISHED = {"_id": "d1", "_type": "delivery", "trackingNumber": "AB1234", "status": "shipped"}
DRAFT = {**PUBLISHED, "_id": "drafts.d1", "status": "draft"}
VERSION = {**PUBLISHED, "_id": "versions.r1.d1", "status": "version"}


class Asker:
    """Asks a stand-in as a plain HTTP client does."""

    def __init__(self, standin: SanityStandin) -> None:
        self.standin = standin

    async def __call__(
        self, version: str = "v2025-02-19", *, dataset: str = "production", method: str = "GET", **params: str
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.standin.token}", "X-Sanity-Project-ID": "demo"}
        url = f"{self.standin.url}/{version}/data/query/{dataset}"
        sent = {key.replace("param_", "$"): value for key, value in params.items()}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, url, params=sent) as response,
        ):
            return response.status, await response.json(content_type=None)


@pytest.fixture
async def ask(sanity_standin: SanityStandin) -> Asker:
    await sanity_standin.put(PUBLISHED, DRAFT, VERSION)
    return Asker(sanity_standin)


async def test_a_parameter_that_is_used_but_not_sent_is_refused_as_content_lake_does(ask: Asker) -> None:
    status, body = await ask(query=QUERY)
    assert status == 400
    assert body["error"] == {
        "description": "param $n referenced, but not provided",
        "start": QUERY.index("$"),
        "end": QUERY.index("$") + 1,
        "query": QUERY,
        "type": "queryParseError",
    }


async def test_a_dollar_inside_a_text_is_no_parameter(ask: Asker) -> None:
    assert await ask(query='*[trackingNumber == "$n"]') == (
        200,
        {
            "query": '*[trackingNumber == "$n"]',
            "result": [],
            "ms": pytest.approx(0, abs=500),
            "syncTags": ["s1:standin"],
        },
    )


async def test_a_parameter_is_json_and_a_bare_word_is_refused(ask: Asker) -> None:
    assert (await ask(query=QUERY, param_n="AB1234"))[0] == 400
    status, body = await ask(query=QUERY, param_n='"AB1234"', returnQuery="false")
    assert (status, len(body["result"]), "query" in body) == (200, 1, False)


@pytest.mark.parametrize(
    ("version", "perspective", "seen"),
    [
        ("v2025-02-19", None, {"shipped"}),
        ("v2021-10-21", None, {"shipped", "draft"}),
        ("v2021-10-21", "published", {"shipped"}),
        ("v2025-02-19", "raw", {"shipped", "draft", "version"}),
        ("v2025-02-19", "drafts", {"draft"}),
    ],
)
async def test_what_is_seen_depends_on_perspective_and_version(
    ask: Asker, version: str, perspective: str | None, seen: set[str]
) -> None:
    extra = {} if perspective is None else {"perspective": perspective}
    _, body = await ask(version, query='*[_type == "delivery"]', **extra)
    assert {document["status"] for document in body["result"]} == seen


async def test_errors_bear_the_status_sanity_gives_them(ask: Asker) -> None:
    assert (await ask(query="*["))[1]["error"]["type"] == "queryParseError"
    assert (await ask(query="*", perspective="unheard"))[0] == 400
    assert (await ask(dataset="other", query="*"))[0] == 404
    assert (await ask("2025-02-19", query="*"))[0] == 404
    assert (await ask(method="PUT", query="*"))[0] == 405
    assert (await ask())[0] == 400
    assert (await ask(query=f'*[_id == "{"x" * 15_000}"]'))[0] in (414, 431)


async def test_documents_come_in_the_order_of_their_ids(ask: Asker) -> None:
    await ask.standin.put({**PUBLISHED, "_id": "a9"}, {**PUBLISHED, "_id": "a1"})
    _, body = await ask(query='*[_type == "delivery"]._id')
    assert body["result"] == ["a1", "a9", "d1"]


async def test_documents_can_be_dropped(ask: Asker) -> None:
    await ask.standin.delete("d1")
    assert (await ask(query='*[_type == "delivery"]'))[1]["result"] == []


async def test_a_share_of_requests_fails_repeatably(ask: Asker) -> None:
    async def series() -> list[int]:
        await ask.standin.fault("status", status=503, share=0.3, seed=7)
        return [(await ask(query="count(*)"))[0] for _ in range(40)]

    first = await series()
    assert first == await series()
    assert 3 <= first.count(503) <= 21


async def test_a_fault_that_does_not_exist_is_refused(ask: Asker) -> None:
    with pytest.raises(ValueError, match="no fault earthquake"):
        await ask.standin.fault("earthquake")


async def test_a_narrowed_standin_answers_a_lookup_alike() -> None:
    other = {"_id": "d2", "_type": "delivery", "trackingNumber": "CD 56-78"}
    with SanityStandin([PUBLISHED, DRAFT, other], narrow="trackingNumber") as standin:
        _, body = await Asker(standin)(query='*[_type == "delivery" && trackingNumber == $n]._id', param_n='"AB1234"')
        assert body["result"] == ["d1"]
        _, body = await Asker(standin)(query='count(*[_type == "delivery"])')
        assert body["result"] == 2
