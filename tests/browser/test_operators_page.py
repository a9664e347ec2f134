"""The operators' page in a real browser: what a person sees and does there, and what must never happen."""

import base64
import contextlib
import http.server
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE, HOSTILE_NUMBER, Opening
from tests.browser.running import TOKEN, Site, axe_source, site

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}


def figure(page: Page, name: str) -> str:
    return page.locator(f'[data-figure="{name}"]').inner_text()


def open_breaker(running: Site) -> None:
    assert running.ask("SHR123456")["metadata"]["outcome"] == "unavailable"


def act(page: Page, verb: str, reason: str) -> None:
    page.get_by_role("link", name=f"{verb}…").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=f"{verb} now").click()


def test_a_wrong_token_is_refused_and_the_right_one_leads_to_where_one_wanted_to_go(
    busy: Site, open_page: Opening
) -> None:
    page = open_page(busy, "/admin/find?callId=call-good", sign_in=False)
    assert "/admin/sign-in" in page.url
    page.get_by_label("Admin token").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This is not the admin token.")
    open_page.errors.clear()  # type: ignore[attr-defined] - the browser tells of the 401
    page.get_by_label("Your name").fill("ann")
    page.get_by_label("Admin token").fill(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/find?callId=call-good")
    cookies = page.context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"], cookie["path"]) for cookie in cookies] == [
        (True, "Strict", "/admin")
    ]
    assert TOKEN not in cookies[0]["value"]
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{busy.internal}/admin")
    assert "/admin/sign-in" in page.url


def test_a_page_whose_session_has_ended_goes_to_the_form_and_the_browser_asks_for_nothing(
    busy: Site, open_page: Opening
) -> None:
    page = open_page(busy)
    statuses: list[int] = []
    page.on("response", lambda reply: statuses.append(reply.status))
    other = page.context.new_page()
    other.goto(f"{busy.internal}/admin/find")
    other.get_by_role("button", name="Sign out").click()
    page.bring_to_front()
    page.wait_for_url("**/admin/sign-in?next=%2Fadmin")
    assert 401 not in statuses, "with a challenge the browser would ask for a name and a password itself"


def test_a_figure_changes_while_one_looks_and_nothing_on_the_page_jumps(busy: Site, open_page: Opening) -> None:
    page = open_page(busy)
    page.evaluate(
        """() => { window.moved = 0; window.loads = 1;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) window.moved += entry.value })
          .observe({type: 'layout-shift', buffered: true}); }"""
    )
    before = float(figure(page, "Calls a minute"))
    for number in range(12):
        busy.ask(f"SHR10000{number % 7 + 1}", call=f"more-{number}")
    page.wait_for_function(
        "before => parseFloat(document.querySelector('[data-figure=\"Calls a minute\"]').textContent) > before",
        arg=before,
    )
    page.get_by_text("more-11").first.wait_for(state="attached")  # the list of recent interactions, too
    assert page.evaluate("window.loads") == 1, "the page was loaded again"
    assert page.evaluate("window.moved") < 0.1
    assert page.locator("figure rect").count() > 0


def test_an_opened_history_stays_open_and_focus_stays_where_it_was(busy: Site, open_page: Opening) -> None:
    page = open_page(busy)
    page.locator("#moves-summary").click()
    stamp = page.locator("#stamp").inner_text()
    page.wait_for_function("old => document.querySelector('#stamp').innerText !== old", arg=stamp)
    assert page.evaluate("document.querySelector('#moves').open")
    assert page.evaluate("document.activeElement.id") == "moves-summary"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_an_interaction_is_found_opened_followed_to_its_call_and_replayed(
    busy: Site,
    open_page: Opening,
    script: bool,
) -> None:
    page = open_page(busy, java_script_enabled=script)
    page.get_by_label("Tracking number").fill("shr 123-456")
    page.get_by_label("Call id").fill("call-good")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("table.rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="time line").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Interaction")
    expect(page.locator(".timeline")).to_contain_text("Attempt 1")
    expect(page.locator("blockquote mark.supported").first).to_be_visible()
    expect(page.locator("table.facts")).to_contain_text("Maria Lopez")
    page.get_by_role("link", name="Replay this").click()
    expect(page.locator(".headline")).to_have_text("The same, to the letter.")
    page.go_back()
    page.get_by_role("link", name="the whole call").click()
    expect(page.locator(".transcript mark.supported").first).to_have_text("Maria Lopez")
    expect(page.locator(".transcript mark.contradicted, .transcript mark.unsupported").first).to_be_visible()


