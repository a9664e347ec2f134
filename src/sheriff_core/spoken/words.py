"""The vocabulary: every word that is understood, and as what. All in lower case.

A word that stands in none of these tables is never dropped: it is letters.
"""

from typing import Final


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbered(text: str, first: int, step: int = 1) -> dict[str, str]:
    return {word: str(first + step * i) for i, word in enumerate(text.split())}


UNITS: Final = {
    **dict.fromkeys(("zero", "nought", "naught", "nil", "null", "aught", "ought"), "0"),
    **_numbered("one two three four five six seven eight nine", first=1),
    **{"fower": "4", "fife": "5", "niner": "9"},  # noqa: PIE800 - a line of its own: radio speech
}
TEENS: Final = _numbered(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    first=10,
)
TENS: Final = {**_numbered("twenty thirty forty fifty sixty seventy eighty ninety", first=20, step=10), "fourty": "40"}
SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
MULTIPLIERS: Final = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "quintuple": 5}
PLURALS: Final = {
    **dict.fromkeys(("zeros", "zeroes", "noughts", "naughts", "ohs"), "0"),
    **_numbered("ones twos threes fours fives sixes sevens eights nines", first=1),
}

# Words that a transcriber writes for a digit. The little words are more often just words.
DIGIT_HOMOPHONES: Final = {"won": "1", "tree": "3", "free": "3", "ate": "8", "nein": "9"}
LITTLE_HOMOPHONES: Final = {"to": "2", "too": "2", "for": "4", "fore": "4"}

LETTER_NAMES: Final = {
    "bee": "B",
    "cee": "C",
    "dee": "D",
    "eff": "F",
    "gee": "G",
    "aitch": "H",
    "haitch": "H",
    "jay": "J",
    "kay": "K",
    "ell": "L",
    "pee": "P",
    "cue": "Q",
    "queue": "Q",
    "ess": "S",
    "tee": "T",
    "vee": "V",
    "doubleu": "W",
    "wye": "Y",
    "zed": "Z",
    "zee": "Z",
}
# Letter names that are also a word or a short group of letters: a letter only beside other spelled letters.
WEAK_LETTER_NAMES: Final = {
    "ay": "A",
    "be": "B",
    "see": "C",
    "sea": "C",
    "ee": "E",
    "ef": "F",
    "eye": "I",
    "el": "L",
    "em": "M",
    "en": "N",
    "pea": "P",
    "ar": "R",
    "are": "R",
    "es": "S",
    "tea": "T",
    "you": "U",
    "ex": "X",
    "why": "Y",
}
# NATO, then the names and words that English speakers spell with.
SPELLING_WORDS: Final = {
    word: word[0].upper()
    for word in sorted(
        _listed("""
            alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett juliette kilo lima mike november
            oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu
            able adam apple baker boy bob charles david dog edward edgar easy fox frank freddie george harry henry ida
            isaac jack john johnny king lincoln lucy london mary mother monkey nancy nellie nora ocean orange oliver
            peter paul queen queenie robert roger sam samuel sugar susan steve tom tommy thomas union uncle vincent
            victoria william yellow young zebra
        """)
    )
}
CONNECTORS: Final = (("as", "in"), ("as", "an"), ("like", "in"), ("is", "for"), ("like",), ("for",), ("as",))

SEPARATORS: Final = _listed(
    "dash hyphen minus slash backslash stroke underscore dot point period stop space comma colon hash hashtag pound"
)

