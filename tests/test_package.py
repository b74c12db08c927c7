"""What people install: the wheel, in an environment that has never seen this checkout."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import aslsplit

ROOT = Path(__file__).parents[1]
VERSION = aslsplit.__version__

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
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders, each with a source distribution and the wheel that was built from it, at the same time but from
    copies that agree in nothing but their text."""
    folder = tmp_path_factory.mktemp("built")
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "build", "dist")
    builds = []
    for name, mask, hash_seed in (("one", "022", "1"), ("a longer/two", "077", "2")):
        checkout = folder / name / "checkout"
        shutil.copytree(ROOT, checkout, ignore=ignored)
        for path in checkout.rglob("*"):
            if mask == "077":
                path.chmod(0o700 if path.is_dir() or path.stat().st_mode & 0o100 else 0o600)
                os.utime(path, (1e9, 1e9))
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(checkout.parent / "dist")]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        builds.append(
            subprocess.Popen(
                command,
                cwd=checkout,
                env=environment,
                umask=int(mask, 8),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    for build in builds:
        told, _ = build.communicate()
        assert build.returncode == 0, told
    return folder / "one" / "dist", folder / "a longer/two" / "dist"


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, Path]) -> Path:
    (found,) = built[0].glob("*.whl")
    return found


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


def test_the_same_source_gives_the_same_bytes(built: tuple[Path, Path]) -> None:
    one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in built)
    assert sorted(one) == [f"aslsplit-{VERSION}-py3-none-any.whl", f"aslsplit-{VERSION}.tar.gz"]
    assert [name for name in one if one[name] != other[name]] == []


def test_the_source_distribution_is_the_checkout(built: tuple[Path, Path]) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0 or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git")
    tracked = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    (source,) = built[0].glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert sorted(tracked - names) == []


def test_the_metadata_say_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_string(archive.read(f"aslsplit-{VERSION}.dist-info/METADATA").decode())
        assert f"aslsplit-{VERSION}.dist-info/licenses/LICENSE" in archive.namelist()
        assert "aslsplit/plan/boundaries.schema.json" in archive.namelist()
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()


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
