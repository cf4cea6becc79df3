"""The files in deploy/ agree with the program and with each other. Only an engine can show that they run."""

import re
import tomllib
from typing import Any

import pytest
from setuptools import find_packages
from starlette.routing import Route
from typer.main import get_command

from app import STOPPING, create_app
from cli.main import main
from server.auth.tokens import InstanceTokens
from server.settings import Settings
from tests.conftest import KEY
from tests.deploy.files import COMPOSE, DEPLOY, manifest, manifests, pods, variables
from tests.settings import settings_with

OURS = {name.upper() for name in Settings.model_fields}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
CADDYFILE = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
PORT = 8000
PROGRAMS = {name: one for name, one in COMPOSE["services"].items() if name not in {"database", "proxy"}}
PASSWORDS = ("POSTGRES_PASSWORD", "TENURE_MIGRATE_PASSWORD", "TENURE_SERVE_PASSWORD")


def image_variables() -> dict[str, str]:
    [block] = re.findall(r"^ENV (.*?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    return dict(word.split("=", 1) for word in block.replace("\\\n", " ").split())


def given() -> dict[str, set[str]]:
    """The names of the variables that programs are given, by where."""
    found = {"Dockerfile": set(image_variables()), "tenure.env": set(variables(DEPLOY / "tenure.env"))}
    found |= {name: set(one["environment"]) for name, one in PROGRAMS.items()}
    for one in manifests():
        if one["kind"] in {"ConfigMap", "Secret"}:
            found[one["metadata"]["name"]] = set(one.get("data", {}) | one.get("stringData", {}))
    return found


@pytest.mark.parametrize("where", given())
def test_each_variable_is_known(where: str) -> None:
    foreign = {"PGPASSWORD"} if where != "Dockerfile" else {"PATH", "PYTHONPATH"}
    foreign |= {name for name in given()[where] if name.startswith("PYTHON")}
    assert given()[where] - OURS - foreign == set()


def test_the_values_that_are_set_are_good(monkeypatch: pytest.MonkeyPatch) -> None:
    for values in (
        variables(DEPLOY / "tenure.env"),
        manifest("ConfigMap", "tenure")["data"],
        image_variables(),
    ):
        for name in OURS & set(values):
            monkeypatch.setenv(name, values[name])
        settings = Settings()
        assert (settings.host, settings.port) == ("0.0.0.0", PORT) or "HOST" not in values  # noqa: S104 - the image listens on all addresses


def commands() -> dict[str, list[str]]:
    found = {name: one.get("command", ["serve"]) for name, one in PROGRAMS.items()}
    return found | {name: pod["containers"][0]["args"] for name, pod in pods().items()}


@pytest.mark.parametrize("where", commands())
def test_each_command_is_one_of_the_program_s(where: str) -> None:
    name, *options = commands()[where]
    command = get_command(main).commands[name]
    with command.make_context(name, list(options)) as context:
        assert context.params.get("metrics_port") == (9000 if name == "worker" else None)


def test_probes_ask_for_what_the_app_answers() -> None:
    app = create_app("postgresql://nowhere/", InstanceTokens(KEY), settings_with())
    paths = {route.path for route in app.routes if isinstance(route, Route)}
    container = pods()["tenure-api"]["containers"][0]
    probes = {name: container[name]["httpGet"] for name in container if name.endswith("Probe")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert {probe["port"] for probe in probes.values()} == {container["ports"][0]["name"]}
    paths_used = (
        re.findall(r"health_uri (\S+)", CADDYFILE) + re.findall(r"@inside path (.*)", CADDYFILE)[0].split()
    )
    paths_used += re.findall(r":\d+(/\w+)", str(COMPOSE["services"]["api1"]["healthcheck"]["test"]))
    assert set(paths_used) == {"/healthz", "/readyz", "/metrics"}
    assert set(paths_used) <= paths


def test_ports_agree() -> None:
    assert pods()["tenure-api"]["containers"][0]["ports"] == [{"name": "http", "containerPort": PORT}]
    assert pods()["tenure-worker"]["containers"][0]["ports"] == [{"name": "metrics", "containerPort": 9000}]
    assert manifest("Service", "tenure-api")["spec"]["ports"][0]["targetPort"] == "http"
    assert f"EXPOSE {PORT}\n" in DOCKERFILE
    assert re.findall(r"api\d:(\d+)", CADDYFILE) == [str(PORT)] * 2
    assert {name for name in PROGRAMS if name.startswith("api")} == set(re.findall(r"(api\d):", CADDYFILE))


def test_who_is_stopped_has_the_time_to_end() -> None:
    values: dict[str, Any]
    for values, seconds in (
        (manifest("ConfigMap", "tenure")["data"], pods()["tenure-api"]["terminationGracePeriodSeconds"]),
        (variables(DEPLOY / "tenure.env"), int(PROGRAMS["api1"]["stop_grace_period"].removesuffix("s"))),
    ):
        assert seconds > float(values["SHUTDOWN_GRACE"]) + float(values["REQUEST_DEADLINE"]) + STOPPING


def test_images_are_pinned_by_version() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(images)) == 1, "the environment is made by the Python that runs it"
    images += [one["image"] for one in COMPOSE["services"].values()]
    images += [pod["containers"][0]["image"] for pod in pods().values()]
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image) for image in images), images
    version = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    assert {image for image in images if image.startswith("tenure")} == {f"tenure:{version}"}


def test_the_image_has_every_package_and_no_rights() -> None:
    config = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    found = find_packages(str(DEPLOY.parent), **config["tool"]["setuptools"]["packages"]["find"])
    packages = {name for name in found if "." not in name}
    assert set(re.findall(r"^COPY (\w+) /opt", DOCKERFILE, re.MULTILINE)) == packages
    allowed = set(re.findall(r"^!(\w+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    assert allowed == packages
    uid = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert {str(pod["securityContext"]["runAsUser"]) for pod in pods().values()} == set(uid)
    for pod in pods().values():
        assert pod["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert pod["securityContext"]["runAsNonRoot"]


def test_no_password_is_there() -> None:
    assert variables(DEPLOY / "example.env") == dict.fromkeys(PASSWORDS, "")
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for name in PASSWORDS:
        assert text.count(name) == text.count(f"${{{name}:?") + text.count(f" {name}: ") > 0
    for one in manifests():
        if one["kind"] == "Secret":
            assert one["stringData"].pop("PGPASSWORD") == ""
            assert ":" not in one["stringData"]["DATABASE_URL"].partition("@")[0].removeprefix("postgresql:")
