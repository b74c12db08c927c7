"""The one way to a template: ours ship with the package, and a folder of the user's may override them by name.

Templates lay out what is not JSON. A name is relative to the templates folder and uses forward slashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aslsplit.errors import OutputError

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["TemplateFailure", "render_template", "template_names", "template_text"]


class TemplateFailure(OutputError):
    """``template`` is its name, ``line`` where it failed if that is known, ``what`` the reason."""

    def __init__(self, template: str, line: int | None, what: str) -> None:
        place = f", line {line}" if line else ""
        super().__init__(f'template "{template}"{place}: {what}')
        self.template, self.line, self.what = template, line, what


def render_template(name: str, /, *, user_folder: Path | None = None, **values: object) -> str:
    """Raises TemplateFailure when the template is missing, is not valid jinja, uses a value it was not given, or does
    what cannot be done with one."""
    # Loading jinja2 costs more than most commands take, and most commands render nothing.
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    from aslsplit.render.metering import fresh_budget

    folders = (_shipped_folder(),) if user_folder is None else (user_folder, _shipped_folder())
    fresh_budget()
    try:
        return _environment(folders).get_template(name).render(values)
    except TemplateNotFound as error:
        raise TemplateFailure(*_place(error, folders, name), f'there is no template "{error.name}"') from error
    except TemplateSyntaxError as error:
        raise TemplateFailure(error.name or name, error.lineno, error.message or "this is no template") from error
    except (TemplateError, *_FAILURES) as error:
        raise TemplateFailure(*_place(error, folders, name), str(error) or type(error).__name__) from error


# What a template of people's, in python or in the middle of reading it, may come to.
_FAILURES = (
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
    RecursionError,
    MemoryError,
    SyntaxError,
    OSError,
)


def _place(error: BaseException, folders: Sequence[Path], name: str) -> tuple[str, int | None]:
    """The innermost template in which it happened, and the line: jinja puts both into the traceback."""
    place: tuple[str, int | None] = (name, None)
    traceback = error.__traceback__
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        inside = next((folder for folder in folders if file.is_relative_to(folder)), None)
        if inside is not None:
            place = file.relative_to(inside).as_posix(), traceback.tb_lineno
        traceback = traceback.tb_next
    return place


def template_text(name: str) -> str:
    """What ships beside the templates and is put in as it is: style sheets and scripts."""
    return (_shipped_folder() / name).read_text(encoding="utf-8")


def template_names() -> tuple[str, ...]:
    """The templates that ship, sorted."""
    folder = _shipped_folder()
    files = (path for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(path.relative_to(folder).as_posix() for path in files))


@cache
def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from aslsplit.render.metering import MeteredEnvironment, TemplateFolders

    ours = len(folders) == 1
    return (ImmutableSandboxedEnvironment if ours else MeteredEnvironment)(
        loader=TemplateFolders(folders),
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
