"""What one utterance means: the cases of issue and reference, one a line."""

import pytest

from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import TrackingNumber, canonical, read_tracking_number

POLICY = TrackingNumberPolicy()


def readings(said: str, policy: TrackingNumberPolicy = POLICY) -> tuple[str, ...]:
    number = read_tracking_number(said, policy)
    return number.readings if number else ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("AB123456", "AB123456"),
        ("ab123456", "AB123456"),
        ("AB-123 456", "AB123456"),
        ("CD-987 654", "CD987654"),
        ("AB_123.456/789", "AB123456789"),
        ("1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
        ("SHO0123", "SHO0123"),
        ("AB 000123", "AB000123"),
        ("FORD4", "FORD4"),
        ("ford 1234", "FORD1234"),
        ("FOUR1234", "FOUR1234"),
        ("S-H-R-1-2-3", "SHR123"),
        ("S.H.R. 123", "SHR123"),
        ("RR 123 456 789 MY", "RR123456789MY"),
        ("RR 123 456 789 IT", "RR123456789IT"),
        ("AB 1,234", "AB1234"),
        ("#AB123456", "AB123456"),
        ("AB123456.", "AB123456"),
        ("  AB123456  ", "AB123456"),
        ("AB123456?", "AB123456"),
        ("\uff21\uff22\uff11\uff12\uff13\uff14", "AB1234"),  # full-width
        ("\u0663\u0664\u0665\u0666\u0667", "34567"),  # Arabic-Indic
        ("AB\u2014123456", "AB123456"),  # em dash
        ("AB\u00a0123456", "AB123456"),  # no-break space
    ],
)
def test_typed_number_has_exactly_one_reading(typed: str, expected: str) -> None:
    assert readings(typed) == (expected,)


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("this one is AB 1234", ("AB1234", "1AB1234")),
        ("the first one is one two three four", ("1234", "11234")),
        ("it's the one ending in 12345", ("12345", "112345")),
        ("this one is tracking number 1234", ("1234", "11234")),
        ("the one two three four", ("1234",)),
        ("A B one is the one", ("AB11",)),
        ("can I check on 12345", ("12345",)),
        ("the other one is 1234", ("1234", "11234")),
        ("another one, 1234", ("1234", "11234")),
        ("it's the second one, 1234", ("1234", "11234")),
        ("one of my packages is 1234", ("1234", "11234")),
        ("this one two three four", ("1234",)),
        ("package 1 of 2, 1234", ("121234",)),
        ("I have one package, 1234", ("1234", "11234")),
        ("the one I have is 1234", ("1234", "11234")),
        ("I'm looking for one two three four", ("1234", "41234")),
        ("what happened to one two three four", ("1234", "21234")),
        ("it's to three four five", ("2345",)),
        ("it's 1 parcel SHR1234", ("SHR1234", "1SHR1234")),
        ("can I track I B 1 2 3", ("IB123",)),
    ],
)
def test_a_pronoun_before_the_number_is_no_part_of_it(spoken: str, expected: tuple[str, ...]) -> None:
    assert readings(spoken) == expected


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("S H R one two three four five six", "SHR123456"),
        ("A B dash one two three, double four, six", "AB123446"),
        ("my tracking number is A B 1 2 3", "AB123"),
        ("um, it\u2019s shr one two three four please", "SHR1234"),
        ("MY TRACKING NUMBER IS SHR ONE TWO THREE", "SHR123"),
        ("SHR twenty-three", "SHR23"),
        ("SHR one hundred and twenty-three", "SHR123"),
        ("AB a hundred", "AB100"),
        ("two thousand", "2000"),
        ("twelve hundred", "1200"),
        ("one million", "1000000"),
        ("nought naught nil zero one", "00001"),
        ("niner fife fower one", "9541"),
        ("treble seven four", "7774"),
        ("quadruple zero", "0000"),
        ("two fives three zeros", "55000"),
        ("double A double alpha one two", "AAAA12"),
        ("ess aitch ar one two three", "SHR123"),
        ("see as in charlie one two three", "C123"),
        ("S as in Sam H for hotel R like Romeo one two three", "SHR123"),
        ("B for Bravo one two three", "B123"),
        ("F for Freddie four five six", "F456"),
        ("double u as in whiskey one two three", "W123"),
        ("double you one two three", "W123"),
        ("doubleu x ray x-ray zed zee one two", "WXXZZ12"),
        ("X as in X-ray one two three", "X123"),
        ("oh as in Oscar one two three", "O123"),
        ("alfa bravo juliett whisky one", "ABJW1"),
        ("capital A lower case b big C one two three", "ABC123"),
        ("one dash two slash three underscore four dot five space six", "123456"),
        ("the letter oh one two three", "O123"),
        ("digit oh one two three", "0123"),
        ("S H zero one two three", "SH0123"),
        ("oh, it's AB123", "AB123"),
        ("I think it's I B 1 2 3", "IB123"),
        ("a parcel A B one two three", "AB123"),
        ("won too tree for", "1234"),
        ("AB123 for me please", "AB123"),
        ("can you check for AB123456 for me", "AB123456"),
        ("sorry A B C 123", "ABC123"),
        ("are you there A B one two three", "AB123"),
        ("you pee ess one two three", "UPS123"),
        ("em en one two three", "MN123"),
        ("N as in knife one two three", "N123"),
        ("AB 1 2 3... 4 5", "AB12345"),
        ("S.H.R., one two three", "SHR123"),
        ("S H R 123 four", "SHR1234"),
        ("1 hundred thousand", "100000"),
        ("hundred thousand", "100000"),
        ("seven zero five you you", "705UU"),
        ("you el en three zero seven seven", "ULN3077"),
        ("US six seven 77 5", "US67775"),
        ("W.L. 721 four 2 nine three BE", "WL7214293BE"),
        ("please, AB123", "AB123"),
        ("one second, SHR one two three", "SHR123"),
        ("hold on just a moment 1 2 3 4", "1234"),
        ("I'm calling about 12345, thank you very much", "12345"),
        ("first letter S second letter H then 1 2 3", "SH123"),
        ("es aitch ar ef one two three", "SHRF123"),
        ("let me see one two three four", "1234"),
        ("the last digits are 1234", "1234"),
        ("it's six digits, 1 2 3 4 5 6", "123456"),
        ("a six digit number, 123456", "123456"),
        ("there are two letters, A B, then four digits 1 2 3 4", "AB1234"),
        ("S H R 123456, that's nine characters", "SHR123456"),
        ("no dashes, SHR1234", "SHR1234"),
        ("the number on my phone is 1234", "1234"),
        ("on my cell phone it's 1234", "1234"),
        ("for my other order 1234", "1234"),
        ("in case you need it, it's 1234", "1234"),
        ("I need to change order 1234", "1234"),
        ("I'd like to know more about A B 1 2 3", "AB123"),
        ("I still have not received 1234", "1234"),
        ("I also only have AB123", "AB123"),
        ("it's a long number, 1234", "1234"),
        ("go ahead, it's 1234", "1234"),
        ("one, two, three, four digits", "1234"),
        ("A B without a space 1 2 3", "AB123"),
        ("I wrote down R D 1 2 3", "RD123"),
        ("I got a text message about W T 6 0 9", "WT609"),
        ("there is a problem with A B 1 2 3", "AB123"),
        ("any update on 1234", "1234"),
        ("is there an issue with 1234", "1234"),
        ("has 1234 been delivered yet", "1234"),
        ("nope, it's 1234", "1234"),
        ("could you check AB123, once more AB123", "AB123"),
        ("the number I was given is AB123", "AB123"),
        ("the first four are 1234, the last four are 5678", "12345678"),
        ("the first three letters are S H R, the next two are 1 2, the last 2 digits are 34", "SHR1234"),
        ("check again 1234", "1234"),
        ("sorry, I meant A B 1 2 3", "AB123"),
        ("good morning, can I get the status of A B 1 2 3", "AB123"),
        ("the label says A B 1 2 3, did you get that?", "AB123"),
        ("maybe try A B 1 2 3, when will it arrive", "AB123"),
        ("R as Romeo one two three", "R123"),
        ("it's el double one nine seven", "L1197"),
        ("en, double zero four", "N004"),
        ("ex dash two four five six", "X2456"),
    ],
)
def test_clear_words_have_exactly_one_reading(spoken: str, expected: str) -> None:
    assert readings(spoken) == (expected,)


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("SHR twenty three", ("SHR23", "SHR203")),
        ("A twenty, three", ("A203",)),  # A23 is too short
        ("AB twenty, three", ("AB203", "AB23")),
        ("SHR one hundred twenty three", ("SHR123", "SHR1203", "SHR10023", "SHR100203")),
        ("one hundred and twenty three four", ("1234", "12034")),
        ("two thousand twenty three", ("2023", "20203", "200023", "2000203")),
        ("nineteen hundred forty five", ("1945", "19405", "190045", "1900405")),
        ("A B oh one two", ("AB012", "ABO12")),
        ("A B O one two three", ("ABO123", "AB0123")),
        ("one oh five five", ("1055", "1O55")),
        ("one double oh five", ("1005", "1OO5")),
        ("A B double 512", ("AB5512",)),
        ("A B double 55 1", ("AB5551", "AB55551")),
        ("double u double five", ("UU55",)),  # W55 is too short
        ("double u one two three", ("W123", "UU123")),
        ("R as one two three", ("R123",)),
        ("RR NO 123 456", ("RRNO123456", "RR123456")),
        ("triple double u one two", ("WWW12", "UUUUUU12")),
        ("double double five one", ("DOUBLE551",)),
        ("S sierra 1 2 3", ("S123", "SS123")),
        ("B as in David 1 2 3", ("D123", "B123")),
        ("B 4 Bravo 1 2 3", ("B123", "B4B123")),
        ("one two to for five", ("12245", "1225", "1245")),
        ("OH-123456", ("OH123456", "0123456", "O123456")),
        ("FOUR-1234", ("41234", "FOUR1234")),
        ("KILO 1234", ("K1234", "KILO1234")),
        ("REF 123456", ("REF123456", "123456")),
        ("DASH 1234", ("DASH1234", "1234")),
        ("no. 123456", ("123456", "NO123456")),
        ("OK, AB123456", ("AB123456", "OKAB123456")),
        ("rr 123 456 789 my", ("RR123456789MY", "RR123456789")),
        ("the AB123456", ("AB123456", "THEAB123456")),
        ("to-my-1234", ("TOMY1234", "1234")),
        ("SO MY 1234", ("SOMY1234", "1234")),
        ("one-2-three-4", ("1234", "ONE2THREE4")),
        ("up-3946499", ("UP3946499", "3946499")),
        ("id: 3946499", ("3946499", "ID3946499")),
        ("AB four hundred, six", ("AB4006", "AB406")),
        ("why double you one two three", ("YW123", "W123")),
        ("SHIPMENT 123456", ("123456", "SHIPMENT123456")),
        ("one two see three four", ("12C34", "1234")),
        ("one two three four why see, thanks", ("1234YC", "1234")),
        ("one two three four see please", ("1234C", "1234")),
        ("it's you one two three four", ("1234", "U1234")),
        ("okay be 1 2 3 4", ("1234", "B1234")),
        ("you are 1 2 3 4", ("1234", "R1234", "UR1234", "U1234")),
        ("one two you are three four", ("12UR34", "1234")),
        ("why you kay 1 2 3 4", ("K1234", "UK1234", "YUK1234", "YK1234")),
        ("UPS 1Z 999 AA1 01 2345 6784", ("UPS1Z999AA10123456784", "1Z999AA10123456784")),
        ("fedex one two three four", ("FEDEX1234", "1234")),
        ("SHR1234 from Amazon", ("SHR1234AMAZON", "SHR1234")),
        ("fedex said it's 1234", ("FEDEX1234", "1234")),
        ("hashtag 123456", ("HASHTAG123456", "123456")),
        ("it's a S 1 2 3 4", ("AS1234", "S1234")),
        ("SHR 1 2 3 4 with a 5 at the end", ("SHR1234A5", "SHR12345")),
        ("T R K one two three four digits five", ("TRK12345", "TRK1235")),
        ("SHR 1234 four letters", ("SHR12344", "SHR1234")),
        ("A B one, two, three, four digits", ("AB1234", "AB123")),
        ("D three, letters E F, 4 5 6", ("D3EF456", "DEF456")),
        ("twenty four digits 1 2 3", ("24123", "204123", "20123")),
        ("first letter a second letter b one two three", ("B123", "AB123")),
        ("first letter a, second letter b, one two three", ("AB123",)),
        ("A B one second 2 3 4", ("AB234", "AB1234")),
        ("it's why, em, kay five three", ("MK53", "YMK53")),
        ("order see 1 2 3 4", ("1234", "C1234")),
        ("sure, you kay 9338", ("K9338", "UK9338")),
        ("the letter you, the letter kay, 9338", ("UK9338", "K9338")),
        ("capital ef capital see one two three four", ("FC1234", "F1234")),
        ("double you you four seven oh five", ("WU4705", "W4705", "WU47O5", "W47O5")),
        ("double you are seven six four", ("WR764", "W764")),
        ("yes you kay 9338", ("K9338", "UK9338")),
        ("right, see one two three four", ("1234", "C1234")),
        ("my order's you kay 9338", ("K9338", "UK9338")),
        ("tracking code you kay 9338", ("K9338", "UK9338")),
        ("the number is you, dash nine six one one", ("9611", "U9611")),
        ("oh, nine, four, seven, five", ("9475", "09475")),
        ("oh, eight, nine eight", ("0898",)),  # 898 is too short
        ("el dash oh six five one", ("L0651", "LO651")),
        ("um, see, you two one four five", ("2145", "U2145", "CU2145", "C2145")),
    ],
)
def test_ambiguous_words_have_few_readings_likeliest_first(spoken: str, expected: tuple[str, ...]) -> None:
    assert readings(spoken) == expected


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            " ",
            "...",
            "-",
            "please",
            "my tracking number is",
            "double",
            "zero hundred",
            "1234 thousand",
            "hello there",
            "AB",
            "123",
        ),
        *("'; DROP TABLE deliveries; --1", '*[_type == "delivery"]1', 'AB123456" || true || "', "AB123456 OR 1=1"),
        *("AB123456;", "AB123456--", "AB123456/*", "../../etc/passwd1", "https://example.com/AB123456", "$AB1234"),
        *("<b>AB123456</b>", "{{AB123456}}", "(AB123456)", '"AB123456"', "'AB123456'", "`AB123456`", "AB123456|1"),
        *("AB\n123456", "AB\t123456", "AB123456\n", "AB123456\r\n", "AB\x00123456", "AB\x7f123456"),
        *("AB\u200b123456", "\u202eAB123456", "AB\u00ad123456", "\ufeffAB123456", "AB\u2028123456", "AB\ud800123"),
        *("AB123456\U0001f600", "1\ufe0f\u20e32345", "+49 170 1234567", "AB123456@x", "50%1234", "AB\\123456"),
        *("caf\u00e9 1234", "Stra\u00dfe 1234", "\u0410\u0412123456", "\u4e00\u4e8c\u4e091234", "\u00bd1234"),
        *("O'Brien 1234", "A" * 401, "1" * 401, "A1" * 21, "one two no three four", "A B 1 2 3 or A B 1 2 4"),
        *("ONE TWO NO THREE FOUR", "double " * 50 + "five", "quintuple " * 38 + "u"),
        *("AB12 sorry AB13", "one two three wait four five"),
        *("1 2 3 4 let me start again 1 2 3 5", "S H R 1 2 start over S H R 1 3", "AB12 wrong AB13"),
        *(
            "AB12 I repeat AB13",
            "tracking number 1234 and my phone ends in 5678",
            "order 5512, tracking number SHR123456",
            "SHR123456, last four 4242",
            "the first is 1234 and the second is 5678",
            "I have two packages, 1234 and 5678",
            "2 numbers: 1234 5678",
        ),
        *(
            "my phone number is 555 123 4567",
            "phone: five five five one two three four",
            "my mobile ends in double four 12",
            "it's not 1234, it's 1235",
            "not 1234 but 1235",
            "that's not SHR1234",
            "1234 I said 1235",
            "1234 let me correct that 1235",
            "one two three four maybe one two three five",
            "1234, nope, 1235",
            "1234 and the other one is 5678",
            "1234, the next one is 5678",
        ),
    ],
)
def test_what_cannot_be_a_tracking_number_is_not_read(said: str) -> None:
    assert read_tracking_number(said, POLICY) is None


