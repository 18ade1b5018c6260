"""HTML from the templates of this folder; every value is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

FILES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(template: str, **values: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(rendered(template, **values))


def rendered(template: str, **values: Any) -> str:
    """A page, or a part of one."""
    return _ENVIRONMENT.get_template(template).render(values)
