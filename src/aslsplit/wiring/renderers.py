"""Who writes the wiring in which language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from aslsplit.wiring.cdk import cdk_files
from aslsplit.wiring.cdk_language import PYTHON, TYPESCRIPT
from aslsplit.wiring.cloudformation import cloudformation_files
from aslsplit.wiring.model import Wiring
from aslsplit.wiring.sam import sam_files
from aslsplit.wiring.target import Target
from aslsplit.wiring.terraform import terraform_files

__all__ = ["RENDERERS", "Renderer"]

Renderer = Callable[[Wiring, Path | None], Mapping[str, str]]
"""From the wiring and the folder with templates of the user, to the texts of files by their names in the folder of the
wiring."""

RENDERERS: Final[Mapping[Target, Renderer]] = {
    Target.SAM: sam_files,
    Target.CLOUDFORMATION: cloudformation_files,
    Target.TERRAFORM: terraform_files,
    Target.CDK: partial(cdk_files, TYPESCRIPT),
    Target.CDK_PYTHON: partial(cdk_files, PYTHON),
}
