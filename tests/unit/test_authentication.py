"""Is this really Vapi?"""

import base64
import json

import pytest

from sheriff_web.authentication import BearerAuthentication, NoAuthentication, Presented, SecretAuthentication, Secrets
from sheriff_web.signature import HmacAuthentication, HmacScheme
from tests.fakes import FakeClock
from tests.webhook_kit import SAMPLES

VECTORS = json.loads((SAMPLES / "hmac/vectors.json").read_bytes())
BY_DEFAULT = VECTORS[0]


def presented(body: bytes = b"", **headers: str) -> Presented:
    return Presented({name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}, body=body)


class At(FakeClock):
    """A clock that stands at an instant."""

    def __init__(self, milliseconds: float) -> None:
        from datetime import UTC, datetime

        super().__init__(datetime.fromtimestamp(milliseconds / 1000, UTC))


def signed(vector=BY_DEFAULT, **changes):
    said = {"x_signature": vector["signature"], "x_timestamp": vector["timestamp"], **changes}
    body = said.pop("body", vector["body"])
    return presented(body.encode(), **{name: value for name, value in said.items() if value is not None})


def hmac_authentication(vector=BY_DEFAULT, *, secrets=None, at_ms=None, **scheme):
    scheme = {
        "algorithm": vector["algorithm"],
        "encoding": vector["signatureEncoding"],
        "payload": vector["payloadFormat"],
        **scheme,
    }
    clock = At(float(vector["timestamp"]) if at_ms is None else at_ms)
    return HmacAuthentication(secrets or [vector["secret"]], clock=clock, scheme=HmacScheme(**scheme))


@pytest.mark.parametrize("said", ["one", "two"])
def test_each_of_two_secrets_is_accepted_during_a_rotation(said):
    assert SecretAuthentication(["one", "two"]).allows(presented(x_vapi_secret=said))
    assert BearerAuthentication(["one", "two"]).allows(presented(authorization=f"Bearer {said}"))


@pytest.mark.parametrize("said", ["", "three", "on", "onee", "ONE", "one,two", "one two", "öne"])
def test_nothing_else_is_accepted(said):
    assert not SecretAuthentication(["one", "two"]).allows(presented(x_vapi_secret=said))
    assert not BearerAuthentication(["one", "two"]).allows(presented(authorization=f"Bearer {said}"))


def test_a_missing_header_is_not_accepted():
    for authentication in (SecretAuthentication(["one"]), BearerAuthentication(["one"])):
        assert not authentication.allows(presented())


@pytest.mark.parametrize("said", ["Bearer one", "bearer one", "BEARER  one", "one"])
def test_a_bearer_token_may_come_without_the_word(said):
    assert BearerAuthentication(["one"]).allows(presented(authorization=said))


@pytest.mark.parametrize("said", ["Basic one", "Bearer", "Bearer ", "Bearerone", "one Bearer"])
def test_another_scheme_is_no_bearer_token(said):
    assert not BearerAuthentication(["one"]).allows(presented(authorization=said))


def test_a_secret_that_is_not_ascii_can_be_used():
    assert SecretAuthentication(["gehëim"]).allows(presented(x_vapi_secret="gehëim"))
    assert SecretAuthentication(["тайна"]).allows(presented(x_vapi_secret="тайна"))


def test_a_secret_that_is_not_ascii_may_come_as_node_and_browsers_write_headers():
    for secret in ("gehëim", "à"):
        said = secret.encode("latin-1")
        assert SecretAuthentication(["other", secret]).allows(Presented({b"x-vapi-secret": said}))
        assert BearerAuthentication(["other", secret]).allows(Presented({b"authorization": b"Bearer " + said}))
        assert not SecretAuthentication(["other"]).allows(Presented({b"x-vapi-secret": said}))


@pytest.mark.parametrize("secrets", [[], [""], ["one", ""]])
def test_without_a_secret_nothing_is_built_rather_than_everything_let_in(secrets):
    with pytest.raises(ValueError, match="at least one secret"):
        Secrets(secrets)


def test_secrets_do_not_show_when_they_are_printed():
    assert repr(Secrets(["one", "two"])) == "Secrets(2 kept)"


def test_no_authentication_lets_everybody_in():
    assert NoAuthentication().allows(presented())


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda v: f"{v['algorithm']}-{v['payloadFormat']}-{v['signatureEncoding']}"
)
def test_every_vector_is_accepted_and_no_change_to_it_is(vector):
    assert hmac_authentication(vector).allows(signed(vector))
    assert not hmac_authentication(vector).allows(signed(vector, body=vector["body"] + " "))
    assert not hmac_authentication(vector, secrets=["another"]).allows(signed(vector))
    assert not hmac_authentication(vector).allows(signed(vector, x_signature=None))
    assert not hmac_authentication(vector).allows(signed(vector, x_signature=vector["signature"][:-8]))


