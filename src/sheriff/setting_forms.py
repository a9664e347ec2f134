"""How the values of settings are spelled, where their type and bounds do not say enough."""

from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator, SecretStr
from yarl import URL

from sheriff_core.policy import PolicyError, time_zone
from sheriff_web.bind import Bind
from sheriff_web.signature import HmacScheme

HEADER_NAME: Final = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"


def _bind(text: str) -> str:
    return str(Bind.parse(text))


def _payload(text: str) -> str:
    return HmacScheme(payload=text).payload


def _source(text: str) -> str:
    if text == "sanity" or (text.startswith("dataset:") and len(text) > len("dataset:")):
        return text
    raise ValueError("must be `sanity` or `dataset:PATH`")


def _timezone(name: str) -> str:
    try:
        time_zone(name)
    except PolicyError as error:
        raise ValueError("no such time zone") from error
    return name


def _web_address(text: str) -> str:
    try:
        address = URL(text.replace("{project}", "project"))  # as the client reads it
        is_usable = bool(address.host) and address.port != 0
        holds_secret = address.user is not None or address.password is not None
    except ValueError:  # brackets that are not closed, a port that is none, a host that no name can be
        is_usable = holds_secret = False
    if not is_usable:
        raise ValueError("must have a host that can be one, and a port only if it is one")
    if holds_secret:
        # It would stand in traces, and Sanity takes nothing besides the token.
        raise ValueError("must hold no name and no password")
    return text


def _token(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be one word of printable ASCII")
    return token


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value.strip().splitlines()) != 1:
        raise ValueError("must be one line that is not blank")
    return value.strip()


BindText: TypeAlias = Annotated[str, AfterValidator(_bind)]
Payload: TypeAlias = Annotated[str, AfterValidator(_payload)]
Source: TypeAlias = Annotated[str, AfterValidator(_source)]
TimeZone: TypeAlias = Annotated[str, AfterValidator(_timezone)]
WebAddress: TypeAlias = Annotated[str, AfterValidator(_web_address)]
# These stand in a header, which has no blanks around it. What Kubernetes takes from `echo … | base64` ends with one.
Token: TypeAlias = Annotated[SecretStr, BeforeValidator(_stripped), AfterValidator(_token)]
AS_A_TOKEN: Final = BeforeValidator(_one_line)
IN_SMALL_LETTERS: Final = BeforeValidator(_lower)
IN_CAPITALS: Final = BeforeValidator(_upper)
