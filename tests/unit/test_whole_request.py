"""A request is taken the short way only where h11 reads the very same in it, whatever was sent."""

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_web.whole_request import MAX_HEAD_BYTES, WholeRequest, WholeRequestReader

EXAMPLES = settings(max_examples=600, deadline=None)
PLAIN = b"POST /webhook HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"


def by_h11(data: bytes) -> WholeRequest | None:
    """What h11 reads in `data`, as hypercorn hands it over; None unless that is one POST and nothing is left over."""
    connection, body = h11.Connection(h11.SERVER), b""
    connection.receive_data(data)
    try:
        request = connection.next_event()
        if not isinstance(request, h11.Request) or connection.they_are_waiting_for_100_continue:
            return None
        while isinstance(event := connection.next_event(), h11.Data):
            body += event.data
    except h11.RemoteProtocolError:
        return None
    is_plain = request.method == b"POST" and request.http_version == b"1.1"
    if not is_plain or not isinstance(event, h11.EndOfMessage) or connection.trailing_data[0]:
        return None
    return WholeRequest(request.target, list(request.headers), body)


def rarely(draw: st.DrawFn, plain: st.SearchStrategy[bytes], *odd: bytes) -> bytes:
    """`plain`, and one time in twelve something of `odd`."""
    return draw(st.sampled_from(odd)) if draw(st.integers(0, 11)) == 0 else draw(plain)


NAMES = st.sampled_from(
    [b"x", b"X-Vapi-Secret", b"content-type", b"Accept", b"traceparent", b"x!#$%&'*+-.^_`|~9", b"te2"]
)
VALUES = st.sampled_from([b"a", b"", b"application/json", b"a, b", b"a  b", b"\xc3\xa5", b"a\tb", b'"q"', b"close"])
ODD_VALUES = (b"a\x00b", b"a\x01", b"a\x7f", b"a\rb", b"a\nb", b"a\x0bb", b"\x0ca", b"a\r\n b", b"\r\n a", b"a\r\n\tb")
ODD_NAMES = (
    b"", b" x", b"x ", b"x\t", b"x y", b"x\x00", b"x\r", b"x\xe5", b"x:y", b"(x)", b"Proxy-Connection", b"HOST",
    b"host", b"connection", b"Upgrade", b"transfer-encoding", b"Transfer-Encoding", b"Content-Length", b"expect",
)  # fmt: skip
ODD_LENGTHS = (
    b"+2",
    b"-2",
    b"0x2",
    b"02",
    b"0" * 19 + b"2",
    b"0" * 30 + b"2",
    b"2, 2",
    b"2,2",
    b"2 2",
    b"",
    b"1",
    b"3",
    b"2.",
    b"9" * 40,
)
ODD_LINES = (
    b"connection: close", b"Connection: keep-alive", b"connection: upgrade\r\nupgrade: h2c", b"upgrade: websocket",
    b"transfer-encoding: chunked", b"Transfer-Encoding: identity", b"expect: 100-continue", b"te: trailers",
    b"proxy-connection: close", b"content-length: 2", b"host: b", b" folded", b"\tfolded", b"no colon", b": a", b"",
    b"x: " + b"a" * MAX_HEAD_BYTES, b"\r\n".join(b"x%d: a" % number for number in range(300)),
)  # fmt: skip
TARGETS = st.sampled_from([b"/webhook", b"/", b"/webhook?a=b&c", b"//x", b"/%2e%00", b"/a;b#c", b"/a'\"<>[]{}|\\^`"])
ODD_TARGETS = (
    b"*",
    b"webhook",
    b"http://a/b",
    b"/a b",
    b"/a\tb",
    b"/\xe5",
    b"/a\x00",
    b"/a\x0cb",
    b"/\x7f",
    b"",
    b"/a\r",
)
BODIES = st.sampled_from(
    [b"{}", b"", b"[" * 50, b"\r\n", b"\r\n\r\n", b"a\nb\rc", b"GET / HTTP/1.1\r\n\r\n", b"2\r\n{}\r\n0\r\n\r\n"]
)
ODD_METHODS = (
    b"GET",
    b"post",
    b"PUT",
    b"POST ",
    b"PRI",
    b"CONNECT",
    b" POST",
    b"POSTS",
    b"\r\nPOST",
    b"\nPOST",
    b"SOURCE",
)
ODD_VERSIONS = (
    b"HTTP/1.0",
    b"HTTP/2.0",
    b"HTTP/1.10",
    b"http/1.1",
    b"HTTP/1.1 ",
    b" HTTP/1.1",
    b"HTTP/1.1\t",
    b"ICE/1.1",
    b"",
)
BEHIND = (b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"}", b"\x00", PLAIN, PLAIN[:9], PLAIN[:1], b"0\r\n\r\n")
BLANKS = st.sampled_from([b" ", b"", b"  ", b"\t", b" \t "])


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request; most of them have no more than one thing that is out of the ordinary."""
    body = draw(BODIES)
    lines = [
        rarely(draw, NAMES, *ODD_NAMES) + b":" + draw(BLANKS) + rarely(draw, VALUES, *ODD_VALUES) + draw(BLANKS)
        for _ in range(draw(st.integers(0, 3)))
    ]
    length = rarely(draw, st.just(b"%d" % len(body)), *ODD_LENGTHS)
    lines.append(draw(st.sampled_from([b"host", b"Host", b"HOST"])) + b":" + draw(BLANKS) + draw(VALUES))
    lines.append(
        draw(st.sampled_from([b"content-length", b"Content-Length"])) + b":" + draw(BLANKS) + length + draw(BLANKS)
    )
    lines = draw(st.permutations(lines))
    odd = rarely(draw, st.just(b""), *ODD_LINES)
    if odd:
        lines.insert(draw(st.integers(0, len(lines))), odd)
    first = [
        rarely(draw, st.just(b"POST"), *ODD_METHODS),
        rarely(draw, TARGETS, *ODD_TARGETS),
        rarely(draw, st.just(b"HTTP/1.1"), *ODD_VERSIONS),
    ]
    ends = [rarely(draw, st.just(b"\r\n"), b"\n", b"\r", b"\r\r\n", b"\n\r") for _ in range(len(lines) + 2)]
    head = b"".join(line + end for line, end in zip([b" ".join(first), *lines, b""], ends, strict=True))
    return rarely(draw, st.just(b""), b"\r\n", b"\n") + head + body + rarely(draw, st.just(b""), *BEHIND)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A request with some bytes replaced, inserted or cut off at random."""
    sent = draw(requests())
    where = draw(st.integers(0, len(sent)))
    return sent[:where] + draw(st.binary(max_size=3)) + sent[where + draw(st.sampled_from([0, 1, 3, len(sent)])) :]


