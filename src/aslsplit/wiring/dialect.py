"""SAM and CloudFormation: two dialects of one kind of template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Final

from aslsplit.asl.embedding import read_template
from aslsplit.asl.source import Source
from aslsplit.render.templates import TemplateFailure, render_template
from aslsplit.wiring.model import Machine, Wiring
from aslsplit.wiring.template_view import template_view

__all__ = ["CLOUDFORMATION", "SAM", "Dialect", "rendered", "template_files"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """``folder`` is where its templates lie. ``serverless``: with the resources of SAM."""

    folder: str
    serverless: bool

    def alias_id(self, wiring: Wiring, machine: Machine) -> str:
        """The logical id of a machine's alias."""
        if self.serverless:
            # As the transform of SAM names what AutoPublishAlias makes.
            return f"{machine.logical_id}Alias{wiring.settings.alias}"
        return f"{machine.logical_id}Alias"


SAM: Final = Dialect("wiring/sam", True)
CLOUDFORMATION: Final = Dialect("wiring/cloudformation", False)


def template_files(dialect: Dialect, wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    view = template_view(wiring, lambda machine: dialect.alias_id(wiring, machine))
    return {"template.yaml": rendered(f"{dialect.folder}/template.yaml.j2", user_templates, view).text}


def rendered(name: str, user_templates: Path | None, values: Mapping[str, object], *, below: str = "") -> Source:
    """``below`` is a key under which the text is put, so that comments above its first line belong to it.

    Raises TemplateFailure also when what the template makes cannot be read as YAML.
    """
    text = render_template(name, user_folder=user_templates, **values)
    if below:
        text = f"{below}:\n\n{indent(text, '  ')}"
    source, problems = read_template(name.removesuffix(".j2"), text.encode("utf-8", "surrogatepass"))
    if source is None or problems:
        first = problems[0]
        line = first.span.line if first.span else 1
        written = text.splitlines()[line - 1].strip() if text.strip() else ""
        raise TemplateFailure(name, None, f'what it makes cannot be read: {first.message}, at "{written}"')
    return source
