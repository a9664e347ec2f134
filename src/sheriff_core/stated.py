"""Whether a recorded text states anything: editors and exports write "N/A", "none" or a dash where nothing is.

Only a whole text counts, and only one of these closed sets (docs/reference/sentences.md). What may state something
after all is read out to the letter: "unknown" as an issue may be one that nobody knows the cause of.
"""

import re
from typing import Final

from sheriff_core.visible import visible


def _listed(*texts: str) -> frozenset[str]:
    return frozenset(texts)


# What programs and people put into any field for nothing. In small letters, each run of punctuation a space.
_WORDS: Final = _listed("n a", "na", "none", "null", "nil", "nan", "undefined", "not applicable")
_NOTHING: Final = _WORDS | _listed(
    # The days that MySQL and .NET know for no day.
    *(
        f"{day}{midnight}"
        for day in ("0000 00 00", "0001 01 01")
        for midnight in ("", " 00 00 00", "t00 00 00", "t00 00 00z", "t00 00 00 00 00")
    )
)
# An issue may be denied, besides. "OK" and "resolved" are no denials: they tell of something.
_NO_ISSUE: Final = _NOTHING | _listed(
    "no",
    "false",
    "nothing",
    "nothing to report",
    *(
        f"{none} {known}".rstrip()
        for none in (
            "none",
            *(
                f"{no} {trouble}"
                for no in ("no", "no known", "no open", "no current")
                for trouble in ("issue", "issues", "problem", "problems")
            ),
        )
        for known in ("", "reported", "recorded", "found", "known", "to report", "on record", "at this time", "so far")
    ),
    # Datasets are written in the language of their editors.
    *("kein", "keine", "keines", "nichts", "kein problem", "keine probleme", "ninguno", "ninguna", "nada"),
    *("sin problemas", "aucun", "aucune", "rien", "nessuno", "nessuna", "niente", "geen", "nenhum", "nenhuma"),
)
# Nobody is called these, nor has the same word for nothing as first and last name. A status or an estimate that is not
# known yet is recorded as just that, and told so.
_NO_NAME: Final = _NOTHING | _listed(
    *("unknown", "unnamed", "no name", "tbd", "tba", "tbc", "to be determined", "to be announced", "to be confirmed"),
    *(f"{word} {word}" for word in _WORDS),
)

_MAX_LENGTH: Final = 100  # characters; longer texts are none of these, with any markup
# What visual editors leave of an empty field. A picture or an emoji is something, though no voice can say it.
_EMPTY_MARKUP: Final = re.compile(r"(?:</?(?:p|div|span|br|b|i|em|strong)\s*/?>|&nbsp;)+", re.IGNORECASE)
# Dashes and strokes, or a lone dot; "..." may be a text that was not finished.
_BLANK: Final = re.compile(r"[\s_/\u2010-\u2015\u2212-]*|[.]")
_PUNCTUATION: Final = re.compile(r"[^\w?]+|_+")  # "None?" asks


def stated(recorded: str | None) -> str:
    """What `recorded` states, to the letter; empty where that is nothing."""
    return _unless(_NOTHING, recorded)


def stated_issue(recorded: str | None) -> str:
    """The text of an issue, to the letter; empty where it states nothing, or that there is none."""
    return _unless(_NO_ISSUE, recorded)


def stated_name(recorded: str | None) -> str:
    """A customer's name, to the letter; empty where it states nothing, or that nobody knows it."""
    return _unless(_NO_NAME, recorded)


def _unless(nothing: frozenset[str], recorded: str | None) -> str:
    if recorded and recorded[0] in "123456789":  # as nearly every estimate does, and none of these texts
        return recorded
    text = visible(recorded or "")
    if len(text) > _MAX_LENGTH:
        return recorded or ""
    bare = _EMPTY_MARKUP.sub(" ", text)
    if _BLANK.fullmatch(bare.strip()) or _PUNCTUATION.sub(" ", bare).strip().lower() in nothing:
        return ""
    return recorded or ""
