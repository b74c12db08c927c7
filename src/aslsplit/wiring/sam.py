"""The wiring as a template of the AWS Serverless Application Model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aslsplit.render.templates import render_template
from aslsplit.wiring.model import Machine, Wiring
from aslsplit.wiring.template_view import template_view

__all__ = ["sam_files"]


def sam_files(wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    def alias_id(machine: Machine) -> str:
        # As the transform of SAM names what AutoPublishAlias makes.
        return f"{machine.logical_id}Alias{wiring.settings.alias}"

    name = "wiring/sam/template.yaml.j2"
    return {"template.yaml": render_template(name, user_folder=user_templates, **template_view(wiring, alias_id))}
