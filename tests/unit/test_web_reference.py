"""The reference of the HTTP API is true to the code."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from starlette.routing import Route

from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_web.admin import admin_routes
from sheriff_web.interactions import interaction_routes
from sheriff_web.limits import WebLimits
from sheriff_web.probes import probe_routes
from sheriff_web.problems import RejectionReason
from sheriff_web.token_guesses import BY_FORM, BY_HEADER
from tests.webhook_kit import Shop, entry, samples, tool_calls

REFERENCE = Path(__file__).parents[2] / "docs/reference"
WORDS = (REFERENCE / "http-api.md").read_text()
OPENAPI = yaml.safe_load((REFERENCE / "openapi.yaml").read_text())


def routes():
    nothing: object = None
    found: list[Route] = [
        *probe_routes(health=nothing, metrics=nothing),  # type: ignore[arg-type] - only their paths are read
        *admin_routes(breaker=nothing, forget=nothing, events=nothing),  # type: ignore[arg-type]
        *interaction_routes(None),
    ]
    return {("POST", "/webhook")} | {
        (method, route.path) for route in found for method in (route.methods or ()) if method != "HEAD"
    }


@pytest.mark.parametrize(("method", "path"), sorted(routes()))
def test_every_route_stands_in_the_words(method, path):
    assert f"`{method} {path.replace('correlation_id', 'correlationId')}`" in WORDS


def test_openapi_holds_the_routes_and_no_others():
    described = {
        (method.upper(), path) for path, item in OPENAPI["paths"].items() for method in item if method != "servers"
    }
    assert described == routes()


def test_every_reference_inside_openapi_leads_somewhere():
    for reference in re.findall(r'\$ref: "#/([^"]+)"', (REFERENCE / "openapi.yaml").read_text()):
        held = OPENAPI
        for step in reference.split("/"):
            held = held[step]
        assert held


@pytest.mark.parametrize("word", [*RejectionReason, *OutcomeName, *ServedFrom])
def test_every_word_of_a_closed_set_is_explained(word):
    assert f"`{word}`" in WORDS


def test_bounds_are_told_as_they_are():
    limits = WebLimits()
    assert limits.max_buffered_bytes == 256 * 2**20
    assert "256 MiB" in WORDS
    assert f"{limits.max_in_flight + 1:,}st message" in WORDS
    assert f"{limits.max_calls_per_message + 1}rd tool call" in WORDS


def test_the_bounds_on_wrong_tokens_are_told_as_they_are():
    assert BY_FORM.every_s == BY_HEADER.every_s
    rule = f"After {BY_FORM.at_once} in the form, or {BY_HEADER.at_once} different ones in `Authorization`, one more"
    assert rule in WORDS
    assert f"is looked at every {BY_FORM.every_s:g} seconds" in WORDS


def schema_of(status, method="post", path="/webhook"):
    response = OPENAPI["paths"][path][method]["responses"][str(status)]
    if "$ref" in response:
        response = OPENAPI["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return {**response["content"]["application/json"]["schema"], "components": OPENAPI["components"]}


@pytest.mark.parametrize("name", samples())
async def test_replies_to_every_sample_are_as_described(name):
    shop = Shop()
    reply = await shop.post((Path(__file__).parents[1] / "samples" / name).read_bytes())
    jsonschema.validate(reply.json(), schema_of(reply.status))


async def test_a_wrong_reply_would_be_noticed():
    reply = (await Shop().send(tool_calls(entry()))).json()
    del reply["results"][0]["metadata"]["outcome"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(reply, schema_of(200))
