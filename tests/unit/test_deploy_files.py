"""Deployment files are held to the service: ports, routes, variables, signals, and the shapes of their kinds."""

import configparser
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheriff.service import EXIT_CONFIGURATION, MOST_DESCRIPTORS
from sheriff.settings import variables
from sheriff_web.bind import Bind
from sheriff_web.limits import WebLimits

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = set(variables()) | {f"{name}_FILE" for name in variables()}


def kubernetes() -> dict[str, dict[str, Any]]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "sheriff.yaml").read_text())
    return {f"{document['kind']}/{document['metadata']['name']}": document for document in documents}


def container() -> dict[str, Any]:
    (found,) = kubernetes()["Deployment/sheriff"]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def named_variables() -> dict[str, set[str]]:
    fly = tomllib.loads((DEPLOY / "fly.toml").read_text())
    (ecs,) = json.loads((DEPLOY / "ecs" / "task-definition.json").read_text())["containerDefinitions"]
    containerfile = (ROOT / "Containerfile").read_text()
    return {
        "kubernetes": {*kubernetes()["ConfigMap/sheriff"]["data"], *(item["name"] for item in container()["env"])},
        "compose": set(compose()["services"]["sheriff"]["environment"]),
        "fly": set(fly["env"]),
        "ecs": {item["name"] for item in [*ecs["environment"], *ecs["secrets"]]},
        "container": set(re.findall(r"\b((?:SHERIFF|SANITY|VAPI)_[A-Z_]+)=", containerfile)),
    }


@pytest.mark.parametrize("platform", named_variables())
def test_every_variable_is_one_of_the_service(platform: str) -> None:
    assert named_variables()[platform] - KNOWN == set()


@pytest.mark.parametrize("platform", sorted(set(named_variables()) - {"container"}))
def test_no_setting_is_given_twice_by_the_image_and_the_platform(platform: str) -> None:
    given = named_variables()[platform] | named_variables()["container"]
    assert {name for name in given if f"{name}_FILE" in given} == set()


