"""Who writes the wiring in which language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from aslsplit.wiring.cdk import cdk_files
from aslsplit.wiring.cdk_language import PYTHON, TYPESCRIPT
from aslsplit.wiring.dialect import CLOUDFORMATION, SAM, Dialect, template_files
from aslsplit.wiring.model import Wiring
from aslsplit.wiring.target import Target
from aslsplit.wiring.terraform import terraform_files

__all__ = ["DIALECTS", "RENDERERS", "Renderer"]

Renderer = Callable[[Wiring, Path | None], Mapping[str, str]]
"""From the wiring and the folder with templates of the user, to the texts of files by their names in the folder of the
wiring."""

RENDERERS: Final[Mapping[Target, Renderer]] = {
    Target.SAM: partial(template_files, SAM),
    Target.CLOUDFORMATION: partial(template_files, CLOUDFORMATION),
    Target.TERRAFORM: terraform_files,
    Target.CDK: partial(cdk_files, TYPESCRIPT),
    Target.CDK_PYTHON: partial(cdk_files, PYTHON),
}

DIALECTS: Final[Mapping[Target, Dialect]] = {Target.SAM: SAM, Target.CLOUDFORMATION: CLOUDFORMATION}
"""In which children can be added to a template that is there."""
