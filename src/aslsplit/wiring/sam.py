"""The wiring as a template of the AWS Serverless Application Model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aslsplit.render.templates import render_template
from aslsplit.wiring.model import Wiring

__all__ = ["sam_files"]


def sam_files(wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    return {"template.yaml": render_template("wiring/sam/template.yaml.j2", user_folder=user_templates, wiring=wiring)}
