"""The environment is read once and checked whole."""

from pathlib import Path

import pytest

from sheriff import recordings_access
from sheriff.declared_settings import OTHER_COMMANDS
from sheriff.internal_port import DEFAULT_BIND
from sheriff.settings import SettingsError, read_settings, variables
from sheriff.vapi_definitions import api

GOOD = {"SANITY_PROJECT_ID": "abc123de", "SANITY_API_TOKEN": "sk-token-value", "VAPI_SECRET": "a-long-secret-value"}


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return caught.value.problems


def test_defaults_are_those_of_the_contract() -> None:
    settings = read_settings(GOOD)
    assert str(settings.public_bind) == "0.0.0.0:8000"
    assert str(settings.internal_bind) == "127.0.0.1:8080"
    assert settings.sheriff_cache_url == "memory://"
    assert settings.sheriff_recordings_url == "sqlite:///recordings.db"
    assert settings.sheriff_soft_timeout_ms == 500
    assert settings.sheriff_hard_timeout_ms == 4500
    assert settings.sheriff_disclosure == "caller-match"
    assert settings.sheriff_max_body_bytes == 8_388_608


def test_what_commands_take_for_granted_without_reading_the_settings_is_their_default() -> None:
    settings = read_settings(GOOD)
    assert settings.sheriff_internal_bind == DEFAULT_BIND
    assert settings.sheriff_recordings_url == recordings_access.DEFAULT_URL
    assert settings.sheriff_recordings_retention_days == recordings_access.DEFAULT_RETENTION_DAYS
    assert f"`{api.DEFAULT_URL}`" in OTHER_COMMANDS["VAPI_API_URL"]


def test_every_problem_is_told_at_once_with_variable_reason_and_example() -> None:
    told = problems(
        {
            "SHERIFF_SOFT_TIMEOUT_MS": "soon",
            "SHERIFF_TIMEZONE": "Mars/Olympus",
            "SHERIFF_INTERNAL_BIND": "0.0.0.0:8080",
            "SHERIFF_DISCLOSURE": "everything",
        }
    )
    named = {problem.split(":")[0] for problem in told}
    assert named == {
        "SHERIFF_SOFT_TIMEOUT_MS",
        "SHERIFF_TIMEZONE",
        "SHERIFF_DISCLOSURE",
        "SHERIFF_ADMIN_TOKEN",
        "SANITY_PROJECT_ID",
        "SANITY_API_TOKEN",
        "VAPI_SECRET",
    }
    assert all("example:" in problem for problem in told)


@pytest.mark.parametrize(
    "name", ["SHERIFF_CACHE_TTL_S", "SHERIFF_STALE_TTL_S", "SHERIFF_NOT_FOUND_TTL_S", "SHERIFF_BREAKER_RESET_S"]
)
@pytest.mark.parametrize("value", ["inf", "1e300"])
def test_a_time_that_no_calendar_holds_is_refused(name: str, value: str) -> None:
    (told,) = problems({**GOOD, "SHERIFF_STALE_TTL_S": "31536000", name: value})
    assert told.startswith(f"{name}: ")


def test_an_address_of_sanity_holds_no_secret() -> None:
    (told,) = problems({**GOOD, "SANITY_API_URL": "https://ann:s3cret@host/sanity"})
    assert told.startswith("SANITY_API_URL: must hold no name and no password")
    assert "s3cret" not in told


@pytest.mark.parametrize("address", ["http://[::1]:3333", "http://127.0.0.1:3333/", "https://{project}.api.sanity.io"])
def test_an_address_of_sanity_may_be_another_host_and_port(address: str) -> None:
    assert read_settings({**GOOD, "SANITY_API_URL": address}).sanity_api_url == address


def test_a_value_loses_the_line_feed_of_a_secret_made_with_echo() -> None:
    settings = read_settings({name: f"{value}\n" for name, value in {**GOOD, "SHERIFF_ADMIN_TOKEN": "token"}.items()})
    assert settings.sanity_project_id == GOOD["SANITY_PROJECT_ID"]
    assert settings.sanity_api_token is not None
    assert settings.sanity_api_token.get_secret_value() == GOOD["SANITY_API_TOKEN"]
    assert settings.sheriff_admin_token is not None
    assert settings.sheriff_admin_token.get_secret_value() == "token"