@pytest.mark.parametrize("said", ["", "zz", "ü", "0" * 63, "0" * 64, "=" * 40, " ", "0" * 100_000])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_what_is_no_signature_is_refused(said, encoding):
    assert not hmac_authentication(encoding=encoding).allows(signed(x_signature=said))


def test_either_of_two_secrets_signs():
    assert hmac_authentication(secrets=["another", "test-secret"]).allows(signed())


def test_a_signature_may_be_in_capitals_carry_a_prefix_and_come_beside_others():
    signature = BY_DEFAULT["signature"]
    assert hmac_authentication().allows(signed(x_signature=signature.upper()))
    assert hmac_authentication(prefix="sha256=").allows(signed(x_signature=f"sha256={signature}"))
    assert hmac_authentication(prefix="v1,").allows(signed(x_signature=f"v1,{'0' * 64} v1,{signature}"))
    assert hmac_authentication(prefix="HMAC ").allows(signed(x_signature=f"HMAC {signature}"))
    assert not hmac_authentication(prefix="sha256=").allows(signed())


def test_base64_may_be_url_safe_and_without_padding():
    vector = VECTORS[1]
    raw = base64.b64decode(vector["signature"])
    assert hmac_authentication(vector).allows(
        signed(vector, x_signature=base64.urlsafe_b64encode(raw).decode().rstrip("="))
    )


def test_the_headers_names_are_configuration():
    authentication = hmac_authentication(signature_header="X-Vapi-Signature", timestamp_header="X-Vapi-Timestamp")
    said = {"x_vapi_signature": BY_DEFAULT["signature"], "x_vapi_timestamp": BY_DEFAULT["timestamp"]}
    assert authentication.allows(presented(BY_DEFAULT["body"].encode(), **said))
    assert not authentication.allows(signed())


@pytest.mark.parametrize(("off_s", "allowed"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_five_minutes_either_way(off_s, allowed):
    at = float(BY_DEFAULT["timestamp"]) + off_s * 1000
    assert hmac_authentication(at_ms=at).allows(signed()) is allowed


@pytest.mark.parametrize("said", [None, "", "now", "-1785500000000", "1e12", "NaN", "9" * 400, "١٧٨٥٥٠٠٠٠٠٠٠٠"])
def test_a_timestamp_that_is_signed_must_be_there_and_be_a_time(said):
    assert not hmac_authentication().allows(signed(x_timestamp=said))


@pytest.mark.parametrize("timestamp", ["1785500000", "1785500000.25", "1785500000000"])
def test_a_timestamp_may_count_seconds_or_milliseconds(timestamp):
    import hashlib
    import hmac

    signature = hmac.new(b"s", f"{timestamp}.body".encode(), hashlib.sha256).hexdigest()
    authentication = HmacAuthentication(["s"], clock=At(1785500000000))
    assert authentication.allows(presented(b"body", x_signature=signature, x_timestamp=timestamp))


def test_a_timestamp_that_is_not_signed_proves_nothing_and_is_not_asked_for():
    vector = VECTORS[2]
    assert hmac_authentication(vector, at_ms=0).allows(signed(vector, x_timestamp=None))


@pytest.mark.parametrize(
    "url", ["https://sheriff.example/webhook?a=1", "http://sheriff.example/webhook?a=1", "/webhook?a=1"]
)
def test_everything_that_can_be_signed_is_understood(url):
    import hashlib
    import hmac

    scheme = HmacScheme(payload="{svix-id}|{method}|{url}|{timestamp}|{body}")
    signature = hmac.new(b"s", f"msg_1|POST|{url}|1785500000|body".encode(), hashlib.sha256).hexdigest()
    headers = {
        b"x-signature": signature.encode(),
        b"x-timestamp": b"1785500000",
        b"svix-id": b"msg_1",
        b"host": b"sheriff.example",
    }
    authentication = HmacAuthentication(["s"], clock=At(1785500000000), scheme=scheme)
    assert authentication.allows(Presented(headers, "POST", b"/webhook?a=1", b"body"))
    assert not authentication.allows(Presented(headers, "POST", b"/webhook?a=2", b"body"))


@pytest.mark.parametrize(
    ("scheme", "why"),
    [
        ({"algorithm": "md5"}, "algorithm must be one of"),
        ({"encoding": "binary"}, "encoding must be one of"),
        ({"payload": "{timestamp}"}, r"payload must contain \{body\}"),
        ({"payload": "{body}{secret}"}, r"not \{secret\}"),
        ({"signature_header": ""}, "must not be empty"),
        ({"tolerance_s": 0}, "tolerance_s must be above 0"),
    ],
)
def test_a_scheme_that_cannot_hold_is_refused(scheme, why):
    with pytest.raises(ValueError, match=why):
        HmacScheme(**scheme)