def test_number_said_twice_is_read_once() -> None:
    assert readings("AB123456, that's A B 1 2 3 4 5 6") == ("AB123456",)
    assert readings("one twenty three four, I repeat, one two three four") == ("1234",)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("SHR123, SHR123", ("SHR123SHR123", "SHR123")),
        ("it's S H R 1 2 3 S H R 1 2 3", ("SHR123SHR123", "SHR123")),
        ("SHR123SHR123", ("SHR123SHR123",)),
        ("S H R, sierra hotel romeo, 1 2 3", ("SHRSHR123", "SHR123")),
        ("SHR, S as in Sam, H as in Henry, R as in Robert, 1 2 3", ("SHRSHR123", "SHR123")),
        ("SHRSHR123", ("SHRSHR123",)),
        ("TATA 1234", ("TATA1234",)),
        ("TATA-1234", ("TATA1234",)),
        ("T A T A 1 2 3 4", ("TATA1234",)),
        ("tango alpha tango alpha treble one", ("TATA111",)),
        ("it's SHR, S for Sam, H for Henry, R for Robert, treble one", ("SHRSHR111", "SHR111")),
        ("1234 1234", ("12341234",)),
    ],
)
def test_number_may_be_said_twice_in_a_row(said: str, expected: tuple[str, ...]) -> None:
    assert readings(said) == expected


