"""One browser and one busy service for the module; a page that notices what must not happen."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.running import TOKEN, Site, chromium, site
from tests.system.service import DATASET

HOSTILE = "<script>document.title='taken over'</script><img src=x onerror=\"document.title='taken over'\">"
HOSTILE_NUMBER = "SHR666001"
CALLER = "+15555550166"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service that has taken calls, one of them with words that want to be code."""
    room = tmp_path_factory.mktemp("busy")
    dataset = room / "deliveries.ndjson"
    hostile = {
        "_id": "hostile",
        "_type": "delivery",
        "_rev": HOSTILE,
        "_createdAt": "2026-01-01T00:00:00Z",
        "_updatedAt": "2026-01-01T00:00:00Z",
        "trackingNumber": HOSTILE_NUMBER,
        "status": "delayed",
        "customerName": HOSTILE,
        "customerPhone": CALLER,
        "estimatedDelivery": "2026-12-04",
        "issueMessage": HOSTILE,
    }
    dataset.write_text(DATASET.read_text(encoding="utf-8") + json.dumps(hostile) + "\n", encoding="utf-8")
    environment = {
        "SHERIFF_SOURCE": f"dataset:{dataset}",
        "SHERIFF_ADMIN_TOKEN": TOKEN,
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{room / 'recordings.db'}",
    }
    with site(environment) as running:
        running.ask("SHR123456", call="call-good", caller="+15555550123", tool_call_id="tool-good")
        running.end_call(
            "call-good",
            "Where is my parcel, S H R one two three four five six?",
            "Maria Lopez, your delivery is in transit. It was delivered in Chicago yesterday.",
        )
        running.ask(HOSTILE_NUMBER, tool="getDeliveryIssue", call="call-hostile", caller=CALLER, tool_call_id=HOSTILE)
        running.end_call("call-hostile", HOSTILE, f"I see: {HOSTILE}")
        yield running


@pytest.fixture(scope="module")
def stranded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service whose source is not there, and whose breaker opens at the first failure; nobody need sign in."""
    room = tmp_path_factory.mktemp("stranded")
    environment = {
        "SHERIFF_SOURCE": "sanity",
        "SANITY_PROJECT_ID": "demo",
        "SANITY_API_TOKEN": "a-token",
        "SANITY_API_URL": "http://127.0.0.1:9",
        "SHERIFF_BREAKER_FAILURES": "1",
        "SHERIFF_BREAKER_RESET_S": "600",
        "SHERIFF_RETRY_ATTEMPTS": "1",
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{room / 'recordings.db'}",
    }
    with site(environment) as running:
        yield running


Opening = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opening]:
    """Open a page in a context of its own. At the end, nothing was logged as an error and nobody else was asked."""
    contexts: list[Any] = []
    errors: list[str] = []
    hosts: set[str] = set()
    allowed: set[str] = set()

    def opened(running: Site, path: str = "/admin", *, sign_in: bool = True, **how: Any) -> Page:
        how.setdefault("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(**how)
        contexts.append(context)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        allowed.add(urlsplit(running.internal).netloc)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{running.internal}{path}")
        if sign_in and "/sign-in" in page.url:
            page.get_by_label("Your name").fill("ann")
            page.get_by_label("Admin token").fill(TOKEN)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{running.internal}{path}")
        return page

    opened.errors = errors  # type: ignore[attr-defined] - for the few tests that expect some
    yield opened
    for context in contexts:
        context.close()
    assert errors == []
    assert hosts <= allowed
