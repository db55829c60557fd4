"""Image, compose file and units are what their own tools take, and fit each other and the product."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import SETTINGS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
BIN = Path(sys.executable).parent
EXPOSURE = 2.0
"""The most that `systemd-analyze security` may find, on its scale of 10."""


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{BIN}:/usr/bin:/bin")
    return found or pytest.skip(f"there is no {name} here")


def named(path: Path) -> str:
    return path.name


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = run(tool("hadolint"), DEPLOY / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_asks_itself_whether_it_is_well() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    final = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert 'CMD ["wgwatch", "doctor", "--alive"]' in final
    assert "COPY . ." not in final
    assert not re.search(r"(?i)password|secret|token|_url=", text.replace("WGWATCH_DATABASE_URL(_FILE)", ""))


def test_the_image_is_made_of_all_packages_and_nothing_else() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert {"config", "crawler", "diffing", "notifier", "storage", "wgwatch"} <= let_in
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_the_lock_of_the_image_has_a_hash_for_everything_and_is_part_of_the_other() -> None:
    versions = {}
    for name in ("requirements.lock", "deploy/requirements.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^([a-z0-9._-]+)==(\S+)[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
        assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 50
        assert "://" not in text
        versions[name] = set(pins)
    assert versions["deploy/requirements.lock"] <= versions["requirements.lock"]


def test_the_compose_file_is_of_the_compose_specification() -> None:
    if find_spec("check_jsonschema") is None:
        pytest.skip("there is no check-jsonschema here")
    schema = ("--builtin-schema", "vendor.compose-spec")
    done = run(sys.executable, "-m", "check_jsonschema", *schema, DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout


def test_every_process_of_the_compose_file_is_confined_and_has_its_secrets_from_files(compose: Any) -> None:
    ours = {name: service for name, service in compose["services"].items() if name != "database"}
    assert {service["command"][0] for service in ours.values()} == {"schedule", "work", "dispatch", "serve"}
    known = {name for setting in SETTINGS for name in (setting.name, setting.twin)}
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["tmpfs"] == ["/tmp"]
        assert set(service["environment"]) <= known
        assert "WGWATCH_DATABASE_URL" not in service["environment"]
        assert set(service["secrets"]) <= set(compose["secrets"])
    assert ours["work"]["deploy"]["replicas"] == 2
    assert all(port.startswith("127.0.0.1:") for port in ours["serve"]["ports"])


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that there is here."""
    folder = tmp_path_factory.mktemp("units")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text()
        assert path.suffix == ".timer" or "ExecStart=/opt/wgwatch/bin/wgwatch " in text
        (folder / path.name).write_text(text.replace("/opt/wgwatch/bin/wgwatch", "/bin/true"))
    return folder


def test_systemd_finds_no_mistake_in_the_units(units: Path) -> None:
    done = run(tool("systemd-analyze"), "verify", *sorted(units.iterdir()))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_units_are_as_confined_as_systemd_can_make_them(units: Path, unit: Path) -> None:
    security = (tool("systemd-analyze"), "security", "--offline=true", "--no-pager")
    said = run(*security, units / unit.name).stdout
    if not said:
        pytest.skip("this systemd does not judge units that are not loaded")
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert found
    assert float(found[1]) <= EXPOSURE


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_units_run_as_a_user_of_their_own_and_not_again_after_a_mistake_of_the_operator(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    service = parser["Service"]
    assert service["User"] == "wgwatch"
    if service.get("Type") != "oneshot":
        assert service["RestartPreventExitStatus"] == "2"


@pytest.fixture(scope="module")
def objects() -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "wgwatch.yaml").read_text()))


def test_the_objects_for_kubernetes_are_of_its_schemas(objects: list[Any]) -> None:
    if find_spec("kubernetes_validate") is None:
        pytest.skip("kubernetes-validate is not installed: it is large, and few need it")
    import kubernetes_validate

    for each in objects:
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


def test_every_process_in_kubernetes_is_confined_and_asked_whether_it_is_well(objects: list[Any]) -> None:
    specs = {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "Deployment"}
    assert specs.keys() == {f"wgwatch-{name}" for name in ("schedule", "work", "dispatch", "serve")}
    known = {name for setting in SETTINGS for name in (setting.name, setting.twin)}
    for spec in specs.values():
        [container] = spec["template"]["spec"]["containers"]
        assert spec["template"]["spec"]["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert {variable["name"] for variable in container["env"]} <= known
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
