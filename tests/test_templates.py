"""The door to templates: ours, the user's before ours, and what goes wrong told as an OutputError."""

from __future__ import annotations

from pathlib import Path

import pytest

from aslsplit.errors import OutputError
from aslsplit.render.templates import render_template, template_names


def test_the_templates_that_ship_are_listed() -> None:
    names = template_names()
    assert "contract/contract.md.j2" in names
    assert list(names) == sorted(names)


def test_a_template_of_the_user_comes_first(folder: Path) -> None:
    write(folder, "contract/contract.md.j2", "ours is {{ name }}\n")
    assert render_template("contract/contract.md.j2", user_folder=folder, name="better") == "ours is better\n"


def test_values_may_have_any_name_and_are_not_escaped(folder: Path) -> None:
    write(folder, "page", "{{ user }} {{ name }}{% for item in items %}{{ item }}{% endfor %}")
    values = {"user": "a<b>", "name": "&", "items": [1, 2]}
    assert render_template("page", user_folder=folder, **values) == "a<b> &12"


def test_a_line_that_holds_only_a_tag_leaves_no_line_behind(folder: Path) -> None:
    write(folder, "page", "a\n  {% if true %}\nb\n  {% endif %}\nc\n")
    assert render_template("page", user_folder=folder) == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ absent }}", "'absent' is undefined"),
        ("{{ value.absent }}", "has no attribute 'absent'"),
        ("a\n{% if %}", 'template "page", line 2: '),
        ("{% include 'elsewhere' %}", 'there is no template "elsewhere"'),
        ("{% include '../secret' %}", "there is no template"),
        ("{{ value.__class__.__mro__ }}", "unsafe"),
        ("{{ value.append(1) }}", "unsafe"),
    ],
)
def test_what_goes_wrong_is_an_output_error(folder: Path, text: str, told: str) -> None:
    write(folder, "page", text)
    write(folder.parent, "secret", "secret")
    with pytest.raises(OutputError) as error:
        render_template("page", user_folder=folder, value=[])
    assert told in error.value.message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates"


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
