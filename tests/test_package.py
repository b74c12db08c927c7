"""What people install: the wheel, in an environment that has never seen this checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import aslsplit

ROOT = Path(__file__).parents[1]

# The wheel is tested, not the resolver: dependencies come from the environment that runs the tests.
RENDER_EVERY_TEMPLATE = """
import json, sys
from pathlib import Path
from unittest.mock import MagicMock
import jinja2.meta
import aslsplit.render.templates as templates

shipped = Path(templates.__file__).parents[1] / "templates"
names = [name for name in templates.template_names() if name.endswith(".j2")]
trees = [jinja2.Environment().parse((shipped / name).read_text(encoding="utf-8")) for name in names]
# Stand in for any value, of the template and of those that it includes: every one must at least render to the end.
values = {value: MagicMock() for tree in trees for value in jinja2.meta.find_undeclared_variables(tree)}
rendered = {name: len(templates.render_template(name, **values)) for name in names}
json.dump({"package": templates.__file__, "names": templates.template_names(), "rendered": rendered}, sys.stdout)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # By way of the source distribution, and from a copy, so that only what is listed is there.
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "build", "dist")
    shutil.copytree(ROOT, checkout, ignore=ignored)
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)], cwd=checkout)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of executables of a clean environment that has the wheel."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    python = str(binaries / "python")
    run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", str(wheel)])
    # Only after ours, and by path: an editable install of the checkout must not come along.
    (site_packages,) = folder.glob("**/site-packages")
    (site_packages / "dependencies.pth").write_text(site_packages_of_the_tests(), encoding="utf-8")
    return binaries


def test_the_wheel_carries_types_and_every_template(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {
        f"aslsplit/templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert "aslsplit/py.typed" in names
    assert templates and templates <= names
    strays = {name for name in names if not name.startswith(("aslsplit/", "aslsplit-"))}
    assert not strays


def test_the_command_tells_its_version(installed: Path) -> None:
    assert run([str(installed / "aslsplit"), "--version"]).strip() == f"aslsplit {aslsplit.__version__}"


def test_templates_are_found_and_rendered_from_the_wheel(installed: Path) -> None:
    report = json.loads(run([str(installed / "python"), "-c", RENDER_EVERY_TEMPLATE]))
    assert Path(report["package"]).is_relative_to(installed.parent)
    assert "contract/contract.md.j2" in report["rendered"]
    assert set(report["rendered"]) == {name for name in report["names"] if name.endswith(".j2")}


def run(command: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def site_packages_of_the_tests() -> str:
    # .pth files inside a folder named by a .pth file are not read, so editable installs stay behind.
    import networkx

    return str(Path(networkx.__file__).parents[1])