def test_kubernetes_adds_no_variables_of_its_own_that_look_like_settings() -> None:
    assert kubernetes()["Deployment/sheriff"]["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_an_apply_does_not_undo_what_the_autoscaler_has_done() -> None:
    assert "replicas" not in kubernetes()["Deployment/sheriff"]["spec"]
    assert kubernetes()["HorizontalPodAutoscaler/sheriff"]["spec"]["minReplicas"] >= 2


def test_kubernetes_probes_ask_the_internal_port_and_traffic_reaches_the_public_one() -> None:
    ports = {port["name"]: port["containerPort"] for port in container()["ports"]}
    assert ports == {"public": 8000, "internal": 8080}
    for probe, path in (("startupProbe", "/readyz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")):
        assert container()[probe]["httpGet"] == {"path": path, "port": "internal"}
    (ingress,) = kubernetes()["Ingress/sheriff"]["spec"]["rules"]
    (path,) = ingress["http"]["paths"]
    assert (path["path"], path["backend"]["service"]["name"]) == ("/webhook", "sheriff")
    assert [p["targetPort"] for p in kubernetes()["Service/sheriff"]["spec"]["ports"]] == ["public"]


def test_the_network_policy_keeps_the_internal_port_internal() -> None:
    rules = kubernetes()["NetworkPolicy/sheriff"]["spec"]["ingress"]
    for rule in rules:
        if any(port["port"] in ("internal", 8080) for port in rule["ports"]):
            assert rule["from"], "an empty `from` would let everybody in"


def test_containers_run_without_privileges_on_a_read_only_tree() -> None:
    context = container()["securityContext"]
    assert context == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert kubernetes()["Deployment/sheriff"]["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == 10001
    (ecs,) = json.loads((DEPLOY / "ecs" / "task-definition.json").read_text())["containerDefinitions"]
    assert ecs["readonlyRootFilesystem"]
    assert ecs["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
    service = compose()["services"]["sheriff"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


def test_every_platform_gives_the_drain_its_ten_seconds() -> None:
    assert kubernetes()["Deployment/sheriff"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= 15
    fly = tomllib.loads((DEPLOY / "fly.toml").read_text())
    assert (fly["kill_signal"], fly["kill_timeout"]) == ("SIGTERM", 12)
    (ecs,) = json.loads((DEPLOY / "ecs" / "task-definition.json").read_text())["containerDefinitions"]
    assert ecs["stopTimeout"] >= 12
    assert compose()["services"]["sheriff"]["stop_grace_period"] == "12s"


def test_every_platform_gives_room_for_the_bodies_that_may_be_received_at_once() -> None:
    unit = (DEPLOY / "systemd" / "sheriff.service").read_text()
    (fly,) = tomllib.loads((DEPLOY / "fly.toml").read_text())["vm"]
    given = {
        "kubernetes": container()["resources"]["limits"]["memory"].removesuffix("Mi"),
        "ecs": json.loads((DEPLOY / "ecs" / "task-definition.json").read_text())["memory"],
        "fly": fly["memory"].removesuffix("mb"),
        "systemd": re.findall(r"^MemoryMax=(\d+)M$", unit, re.MULTILINE)[0],
    }
    received = WebLimits().max_buffered_bytes // 1024**2
    assert {platform: mebibytes for platform, mebibytes in given.items() if int(mebibytes) < 2 * received} == {}


def test_systemd_gives_up_on_a_wrong_configuration_alone_and_lets_the_drain_end() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "systemd" / "sheriff.service")
    service = unit["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", str(EXIT_CONFIGURATION))
    assert (service["KillSignal"], service["TimeoutStopSec"]) == ("SIGTERM", "12")
    assert (service["DynamicUser"], service["CapabilityBoundingSet"], service["ProtectSystem"]) == ("yes", "", "strict")
    assert service["WorkingDirectory"] == f"%S/{service['StateDirectory']}"
    assert int(service["LimitNOFILE"]) == MOST_DESCRIPTORS
    # Of two processes one may be killed for memory: the service replaces its child, systemd would end both.
    assert service["OOMPolicy"] == "continue"


def test_health_checks_ask_the_internal_port() -> None:
    target = json.loads((DEPLOY / "ecs" / "target-group.json").read_text())
    assert (target["Port"], target["HealthCheckPort"], target["HealthCheckPath"]) == (8000, "8080", "/readyz")
    fly = tomllib.loads((DEPLOY / "fly.toml").read_text())
    assert fly["http_service"]["internal_port"] == 8000
    assert (fly["checks"]["ready"]["port"], fly["metrics"]["port"]) == (8080, 8080)
    # Both families: Fly's checks come by IPv4, its private network is IPv6.
    assert Bind.parse(fly["env"]["SHERIFF_INTERNAL_BIND"]) == Bind("::", 8080)


def test_what_the_secrets_name_is_what_the_deployment_mounts() -> None:
    secret = yaml.safe_load((DEPLOY / "kubernetes" / "secret.yaml.example").read_text())
    files = {
        value.rsplit("/", 1)[1]
        for name, value in kubernetes()["ConfigMap/sheriff"]["data"].items()
        if name.endswith("_FILE")
    }
    assert files | {"sanity-project-id"} == set(secret["stringData"])


def test_applying_the_folder_leaves_the_real_secret_alone() -> None:
    # kubectl takes every file of a folder that ends so.
    applied = [file for file in (DEPLOY / "kubernetes").iterdir() if file.suffix in {".json", ".yaml", ".yml"}]
    kinds = {document["kind"] for file in applied for document in yaml.safe_load_all(file.read_text())}
    assert "Deployment" in kinds
    assert "Secret" not in kinds


def test_addresses_that_hold_passwords_are_given_as_secrets() -> None:
    open_words = kubernetes()["ConfigMap/sheriff"]["data"]
    (ecs,) = json.loads((DEPLOY / "ecs" / "task-definition.json").read_text())["containerDefinitions"]
    for variable in ("SHERIFF_CACHE_URL", "SHERIFF_RECORDINGS_URL"):
        assert variable not in open_words
        assert variable in {each["name"] for each in ecs["secrets"]}


def test_compose_mounts_what_is_there() -> None:
    for service in compose()["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source


def test_the_containerfile_pins_and_drops() -> None:
    text = (ROOT / "Containerfile").read_text()
    assert "--require-hashes --only-binary :all:" in text
    assert re.search(r"^ARG BASE=", text, re.MULTILINE)
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert re.search(r"^STOPSIGNAL SIGTERM$", text, re.MULTILINE)
    assert 'CMD ["sheriff", "health"]' in text


BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("hadolint", ["--failure-threshold", "style", "Containerfile"]),
        ("check-jsonschema", ["--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml"]),
        *(
            ("kubernetes-validate", ["--strict", "--kubernetes-version", version, f"deploy/kubernetes/{name}"])
            for version in ("1.30.0", "1.37.0")  # the oldest with a `sleep` in preStop by default, and the newest known
            for name in ("sheriff.yaml", "secret.yaml.example")
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[-3:]),
)
def test_the_files_are_valid_by_the_rules_of_their_kind(tool: str, arguments: list[str]) -> None:
    ended = subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{ended.stdout}{ended.stderr}"