ANYTHING = requests() | damaged() | st.binary(max_size=40).map(b"POST ".__add__)


@EXAMPLES
@given(ANYTHING)
def test_what_is_taken_is_what_h11_reads(sent: bytes) -> None:
    taken = WholeRequestReader().read(sent)
    assert taken is None or taken == by_h11(sent)


@EXAMPLES
@given(st.lists(ANYTHING, max_size=4))
def test_whatever_came_before_the_next_plain_request_is_read_right(before: list[bytes]) -> None:
    reader = WholeRequestReader()
    for sent in before:
        taken = reader.read(sent)
        assert taken is None or taken == by_h11(sent)
    # llhttp heeds a `proxy-connection` that h11 has never heard of, and then refuses once.
    assert reader.read(PLAIN) in (None, by_h11(PLAIN))
    assert reader.read(PLAIN) == by_h11(PLAIN)


ORDINARY = {
    "the least": PLAIN,
    "nothing in it": b"POST / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n",
    "a header without a value": PLAIN.replace(b"host: a", b"x:\r\nhost: a\r\ny: "),
    "blanks around its values": PLAIN.replace(b"host: a", b"host: \t a \t\r\nx:a "),
    "a header twice": PLAIN.replace(b"host: a", b"x: a\r\nhost: a\r\nX: b"),
    "bytes outside of ASCII": PLAIN.replace(b"host: a", b"host: a\r\nx: \xc3\xa5"),
    "ends of lines in its body": PLAIN.replace(b"{}", b"\r\n"),
    "a query": PLAIN.replace(b"/webhook", b"/webhook?a=%20"),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_request_is_taken(name: str) -> None:
    taken = WholeRequestReader().read(ORDINARY[name])
    assert taken is not None
    assert taken == by_h11(ORDINARY[name])


DOUBTFUL = {
    "an upgrade": PLAIN.replace(b"host: a", b"host: a\r\nconnection: upgrade\r\nupgrade: h2c"),
    "two blanks before its target": PLAIN.replace(b"POST ", b"POST  "),
    "two blanks behind its target": PLAIN.replace(b" HTTP", b"  HTTP"),
    "an empty line behind it": PLAIN + b"\r\n",
    "half of an end of a line behind it": PLAIN + b"\r",
    "a length of more digits than h11 reads": PLAIN.replace(b"length: 2", b"length: " + b"0" * 30 + b"2"),
    "a length with a zero before it": PLAIN.replace(b"length: 2", b"length: 02"),
    "two lengths": PLAIN.replace(b"host: a", b"host: a\r\ncontent-length: 2"),
    "two hosts": PLAIN.replace(b"host: a", b"host: a\r\nhost: b"),
    "no host": PLAIN.replace(b"host: a", b"x: a"),
    "no length": PLAIN[:-2].replace(b"content-length: 2", b"x: a"),
    "chunks": PLAIN.replace(b"content-length: 2", b"transfer-encoding: chunked").replace(b"{}", b"0\r\n\r\n"),
    "a bare line feed": PLAIN.replace(b"host: a\r\n", b"host: a\n"),
    "a head that h11 might not hold": PLAIN.replace(b"host: a", b"host: a\r\nx: " + b"a" * MAX_HEAD_BYTES),
    "a client that waits to be asked": PLAIN.replace(b"host: a", b"host: a\r\nexpect: 100-continue"),
    "HTTP/1.0": PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "another method": PLAIN.replace(b"POST", b"PUT"),
    "another form of target": PLAIN.replace(b"/webhook", b"http://a/webhook"),
    "less than all of it": PLAIN[:-1],
    "another one behind it": PLAIN + PLAIN,
    "the beginning of another one behind it": PLAIN + PLAIN[:1],
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_in_doubt_is_left_to_h11(name: str) -> None:
    reader = WholeRequestReader()
    assert reader.read(DOUBTFUL[name]) is None
    assert reader.read(PLAIN) == by_h11(PLAIN)
