"""Words of strangers on a terminal: on one line, and without what would steer it."""


def printable(text: str) -> str:
    """`text` with a sign of replacement for each character that is no letter to be seen, escape sequences above all."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
