"""The one way to a template: ours ship with the package, and a folder of the user's may override them by name.

Templates lay out what is not JSON. A name is relative to the templates folder and uses forward slashes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aslsplit.errors import OutputError

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["render_template", "template_names", "template_text"]


def render_template(name: str, /, *, user_folder: Path | None = None, **values: object) -> str:
    """Raises OutputError when the template is missing, is not valid jinja, or uses a value it was not given."""
    # Loading jinja2 costs more than most commands take, and most commands render nothing.
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        return _environment(user_folder).get_template(name).render(values)
    except TemplateNotFound as error:
        raise OutputError(f'there is no template "{error.name}"') from error
    except TemplateSyntaxError as error:
        raise OutputError(f'template "{error.name or name}", line {error.lineno}: {error.message}') from error
    except TemplateError as error:
        raise OutputError(f'template "{name}": {error}') from error


def template_text(name: str) -> str:
    """What ships beside the templates and is put in as it is: style sheets and scripts."""
    return (_shipped_folder() / name).read_text(encoding="utf-8")


def template_names() -> tuple[str, ...]:
    """The templates that ship, sorted."""
    folder = _shipped_folder()
    files = (path for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(path.relative_to(folder).as_posix() for path in files))


@cache
def _environment(user_folder: Path | None) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [_shipped_folder()] if user_folder is None else [user_folder, _shipped_folder()]
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        # Whatever is put into a page or a picture is text, unless the template says that it is not.
        autoescape=lambda name: name is not None and name.endswith((".html.j2", ".svg.j2")),
        keep_trailing_newline=True,
        # A line that holds only a tag leaves no line behind.
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shipped_folder() -> Path:
    package = Path(__file__).parents[1]
    installed = package / "templates"
    if installed.is_dir():
        return installed
    # In a checkout they lie at the top, beside src/.
    return package.parents[1] / "templates"