def test_number_said_twice_differently_is_not_cut_to_one_half() -> None:
    assert readings("AB123, that's A B 1 2 4") == ("AB123AB124",)


def test_limits_are_policy() -> None:
    policy = TrackingNumberPolicy(min_length=2, max_length=5, max_said_length=12, max_readings=1, needs_digit=False)
    assert readings("TRK ONE", policy) == ("TRK1",)
    assert readings("AB", policy) == ("AB",)
    assert readings("ABCDEF", policy) == ()
    assert readings("A B C D E 1 2", policy) == ()
    assert readings("forty five", policy) == ("45",)
    assert readings("so-123", policy) == ("SO123",)
    assert readings("one-12", policy) == ("112",)


def test_digitless_number_is_read_only_when_policy_allows() -> None:
    assert readings("TRK ONE") == ("TRK1",)
    assert readings("TRK ONE", TrackingNumberPolicy(needs_digit=False)) == ("TRK1", "TRKONE")
    assert readings("alpha bravo charlie delta") == ()
    assert readings("alpha bravo charlie delta", TrackingNumberPolicy(needs_digit=False)) == ("ABCD",)


def test_more_readings_than_the_bound_keep_the_likeliest() -> None:
    found = readings("twenty one thirty two forty three fifty four")
    assert len(found) == POLICY.max_readings
    assert found[0] == "21324354"


def test_key_names_all_readings_and_canonical_the_likeliest() -> None:
    number = TrackingNumber(said="twenty three forty", readings=("2340", "20340"))
    assert number.canonical == "2340"
    assert number.key == "2340|20340"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("CD-987 654", "CD987654"),
        ("ab123456", "AB123456"),
        ("\uff21\uff22-\u0661\u0662", "AB12"),
        ("", ""),
        ("--", ""),
        ("\u00e9AB1", "\u00e9AB1"),  # kept apart from AB1
        ("\u1100-\u1161", "\uac00"),  # two parts of a syllable meet once the dash is gone
    ],
)
def test_canonical_form_of_what_the_source_stores(stored: str, expected: str) -> None:
    assert canonical(stored) == expected
