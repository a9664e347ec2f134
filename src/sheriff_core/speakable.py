"""Recorded text as it can be spoken: one plain line, every letter kept.

Words are never changed. What goes is what no voice can say, or what the speech platform would take for an
instruction: line breaks, control characters, emoji, tags (SSML, HTML), Markdown marks, and the braces of templates,
which the platform would fill in. A character that HTML writes by its name or number is that character.
"""

import html
import re
import unicodedata

from sheriff_core.visible import visible

# Tags, comments and processing instructions; "weight < 5 kg", "<front porch>" and "<x@example.org>" are none.
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:_-]*(?:\s[^<>=]*=[^<>]*|\s*/?)>|<[!?][^<>]*>")
_ADDRESS = re.compile(r"<([^\s<>@]+@[^\s<>@]+|https?://[^\s<>]+)>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,9});")  # "O&#39;Brien &amp; Sons"
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[a-z]+:|/)[^()\s]*\)")
# "> 3 days" is a bound, not a quotation.
_MARKS = re.compile(r"\*+|`+|~~+|__+|[{}]|^#{1,6} +|^> +(?! *[^\w\s]?[0-9])", re.MULTILINE)
# Between two figures a mark parts them: "20*30" must not become 2030.
_MARKS_IN_FIGURES = re.compile(r"(?<=[0-9])(?:[*`{}]|~~+|__+)+(?=[0-9])")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?= )|[。！？]")  # noqa: RUF001 - full-width stops end sentences, too

# Symbols are emoji and pictures, but for these few, which are read aloud as words.
_SPOKEN_SYMBOLS = frozenset("°©®™№℃℉")
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Me"})
# A voice passes over all other punctuation: a lone dash, as editors put for nothing, is silence.
_SAID_AS_WORDS = _SPOKEN_SYMBOLS | frozenset("%&@#+=$€£")
_INVISIBLE = "Cf"  # joiners, soft hyphens: they part nothing
_GONE = "\x00"  # stands where a character went until it is known whether it parted two figures
_GONE_IN_FIGURES = re.compile(f"(?<=[0-9]){_GONE}+(?=[0-9])")
_EMOJI_PARTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff]")

# Characters of a recorded value that are looked at: several answers long, so that only what is nearly all markup
# loses by it, and short enough to keep nobody else waiting.
MAX_READ = 5_000

_PASSES = 3  # taking one mark away may leave another; what is left after this is said as words

# Everything that is left alone in ordinary text: one fast look spares most texts the slow road.
_PLAIN = re.compile(r"[A-Za-z0-9\s.,;:!?'\"()/&+%$@-]*", re.ASCII)


def speakable(text: str) -> str:
    """Reduce `text` to one speakable line; empty when nothing of it can be spoken.

    Takes about half a microsecond per character where there is something to clean: callers bound the length.
    """
    folded = text
    if not _PLAIN.fullmatch(text) or ("&" in text and _ENTITY.search(text)):
        for _ in range(_PASSES):
            folded = _ENTITY.sub(_character, folded)
            folded = _ADDRESS.sub(r"\1", folded)
            folded = _TAG.sub(" ", folded)
            folded = _LINK.sub(r"\1", folded)
            folded = _MARKS_IN_FIGURES.sub(" ", folded)
            folded = _MARKS.sub("", folded)
        folded = folded.replace("<", " less than ").replace(">", " greater than ")
        folded = _EMOJI_PARTS.sub("", folded)
        folded = "".join([_spoken(character) for character in folded])
        folded = _GONE_IN_FIGURES.sub(" ", folded).replace(_GONE, "")
    return " ".join(folded.split()) if any(c.isalnum() or c in _SAID_AS_WORDS for c in folded) else ""


def readable(recorded: str | None, limit: int) -> str | None:
    """Read a recorded value of at most `limit` characters whole, or not at all.

    None where nothing is recorded; empty where something is, but it cannot be spoken or is too long for a sentence.
    """
    if recorded is None or not visible(recorded):
        return None
    words = speakable(recorded) if len(recorded) <= MAX_READ else ""
    return words if len(words) <= limit else ""


def cut_at_sentence(text: str, room: int) -> str:
    """Keep the beginning of a speakable `text` that fits into `room` characters, up to the end of a sentence.

    Without a sentence that fits, up to the end of a word; empty when not even one word fits.
    """
    if len(text) <= room:
        return text
    head = text[: max(0, room) + 1]  # one more, to see whether a sentence or word ends exactly there
    ends = [match.end() for match in _SENTENCE_END.finditer(head) if match.end() <= room]
    return head[: ends[-1]] if ends else head.rpartition(" ")[0].rstrip(" ,;:-")


def _character(entity: re.Match[str]) -> str:
    """The character that an entity names. "&copyright;" names none, though it begins as one does."""
    named = html.unescape(entity[0])
    return entity[0] if named.endswith(";") and named != ";" else named


def _spoken(character: str) -> str:
    if character.isspace() or character in _SPOKEN_SYMBOLS:
        return character
    category = unicodedata.category(character)
    if category not in _UNSPEAKABLE:
        return character
    return "" if category == _INVISIBLE else _GONE
