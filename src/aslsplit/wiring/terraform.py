"""The wiring as a module of Terraform."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aslsplit.errors import DefinitionError
from aslsplit.findings import in_order
from aslsplit.render.templates import render_template
from aslsplit.wiring.model import Wiring
from aslsplit.wiring.templatefile import unreadable
from aslsplit.wiring.terraform_view import terraform_view

__all__ = ["terraform_files"]

_FOLDER: Final = "wiring/terraform"


def terraform_files(wiring: Wiring, user_templates: Path | None) -> Mapping[str, str]:
    """A file per machine, and those that every module has.

    Raises DefinitionError if Terraform would read a definition as what it is not.
    """
    if remarks := in_order(unreadable(wiring)):
        raise DefinitionError("the definitions cannot be filled in by Terraform", remarks)
    view = terraform_view(wiring)

    def rendered(name: str, **values: object) -> str:
        return render_template(f"{_FOLDER}/{name}.tf.j2", user_folder=user_templates, **view, **values)

    # No name ends in _override, which Terraform would take for something else.
    workflows = {f"{machine['id']}_workflow.tf": rendered("workflow", machine=machine) for machine in view["machines"]}
    return {**{f"{name}.tf": rendered(name) for name in ("main", "variables", "outputs")}, **workflows}