# Sounds and words around a number. Hesitations are always noise; labels are as often part of a typed number.
HESITATIONS: Final = _listed("um uhm umm uh uhh erm hmm mhm so ok okay")
LABELS: Final = _listed("id ref no nr num ok")
COURTESIES: Final = _listed("please thanks thank cheers")
FILLERS: Final = frozenset().union(
    HESITATIONS,
    LABELS,
    COURTESIES,
    _listed("""
        ah eh er hm mm well right yes yeah yep yup sure hi hello hey there alright great
        it its is was that thats this these here heres the an and my your our am im ive as at
        think believe guess have got want need know said say saying read reads goes give giving called
        can could would will you check look looking lookup up find tell me us about on of in with by from
        where wheres what whats whether why status be should are do does let lets see just now then next
        again repeat followed starts starting start begins beginning ends ending end last final first
        tracking track tracked number numbers order parcel parcels package packages delivery deliveries
        shipment shipping consignment reference code item letter letters digit digits numeral numerals
        capital capitals caps upper uppercase lower lowercase big small case all both forward back full
        today whole entire following mine like we they sir madam gave sent spelled spelt reading correct exactly
        phone telephone mobile cell calling second third once hang hold moment minute very much
        get getting says label email receipt good morning afternoon evening try maybe might how if when will arrive
        did does help helps ready late sign characters
        any update updates told given trying waiting asking checking searching wondering information details
        has been issue issues problem problems delivered arrived coming happened happening yet still
        those fourth fifth sixth seventh eighth ninth tenth dashes spaces hyphens without only together
        wrote written down website text message confirmation question regarding concerning receive received missed never
        came sec basically honestly possible long until go ahead
    """),
)
# The letter I and the article a are fillers before these.
AFTER_I: Final = _listed(
    "think believe guess have got want need am would was said say can could repeat know check track find get look just "
    "mean meant wrote missed never received still only also basically honestly told"
)
ONE: Final = ("one", "1")
FOUR: Final = ("four", "4")  # so many digits are asked for
# A number may tell how many characters there are: "it's six digits", "two letters and then".
COUNTS: Final = frozenset(
    word
    for words, first in ((UNITS, 2), (TEENS, 10), ({"twenty": "20"}, 20))
    for spelled, figures in words.items()
    if int(figures) >= first
    for word in (spelled, figures)
)
CHARACTERS: Final = _listed("digits letters characters")
# "The first three letters are", "the last two are"
ORDINALS: Final = _listed("first second third next last final")
COUNTED: Final = CHARACTERS | _listed("is are numbers")
MOMENTS: Final = _listed("second moment minute sec")  # "one second", "just a moment"
BEFORE_MOMENT: Final = {"one": "1", "1": "1", "a": "A"}  # and what each is if no moment is meant
# "One" is a word, too: "this one is AB123", "the one with number AB123".
BEFORE_PRONOUN_ONE: Final = _listed("this that the thats which other another first second third last next final")
AFTER_PRONOUN_ONE: Final = _listed("is was with starting ending beginning starts ends begins i i've that on from")
AFTER_A: Final = _listed(
    "tracking track number parcel package delivery order shipment shipping consignment reference code "
    "label email receipt update text message confirmation question issue problem long possible missed written"
)
LETTER_MARKS: Final = _listed("letter capital uppercase upper big lowercase lower small case")
CLEAR_MARKS: Final = _listed("letter capital uppercase lowercase")  # "in case you need it" marks no letter
DIGIT_MARKS: Final = _listed("digit numeral")
BEFORE_TOLD: Final = LETTER_MARKS | DIGIT_MARKS | {"is", "it's"}  # what follows is a part of the number
# Between two parts of a number these mean that the caller changed his mind, began anew, or gave two: he is asked to
# repeat.
CORRECTIONS: Final = _listed("""
    no nope nah not sorry wait actually correct correction rather oops scratch mean meant or again more repeat over
    wrong instead pardon apologies excuse mistake bad said could maybe either alternatively otherwise also other another
    strike forget disregard delete undo change replace make
""")
# Between two runs of digits these name a second number: "tracking number 1234, and my phone ends in 5678".
PHONES: Final = _listed("phone telephone mobile cell")
SUBJECTS: Final = PHONES | _listed("tracking order reference consignment")
# Between a phone and its number: "my phone number is", "the cell ends in".
BEFORE_PHONE: Final = _listed("number number's is it's its ends ending in with")
READ_FROM: Final = _listed("on from off in")  # "on my phone it's": it shows the number
DIGIT_WORDS: Final = frozenset().union(UNITS, TEENS, TENS, MULTIPLIERS, {"oh"})
# After these a letter name that is also a word may be the letter after all: "it's see one two three four".
BEFORE_LETTER: Final = HESITATIONS | _listed("is it's its was number yes yeah sure")
NUMBER_NAMES: Final = _listed(
    "order order's number's tracking reference consignment code"
)  # "order you kay nine three"
# What callers have one or several of before they tell a number: "I have one package, 1234".
THING: Final = _listed("package parcel order delivery shipment")
THINGS: Final = _listed("packages parcels orders deliveries shipments numbers")
# These name a second number where one of those words follows: "the second is 5678", "the last four are 5678".
SECOND_NUMBER: Final = {
    "second": _listed("is one number"),
    **dict.fromkeys(("first", "third", "next"), _listed("one number")),
    **dict.fromkeys(("last", "final"), frozenset(FOUR)),
}
BEGINNINGS: Final = _listed("first starts starting start begins beginning")
# Who carries it, said beside its number, is no part of it; or the letters that it begins with.
CARRIERS: Final = _listed(
    "amazon aramex dhl dpd evri fedex gls hermes lasership ontrac purolator tnt ups usps royal mail"
)
# Between two equal halves these mean that the caller said the number twice.
RESTATEMENTS: Final = _listed("repeat again more that's thats that")

UNDERSTOOD: Final = frozenset().union(
    UNITS, TEENS, TENS, SCALES, MULTIPLIERS, PLURALS, DIGIT_HOMOPHONES, LITTLE_HOMOPHONES, LETTER_NAMES,
    WEAK_LETTER_NAMES, SPELLING_WORDS, SEPARATORS, FILLERS, CORRECTIONS, RESTATEMENTS, CARRIERS, {"oh"},
)  # fmt: skip