@pytest.mark.parametrize("token", ["sk-token\nvalue", "Bearer sk-token", "sk-tok\u00e9n", "sk\x7f"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_repeated(token: str) -> None:
    (told,) = problems({**GOOD, "SANITY_API_TOKEN": token})
    assert told.startswith("SANITY_API_TOKEN: must be one word of printable ASCII")
    assert token not in told.replace("\n", "")


def test_a_body_may_be_bounded_as_tightly_as_somebody_wants() -> None:
    assert read_settings({**GOOD, "SHERIFF_MAX_BODY_BYTES": "500"}).sheriff_max_body_bytes == 500


def test_a_recorded_signature_can_be_let_in_however_old_it_is() -> None:
    settings = read_settings({**GOOD, "VAPI_AUTH": "hmac", "VAPI_HMAC_TOLERANCE_S": "1000000000"})
    assert settings.hmac_scheme.tolerance_s == 1e9


def test_a_wrong_spelling_is_told_in_words_and_not_as_a_regular_expression() -> None:
    assert problems({**GOOD, "SANITY_PROJECT_ID": "My Project"}) == (
        "SANITY_PROJECT_ID: must be spelled like the example (example: SANITY_PROJECT_ID=abc123de)",
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("SHERIFF_SOFT_TIMEOUT", "SHERIFF_SOFT_TIMEOUT_MS"),
        ("VAPI_SECRT", "VAPI_SECRET"),
        ("SANITY_PROJECTID", "SANITY_PROJECT_ID"),
        ("SHERRIF_CACHE_URL", "SHERIFF_CACHE_URL"),
        ("VAPI_SECRET_FIEL", "VAPI_SECRET_FILE"),
    ],
)
def test_a_mistyped_name_is_asked_about(typed: str, meant: str) -> None:
    (told,) = problems({**GOOD, typed: "x"})
    assert told.startswith(f"{typed}: ")
    assert f"did you mean {meant}?" in told


def test_an_unknown_name_of_ours_is_refused_and_of_others_ignored() -> None:
    assert "SHERIFF_COFFEE" in problems({**GOOD, "SHERIFF_COFFEE": "black"})[0]
    read_settings({**GOOD, "SANITY_STUDIO_TITLE": "x", "VAPI_API_KEY": "k", "PATH": "/bin"})


def test_variables_of_sanitys_and_vapis_own_programs_are_no_slips_of_ours() -> None:
    others = ("SANITY_STUDIO_DATASET", "SANITY_STUDIO_API_VERSION", "SANITY_AUTH_TOKEN", "VAPI_PRIVATE_KEY")
    read_settings({**GOOD, **dict.fromkeys(others, "x"), "SHELL": "/bin/sh", "SSH_AUTH_SOCK": "x", "VIRTUAL_ENV": "x"})


def test_what_kubernetes_and_docker_say_of_a_service_beside_us_is_no_slip_of_ours() -> None:
    links = {
        "SHERIFF_SERVICE_HOST": "10.0.0.1",
        "SHERIFF_SERVICE_PORT": "80",
        "SHERIFF_SERVICE_PORT_PUBLIC": "80",
        "SHERIFF_INTERNAL_SERVICE_HOST": "10.0.0.2",
        "SHERIFF_PORT": "tcp://10.0.0.1:80",
        "SHERIFF_PORT_80_TCP": "tcp://10.0.0.1:80",
        "SHERIFF_PORT_80_TCP_ADDR": "10.0.0.1",
    }
    read_settings({**GOOD, **links})
    assert "SHERIFF_PORT" in problems({**GOOD, "SHERIFF_PORT": "9000"})[0]


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")
    environ = {key: value for key, value in GOOD.items() if key != "VAPI_SECRET"}
    assert read_settings({**environ, "VAPI_SECRET_FILE": str(secret)}).vapi_secrets == ("from-a-file",)
    (told,) = problems({**environ, "VAPI_SECRET_FILE": str(tmp_path / "none")})  # and not "required", on top of it
    assert f"VAPI_SECRET_FILE: cannot read {tmp_path / 'none'} (No such file" in told
    assert "given twice" in problems({**GOOD, "VAPI_SECRET_FILE": str(secret)})[0]


@pytest.mark.parametrize("secret", ["hunter2", "hun/ter2=", "redis://:hunter2@cache:6379"])
def test_a_value_that_was_given_as_its_file_is_not_repeated(secret: str) -> None:
    environ = {key: value for key, value in GOOD.items() if key != "VAPI_SECRET"}
    (told,) = problems({**environ, "VAPI_SECRET_FILE": secret})
    assert "VAPI_SECRET_FILE: cannot read the file it names (No such file" in told
    assert secret not in told


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("SANITY_API_TOKEN", "must be one word of printable ASCII"),
        ("SHERIFF_ADMIN_TOKEN", "must be one line that is not blank"),
    ],
)
def test_a_token_has_no_blanks_around_it_and_is_one_line(variable: str, told: str) -> None:
    for said in ("a-token\n", " a-token", "a-token\t\r\n"):
        settings = read_settings({**GOOD, variable: said})
        assert getattr(settings, variable.lower()).get_secret_value() == "a-token"
    for said in (" ", " \n", "hunter2\nhunter3"):
        (problem,) = problems({**GOOD, variable: said})
        assert problem.startswith(f"{variable}: {told}")
        assert "hunter" not in problem


