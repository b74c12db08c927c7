"""The wiring as a template of CloudFormation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aslsplit.render.templates import render_template
from aslsplit.wiring.model import Machine, Wiring
from aslsplit.wiring.template_view import template_view

__all__ = ["cloudformation_files"]


def cloudformation_files(wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    name = "wiring/cloudformation/template.yaml.j2"
    return {"template.yaml": render_template(name, user_folder=user_templates, **template_view(wiring, _alias_id))}


def _alias_id(machine: Machine) -> str:
    return f"{machine.logical_id}Alias"
