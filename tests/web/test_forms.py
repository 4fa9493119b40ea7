"""Forms say what they do by themselves: what a script sends is sent by nothing else."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

PAGES = sorted(
    (it for it in files("gridsvc.web").joinpath("pages").iterdir() if it.name.endswith(".html")),
    key=lambda it: it.name,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_form_puts_its_fields_into_an_address_by_default(page: Traversable) -> None:
    forms = re.findall(r"<form\b[^>]*>", page.read_text(encoding="utf-8"))
    assert all("method=" in form for form in forms)
    by_script = [form for form in forms if "data-call=" in form]
    assert all('method="dialog"' in form for form in by_script)