def test_secrets_never_show() -> None:
    settings = read_settings({**GOOD, "SHERIFF_ADMIN_TOKEN": "admin-token-value"})
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "sk-token-value" not in text
        assert "a-long-secret-value" not in text
        assert "admin-token-value" not in text
    (problem,) = problems({**GOOD, "SHERIFF_ADMIN_TOKEN": "hunter2", "SHERIFF_CACHE_TTL_S": "soon"})
    assert "hunter2" not in problem


def test_two_secrets_live_during_rotation_and_no_more() -> None:
    assert read_settings({**GOOD, "VAPI_SECRET": "new-one, old-one"}).vapi_secrets == ("new-one", "old-one")
    assert "at most 2" in problems({**GOOD, "VAPI_SECRET": "a,b,c"})[0]


def test_no_authentication_is_only_for_loopback() -> None:
    environ = {**GOOD, "VAPI_AUTH": "none"}
    assert problems(environ)[0].startswith("VAPI_AUTH: ")
    read_settings({**environ, "SHERIFF_PUBLIC_BIND": "127.0.0.1:8000"})
    read_settings({**environ, "SHERIFF_ALLOW_UNAUTHENTICATED": "true"})


def test_port_is_honoured_when_the_public_bind_is_unset() -> None:
    assert str(read_settings({**GOOD, "PORT": "9000"}).public_bind) == "0.0.0.0:9000"
    settings = read_settings({**GOOD, "PORT": "9000", "SHERIFF_PUBLIC_BIND": "127.0.0.1:7000"})
    assert str(settings.public_bind) == "127.0.0.1:7000"


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"SHERIFF_SOFT_TIMEOUT_MS": "4500"}, "SHERIFF_SOFT_TIMEOUT_MS"),
        ({"SHERIFF_ATTEMPT_TIMEOUT_MS": "5001"}, "SHERIFF_ATTEMPT_TIMEOUT_MS"),
        ({"SHERIFF_CACHE_TTL_S": "90000"}, "SHERIFF_CACHE_TTL_S"),
        ({"SHERIFF_CACHE_URL": "memcached://x"}, "SHERIFF_CACHE_URL"),
        ({"SHERIFF_CACHE_URL": "redis://"}, "SHERIFF_CACHE_URL"),
        ({"SHERIFF_CACHE_URL": "redis://cache/first"}, "SHERIFF_CACHE_URL"),
        ({"SHERIFF_CACHE_URL": "redis://cache?ssl_ca_certs=ca.pem"}, "SHERIFF_CACHE_URL"),
        ({"SHERIFF_RECORDINGS_URL": "mysql://x"}, "SHERIFF_RECORDINGS_URL"),
        ({"SHERIFF_SOURCE": "dataset:/no/such/file"}, "SHERIFF_SOURCE"),
        ({"SHERIFF_SOURCE": "postgres"}, "SHERIFF_SOURCE"),
        ({"SHERIFF_PUBLIC_BIND": "8000"}, "SHERIFF_PUBLIC_BIND"),
        ({"SHERIFF_INTERNAL_BIND": "127.0.0.1:8000"}, "SHERIFF_INTERNAL_BIND"),
        ({"SHERIFF_RECORDINGS_URL": "sqlite://recordings.db"}, "SHERIFF_RECORDINGS_URL"),
        ({"VAPI_HMAC_PAYLOAD": "{timestamp}"}, "VAPI_HMAC_PAYLOAD"),
        ({"VAPI_HMAC_PAYLOAD": "{body}{nonce}"}, "VAPI_HMAC_PAYLOAD"),
        ({"VAPI_HMAC_SIGNATURE_HEADER": "x signature"}, "VAPI_HMAC_SIGNATURE_HEADER"),
        ({"SANITY_API_URL": "api.sanity.io"}, "SANITY_API_URL"),
        ({"SHERIFF_PHONE_REGION": "xx"}, "SHERIFF_PHONE_REGION"),
        ({"SANITY_API_URL": "http://[::1"}, "SANITY_API_URL"),
        ({"SANITY_API_URL": "http://sanity:99999"}, "SANITY_API_URL"),
        ({"SANITY_API_URL": "http://user@"}, "SANITY_API_URL"),
        ({"SANITY_API_URL": "http://sanity\\internal"}, "SANITY_API_URL"),
        ({"SANITY_API_URL": "http://sänity..internal"}, "SANITY_API_URL"),
        ({"SHERIFF_PHONE_REGION": "ZZ"}, "SHERIFF_PHONE_REGION"),
        ({"SHERIFF_STALE_TTL_S": "inf"}, "SHERIFF_STALE_TTL_S"),
        ({"SHERIFF_BREAKER_RESET_S": "inf"}, "SHERIFF_BREAKER_RESET_S"),
        ({"SHERIFF_BREAKER_RESET_S": "1e12"}, "SHERIFF_BREAKER_RESET_S"),
        ({"SHERIFF_STALE_TTL_S": "1e12"}, "SHERIFF_STALE_TTL_S"),
        ({"SHERIFF_HEDGE_AFTER_MS": "nan"}, "SHERIFF_HEDGE_AFTER_MS"),
    ],
)
def test_what_cannot_hold_is_refused_by_name(changes: dict[str, str], variable: str) -> None:
    (told,) = problems({**GOOD, **changes})
    assert told.startswith(f"{variable}: ")