def test_an_open_breaker_is_seen_reset_and_seen_closed(stranded: Site, open_page: Opening) -> None:
    page = open_page(stranded)
    open_breaker(stranded)
    expect(page.locator("[data-breaker]")).to_have_attribute("data-breaker", "open")
    expect(page.locator("#verdict h1")).to_contain_text("apology")
    act(page, "Reset the breaker", "tried it by hand: it answers")
    page.wait_for_url("**/admin?done=reset#log")
    expect(page.locator("[data-breaker]")).to_have_attribute("data-breaker", "closed")
    expect(page.get_by_role("status").filter(has_text="Done:")).to_contain_text("open → closed")
    expect(page.locator("#acts")).to_contain_text("tried it by hand: it answers")
    page.locator("#moves-summary").click()
    expect(page.locator("#moves")).to_contain_text("closed → open")
    # What has not changed is left alone: somebody may be selecting an id in it.
    page.evaluate("window.row = document.querySelector('#acts tbody tr')")
    stamp = page.locator("#stamp").inner_text()
    page.wait_for_function("old => document.querySelector('#stamp').innerText !== old", arg=stamp)
    assert page.evaluate("window.row.isConnected")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called `name`, by its words or its label, has the focus; nothing is focused by script."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const element = document.activeElement;
            return (element.labels?.length && element.tagName !== "BUTTON" ? element.labels[0] : element).innerText }"""
        )
        if focused.strip().startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached with the keyboard")


def test_the_breaker_is_isolated_and_reset_with_the_keyboard_alone(stranded: Site, open_page: Opening) -> None:
    page = open_page(stranded)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for verb, state in (("Isolate", "isolated"), ("Reset", "closed")):
        tab_to(page, f"{verb} the breaker")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/admin/act/{verb.lower()}")
        tab_to(page, "Reason")
        page.keyboard.type("maintenance")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/admin?done={verb.lower()}#log")
        expect(page.locator("[data-breaker]")).to_have_attribute("data-breaker", state)


def test_a_call_is_found_replayed_and_its_delivery_forgotten_with_the_keyboard_alone(
    busy: Site, open_page: Opening
) -> None:
    page = open_page(busy, "/admin", sign_in=False)
    tab_to(page, "Your name")
    page.keyboard.type("kim")
    tab_to(page, "Admin token")
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin")
    tab_to(page, "Call id")
    page.keyboard.type("call-good")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/find?**")
    tab_to(page, "time line")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interaction?**")
    tab_to(page, "Replay this")
    page.keyboard.press("Enter")
    expect(page.locator(".headline")).to_have_text("The same, to the letter.")
    tab_to(page, "Act")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin#act")
    tab_to(page, "Forget a delivery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/act/forget")
    tab_to(page, "Tracking number")
    page.keyboard.type("shr 123-456")
    tab_to(page, "Reason")
    page.keyboard.type("corrected at the source")
    tab_to(page, "What is remembered")
    page.keyboard.press("Space")
    tab_to(page, "Forget it now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin?done=forget#log")
    expect(page.get_by_role("status").filter(has_text="Done:")).to_contain_text("cache.forget")
    expect(page.locator("#acts")).to_contain_text("corrected at the source")
    assert busy.ask("SHR123456", call="call-after")["metadata"]["servedFrom"] == "source"


def test_without_a_reason_or_a_confirmation_the_browser_sends_nothing(stranded: Site, open_page: Opening) -> None:
    page = open_page(stranded, "/admin/act/isolate")
    page.get_by_role("button", name="Isolate the breaker now").click()
    page.get_by_label("Reason").fill("no tick")
    page.get_by_role("button", name="Isolate the breaker now").click()
    page.goto(f"{stranded.internal}/admin")
    expect(page.locator("[data-breaker]")).not_to_have_attribute("data-breaker", "isolated")


def test_nothing_is_lost_without_the_script(stranded: Site, open_page: Opening) -> None:
    open_breaker(stranded)
    # As after an act, so that what a test before has seen is not shown once more.
    page = open_page(stranded, "/admin?done=reset", java_script_enabled=False)
    expect(page.locator("[data-breaker]")).to_have_attribute("data-breaker", "open")
    act(page, "Reset the breaker", "without a script")
    expect(page.locator("[data-breaker]")).to_have_attribute("data-breaker", "closed")
    expect(page.locator("#acts")).to_contain_text("without a script")


def test_hostile_words_are_shown_as_words(busy: Site, open_page: Opening) -> None:
    page = open_page(busy, f"/admin/find?trackingNumber={HOSTILE_NUMBER}")
    # What is spoken has lost its brackets long before; what was recorded has not.
    expect(page.locator("td.told")).to_contain_text("document.title='taken over'")
    page.get_by_role("link", name="time line").click()
    expect(page.locator("table.facts")).to_contain_text(HOSTILE)
    page.get_by_role("link", name="Replay this").click()
    expect(page.locator(".headline")).to_have_text("The same, to the letter.")
    page.go_back()
    page.get_by_role("link", name="the whole call").click()
    expect(page.locator(".transcript")).to_contain_text(f"I see: {HOSTILE}")
    assert "taken over" not in page.title()
    assert page.locator("main img").count() == 0


PLACES = [
    "/admin",
    "/admin/find",
    "/admin/find?callId=nobody",
    "/admin/find/call?callId=call-good",
    "/admin/act/forget",
]
LOOKS = [
    {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]


@pytest.mark.parametrize("look", LOOKS, ids=["light-wide", "dark-phone"])
def test_the_pages_are_accessible_and_nothing_scrolls_sideways(busy: Site, open_page: Opening, look: dict) -> None:
    page = open_page(busy, **look)
    addresses = [f"{busy.internal}{place}" for place in PLACES]
    page.goto(f"{busy.internal}/admin/find?trackingNumber={HOSTILE_NUMBER}")
    page.get_by_role("link", name="time line").click()
    addresses.append(page.url)
    page.get_by_role("link", name="Replay this").click()
    addresses += [page.url, f"{busy.internal}/admin/find?before=never", f"{busy.internal}/admin/sign-in"]
    for address in addresses:
        page.goto(address)
        found = examined(page)
        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    errors = open_page.errors  # type: ignore[attr-defined] - the browser tells of the search that cannot be run
    assert all("status of 400" in error for error in errors), errors
    errors.clear()


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_that_is_long_makes_a_page_scroll_sideways(busy: Site, open_page: Opening, width: int) -> None:
    assert busy.ask("Z" * 300, call="c" * 200)["metadata"]["outcome"] == "invalid_tracking_number"
    named = base64.b64encode(f"{'N' * 64}:{TOKEN}".encode()).decode()
    reason = urllib.parse.urlencode({"reason": "https://" + "r" * 492}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": f"Basic {named}"}
    address = f"{busy.internal}/admin/circuit-breaker/reset"
    with urllib.request.urlopen(urllib.request.Request(address, reason, headers), timeout=10) as reply:
        assert reply.status == 200
    page = open_page(busy, viewport={"width": width, "height": 800})
    for place in ("/admin", "/admin/find", f"/admin/find/call?callId={'c' * 200}"):
        page.goto(f"{busy.internal}{place}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place
    page.goto(f"{busy.internal}/admin")
    action = page.locator("#acts code", has_text="breaker.reset").first
    assert action.evaluate("element => element.getClientRects().length") == 1, "a word is not cut for what is beside it"


def test_the_page_of_an_outage_is_accessible(stranded: Site, open_page: Opening) -> None:
    open_breaker(stranded)
    page = open_page(stranded, color_scheme="dark")
    assert examined(page) == []
    act(page, "Reset the breaker", "after the test")
    assert examined(page) == []


def examined(page: Page) -> list[str]:
    """What axe finds serious on this page. Its script comes in past the page's policy, as a browser's own tool does."""
    page.evaluate(axe_source())
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{violation['id']} ({violation['impact']}): {[node['html'][:160] for node in violation['nodes'][:3]]}"
        for violation in found
        if violation["impact"] in SERIOUS
    ]


def test_a_page_that_has_lost_its_service_says_so(open_page: Opening) -> None:
    with site({}) as running:
        page = open_page(running)
        expect(page.get_by_text("Nothing is recorded here.")).to_be_visible()
        running.stop()
        expect(page.get_by_role("alert")).to_contain_text("sheriff does not answer this page. What you see is from")
    open_page.errors.clear()  # type: ignore[attr-defined] - the browser tells of the connection that was refused


@contextlib.contextmanager
def elsewhere(target: str) -> Iterator[str]:
    """Another site whose page posts a form to `target` as soon as it is loaded."""
    form = f"""<!doctype html><title>elsewhere</title><form method=post action="{target}">
    <input name=reason value=hostile><input name=confirm value=yes></form><script>document.forms[0].submit()</script>"""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(form.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.2", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.2:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("path", ["/admin/act/isolate", "/admin/circuit-breaker/isolate"])
def test_a_page_of_another_site_changes_nothing(stranded: Site, browser, path: str) -> None:
    with elsewhere(f"{stranded.internal}{path}") as hostile:
        page = browser.new_page()
        with page.expect_response(f"{stranded.internal}{path}") as refused:
            page.goto(hostile)
        assert refused.value.status == 403
        page.goto(f"{stranded.internal}/admin")
        expect(page.locator("[data-breaker]")).not_to_have_attribute("data-breaker", "isolated")
        page.context.close()


def test_no_other_site_may_frame_the_page(stranded: Site, open_page: Opening) -> None:
    page = open_page(stranded)
    headers = page.goto(f"{stranded.internal}/admin").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
