"""The pages' templates. Every value is escaped; the templates are the only HTML of `gridsvc`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gridsvc.web.words import WORDS

FOLDER = Path(__file__).parent / "pages"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, *, language: str, **values: object) -> str:
    """Fill a template with values and with the words of a language."""
    words = {name: pair[language] for name, pair in WORDS.items()}
    return _environment().get_template(template).render(language=language, w=words, **values)


def problem_page(language: str, problem: Mapping[str, object]) -> str:
    """Show a problem to a person: what is wrong, what to do, and the way back."""
    return render("problem.html", language=language, problem=problem)