def test_bytes_that_are_no_text_are_refused_by_name() -> None:
    (told,) = problems({**GOOD, "VAPI_SECRET": "long-\udcff-secret"})
    assert told.startswith("VAPI_SECRET: is not UTF-8 text (example: ")


@pytest.mark.parametrize("content", [b"\xffsecret", "secret".encode("utf-16-le")])
def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    (told,) = problems({**GOOD, "VAPI_SECRET": "", "VAPI_SECRET_FILE": str(file)})
    assert told.startswith(f"VAPI_SECRET_FILE: {file} is not UTF-8 text (example: ")
    (told,) = problems({**GOOD, "OTEL_SERVICE_NAME_FILE": str(file)})
    assert told.startswith(f"OTEL_SERVICE_NAME_FILE: {file} is not UTF-8 text (example: ")


def test_empty_means_unset() -> None:
    assert read_settings({**GOOD, "SHERIFF_LOG_LEVEL": ""}).sheriff_log_level == "INFO"
    assert problems({**GOOD, "VAPI_SECRET": ""})[0].startswith("VAPI_SECRET: required")


def test_every_variable_of_the_contract_is_known() -> None:
    assert {"SHERIFF_SOURCE", "PORT", "VAPI_HMAC_TOLERANCE_S", "SHERIFF_BODY_TIMEOUT_S"} <= set(variables())


def test_windows_line_ends_behind_a_value_are_none_of_it(tmp_path: Path) -> None:
    environ = {key: f"{value}\r" for key, value in GOOD.items()}
    settings = read_settings({**environ, "SHERIFF_TIMEZONE": "Europe/Berlin\r"})
    assert settings.vapi_secrets == (GOOD["VAPI_SECRET"],)
    assert settings.sheriff_timezone == "Europe/Berlin"
    assert settings.sanity_api_token is not None
    assert settings.sanity_api_token.get_secret_value() == GOOD["SANITY_API_TOKEN"]
    (tmp_path / "token").write_text("sk-file\r\n")
    environ = {**environ, "SANITY_API_TOKEN": "\r", "SANITY_API_TOKEN_FILE": f"{tmp_path / 'token'}\r"}
    assert read_settings(environ).sanity_api_token is not None


def test_a_region_may_be_written_small() -> None:
    assert read_settings({**GOOD, "SHERIFF_PHONE_REGION": "gb"}).sheriff_phone_region == "GB"


@pytest.mark.parametrize(
    "changes",
    [
        {"SHERIFF_CACHE_URL": "redis://"},
        {"SHERIFF_RECORDINGS_URL": "mysql://x"},
        {"SHERIFF_PHONE_REGION": "XX"},
        {"SHERIFF_TIMEZONE_FILE": "/no/such/file"},
        {"VAPI_SECRET_FILE": "/given/twice"},
    ],
)
def test_what_cannot_be_opened_comes_with_an_example(changes: dict[str, str]) -> None:
    (told,) = problems({**GOOD, **changes})
    assert "(example: " in told
