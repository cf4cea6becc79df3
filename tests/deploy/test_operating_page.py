"""docs/guide/operating.md and deploy/alerts.yaml name the metrics that exist."""

import re

import yaml
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

import app  # noqa: F401 - registers all metrics
from tests.deploy.files import DEPLOY

PAGE = (DEPLOY.parent / "docs" / "guide" / "operating.md").read_text(encoding="utf-8")
RULES = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]


def figures() -> set[str]:
    """As /metrics names them; of a histogram the name without what its samples add."""
    families = text_string_to_metric_families(generate_latest(REGISTRY).decode())
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families
        if family.name.startswith("tenure_") and not family.name.endswith("_created")
    }


def rows() -> dict[str, str]:
    """What the page says of the alert, by the figure's name."""
    table = PAGE.partition("<!-- figures:")[2].partition("<!-- end of figures -->")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    return {name.strip("`"): alert for name, _, _, alert in cells}


def alerted() -> set[str]:
    names = re.findall(r"tenure_\w+", " ".join(rule["expr"] for rule in RULES))
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}


def test_the_page_names_every_figure_and_no_other() -> None:
    assert set(rows()) == figures()


def test_the_page_lists_the_alerts() -> None:
    assert alerted() == {name for name, alert in rows().items() if not alert.startswith("none")}


def test_every_event_that_is_logged_is_on_the_page() -> None:
    packages = ("actions", "resolvers", "schema", "server", "webhooks", "workers")
    sources = [path for package in packages for path in (DEPLOY.parent / package).rglob("*.py")]
    calls = re.compile(r"\blog\.(?:info|warning|error)\(\s*\"([^\"]+)\"")
    logged = {event for path in sources for event in calls.findall(path.read_text(encoding="utf-8"))}
    assert len(logged) > 10
    assert {event for event in logged if f"`{event}`" not in PAGE} == set()
