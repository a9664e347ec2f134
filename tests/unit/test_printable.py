"""Words of strangers on a terminal."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sheriff.printable import printable, printable_json

ANY = st.recursive(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zs"])), st.lists)


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "L"])))
def test_nothing_that_is_printed_steers_the_terminal(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)


@given(ANY)
def test_json_to_be_read_steers_nothing_and_says_the_same(value: object) -> None:
    written = printable_json(value)
    assert all(line.isprintable() for line in written.split("\n"))
    assert json.loads(written) == json.loads(json.dumps(value))


def test_json_to_be_read_keeps_letters_as_they_are() -> None:
    assert printable_json({"said": "Zoë\x9b\x7f"}) == ('{\n  "said": "Zoë\\u009b\\u007f"\n}')
