"""Words of strangers on a terminal: on one line, and without what would steer it."""

import json


def printable(text: str) -> str:
    """`text` with a sign of replacement for each character that is no letter to be seen, escape sequences above all."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def printable_json(value: object) -> str:
    """`value` as JSON to be read: whatever is no letter to be seen is escaped, as JSON has it."""
    written = json.dumps(value, indent=2, ensure_ascii=False)
    return "".join(sign if sign.isprintable() or sign == "\n" else _escaped(sign) for sign in written)


def _escaped(sign: str) -> str:
    """Python's own writer leaves U+007F as it is."""
    return json.dumps(sign)[1:-1] if ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"  # noqa: PLR2004 - beyond: a pair
