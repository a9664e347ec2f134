"""What stands around a claim, or is looked for before a long look: it decides how the words are read."""

import re
from typing import Final

from sheriff_core.evaluation.claims_numbers import ANY_NUMBER

# Cheap looks that spare most sentences the long ones.
NUMBER: Final = re.compile(rf"{ANY_NUMBER}|\b(?:second|third|fourth|fifth)\b")
UNIT: Final = re.compile(
    r"[$\u20ac\u00a3\u00a5%]|\b(?:dollar|buck|euro|pound|cent|pence|usd|eur|gbp|percent|per\s+cent|kilo|kg|lb|mile"
    r"|block|stop)"
)
MODAL: Final = re.compile(r"\b(?:will|shall|should|would|ought|going|gonna|won't|supposed|to)\b|'ll\b")
HAPPENED: Final = re.compile(
    r"(?:delivered|arrived|dropped\s+off|shipped|sent|dispatched|left|collected|picked\s+up|returned|cancell?ed"
    r"|attempted|received|created|placed|ordered|handed\s+over|happened|occurred)"
    r"(?:\s+(?:it|out|back|to\s+you|successfully|already|safely))*\s*,?\s*(?:just\s+|back\s+|earlier\s+"
    r"|late\s+){0,6}(?:on|at|by|as\s+of|since|in)?\s*$"
)
FUTURE_BEFORE: Final = re.compile(
    r"\b(?:be|to|will|'ll|expected|estimated?|scheduled|due|should|would|being|get)\s+(?:\w+\s+){0,1}$"
)
OUT_TODAY: Final = re.compile(r"\bout\s+for\s+(?:its\s+)?delivery\s+$")
WAS_NOT: Final = re.compile(
    r"\b(?:able|unable|fail\w*|attempt\w*|tried|trying|waiting|yet|impossible|not|refused|want\w*|ready)\s+$"
)
AS_OF: Final = re.compile(r"\b(?:as\s+of|updated|checked|confirmed|current\s+as\s+of|refreshed)\s+(?:on\s+|at\s+)?$")
JUST_NOW: Final = re.compile(r"just\s+now|a\s+(?:moment|second|minute)\s+ago")
OF_THE_AGENT: Final = re.compile(
    r"\b(?:i|i'm|i've|we|we're|we've)\b(?:(?!\b(?:it|it's|your|the|that)\s+(?:is|was|has)\b)[^,;:.!?\x01])*$"
)
REACH: Final = 64  # characters before a claim that are looked at
