"""The wiring as a construct of the AWS CDK, and an app around it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aslsplit.render.templates import render_template
from aslsplit.wiring.cdk_language import Language
from aslsplit.wiring.cdk_view import cdk_view
from aslsplit.wiring.model import Wiring

__all__ = ["cdk_files"]


def cdk_files(language: Language, wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    view = cdk_view(language, wiring)
    return {
        file: render_template(f"wiring/cdk/{language.folder}/{file}.j2", user_folder=user_templates, **view)
        for file in language.files
    }
