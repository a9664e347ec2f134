"""Whatever stands in a recording is shown as text, and no shape of it breaks a page."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheriff_core.events import DefectCaught
from tests.console_kit import Console, end_of_call, tool_call

ATTACKS = [
    "<script>document.title='taken'</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt;&amp;",
    "\u202e\u0000\ufffe\ud7ff",
    "<!--",
    "]]>",
]
ELEMENTS = set(
    re.findall(
        r"\w+",
        """html head meta title link script noscript body a header nav div span form button main p h1 h2 h3 footer code
        ol ul li strong b svg rect line time table caption thead tbody tr th td mark blockquote article section label
        input select option details summary dl dt dd figure figcaption del ins""",
    )
)


class Reader(HTMLParser):
    """Reads a page as a browser would, and keeps what could act."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.acting: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        for name, value in attrs:
            wrong = name.startswith("on") or name in ("style", "srcdoc", "formaction")
            led = name in ("href", "src", "action") and not (value or "").startswith(("/", "#"))
            if wrong or led or (tag == "script" and value not in ("/admin/assets/console.js", "", None)):
                self.acting.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        self.text += data


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.elements <= ELEMENTS
    assert reader.acting == []
    assert page.count("<script") == page.count('<script src="/admin/assets/console.js" defer></script>')
    return reader.text


def everywhere(text):
    """A tool call and an end of call with `text` wherever a stranger can put some."""
    call = tool_call(text, callId=text, toolCallId=text, tool=text, trackingNumber=text)
    call["arguments"] = {"trackingNumber": text}
    document = call["upstream"][1]["document"]
    call["upstream"][1]["document"] = dict.fromkeys(document, text)
    call["upstream"][0]["result"] = text
    call["before"]["breaker"] = {"state": text}
    call["before"]["cache"] = {"state": text, "fetchedAt": text, "documents": [dict.fromkeys(document, text)]}
    call["reply"] = {"result": text, "metadata": {"outcome": text, "servedFrom": text}}
    claim = {"text": text, "turn": 0, "start": 0, "end": len(text), "kind": text, "verdict": "contradicted"}
    end = end_of_call(text, text, callId=text, endedReason=text)
    end["toolResults"][0] |= {"name": text, "result": text}
    end["score"] = {"claims": [claim | {"fact": {"field": text, "value": text}}], "groundedness": 0, "fabricated": True}
    return call, end


async def pages(console, call):
    correlation, call_id = call["correlationId"], call["callId"]
    yield await console.get("/admin")
    yield await console.get("/admin/find", callId=call_id, trackingNumber=call["trackingNumber"])
    yield await console.get("/admin/find/interaction", correlationId=correlation)
    yield await console.get("/admin/find/call", callId=call_id)
    yield await console.get("/admin/find/replay", correlationId=correlation, toolCallId=call["toolCallId"])
    yield await console.get("/admin/act/forget", trackingNumber=call["trackingNumber"])


@pytest.mark.parametrize("attack", ATTACKS)
async def test_hostile_text_is_text_wherever_it_stands(attack):
    console = Console(chosen={attack: attack})
    call, end = everywhere(attack)
    await console.recordings.record(call)
    await console.recordings.record(end)
    await console.post("/admin/act/reset", reason=attack, confirm="yes")
    async for reply in pages(console, call):
        assert reply.status == 200
        text = read(reply.body.decode())
        visible = attack.replace("\x00", "\ufffd")
        assert visible in text or visible in text.replace("\x00", "\ufffd") or "act/forget" in reply.body.decode()


async def test_half_of_a_surrogate_pair_breaks_no_page():
    console = Console()
    call, end = everywhere("half \ud83d of a pair")
    sound = tool_call(callId="call-0")
    sound |= {name: call[name] for name in ("arguments", "upstream", "before", "reply")} | {"policy": call["arguments"]}
    for interaction in (call, end, sound):
        await console.recordings.record(interaction)
    async for reply in pages(console, sound):
        assert reply.status == 200, console.sink.of(DefectCaught)
        read(reply.body.decode())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(), max_size=12),  # halves of surrogate pairs among them
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def damaged(draw):
    """A recorded tool call and its end, with some values replaced by anything at all."""
    records = [tool_call(), end_of_call("Where?", "In transit.", score={"claims": [{"turn": 0}], "groundedness": 1})]
    keep = {"schema", "kind", "correlationId", "callId", "toolCallId", "trackingNumber"}
    for record in records:
        places = [(record, name) for name in record if name not in keep]
        for inner in ("before", "reply", "score"):
            places += [(record[inner], name) for name in record.get(inner, {})]
        places += [(attempt, name) for attempt in record.get("upstream", ()) for name in attempt]
        places += [(turn, name) for turn in record.get("transcript", ()) for name in turn]
        for place, name in draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)):
            place[name] = draw(JSON)
    return records


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
async def test_no_shape_of_a_recording_breaks_a_page(records):
    console = Console()
    call, end = records
    console.recordings.interactions = [call]
    found = console.recordings

    async def find(wanted):  # a store's columns are sound, whatever the body holds
        from sheriff_core.ports import InteractionPage

        kinds = {"tool_call": (call,), "end_of_call": (end,), None: (end, call)}
        return InteractionPage(kinds[wanted.kind], None)

    found.find = find
    async for reply in pages(console, call):
        assert reply.status == 200, console.sink.of(DefectCaught)
        read(reply.body.decode())


def test_the_reader_of_these_tests_sees_what_acts():
    for hostile in ("<img src=x onerror=alert(1)>", '<a href="javascript:x">', '<p style="x">', "<script>x</script>"):
        with pytest.raises(AssertionError):
            read(hostile)
    assert re.search("text", read("<p>text</p>"))
