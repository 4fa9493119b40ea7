"""The shape of the project: imports, sizes, who may make HTML, who may call an endpoint."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

from fastapi.params import Depends
from fastapi.routing import APIRoute

from gridsvc.app import MODULES
from gridsvc.briefings.pages import AtBriefings
from gridsvc.casework.looking import AtCase
from gridsvc.casework.seat import AtCases
from gridsvc.http import requires
from gridsvc.http.deps import read_session, service_session, write_session
from gridsvc.indicators.pages import AtIndicators
from gridsvc.planning.desk import AtDesk
from gridsvc.schemes.pages import AtCategories
from gridsvc.signin.browsing import OwnSession, SentByVisitor
from gridsvc.web.page import IncidentViewer, PlanViewer, Viewer, Visitor
from gridsvc.whistles.pages import AtWhistles

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("gridsvc", "geodata", "maps")
LONGEST_FILE = 400

MAKES_HTML = {"maps/popups.py"}
"""The one module that makes HTML from text; pages are templates beside it."""
TRUSTS_HTML = MAKES_HTML | {"maps/page.py"}
"""And the one that puts the map library's own output into a page."""

PUBLIC = {
    "GET /favicon.ico",
    "GET /healthz",
    "GET /readyz",
    "POST /v1/tokens",
    "GET /login",
    "POST /login",
    "GET /login/code",
    "POST /login/code",
    "GET /login/enrolment",
    "POST /login/enrolment",
    "GET /login/password",
    "POST /login/password",
    "GET /login/with/{provider}",
    "GET /login/with/{provider}/back",
    "POST /logout",
    "GET /",
}
"""What anybody may call. The start page sends who is not signed in to the login page, and so do the
pages of a sign-in whoever has not begun one."""


def product_files(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *PRODUCT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if name.endswith(suffixes)]


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


class TestImports:
    def test_every_contract_is_kept(self) -> None:
        # A process of its own: it silences every logger that it finds.
        linted = subprocess.run(
            [Path(sys.executable).with_name("lint-imports")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert linted.returncode == 0, linted.stdout

    def test_every_folder_has_its_layer(self) -> None:
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
        layers = next(c["layers"] for c in settings["contracts"] if c["type"] == "layers")
        listed = {name.strip() for layer in layers for name in layer.split("|")}
        folder = ROOT / "gridsvc"
        packages = {f"gridsvc.{found.parent.name}" for found in folder.glob("*/__init__.py")}
        modules = {f"gridsvc.{found.stem}" for found in folder.glob("*.py")} - {"gridsvc.__init__"}
        assert listed == packages | modules | {"maps", "geodata"}


def test_every_file_is_short() -> None:
    lengths = {named(file): len(lines(file)) for file in product_files(".py", ".js")}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def offenders(pattern: str, *suffixes: str, allowed: Collection[str] = ()) -> list[str]:
    """List the lines of the product's files that match a pattern."""
    return [
        f"{named(file)}:{number}: {line}"
        for file in product_files(*suffixes)
        if named(file) not in allowed
        for number, line in enumerate(lines(file), start=1)
        if re.search(pattern, line)
    ]


class TestHtml:
    def test_no_text_in_code_is_a_tag(self) -> None:
        tag = re.compile(r"<(/?[a-z][a-z0-9]*(\s[^>]*)?/?>|!--|!doctype)", re.IGNORECASE)
        found = {
            named(file): [text for text in texts(file) if tag.search(text)]
            for file in product_files(".py")
            if named(file) not in MAKES_HTML
        }
        assert {name: tags for name, tags in found.items() if tags} == {}

    def test_no_text_is_declared_safe(self) -> None:
        trusting = r"\bMarkup\(|autoescape=False|noqa: S704"
        assert offenders(trusting, ".py", allowed=TRUSTS_HTML) == []

    def test_no_template_lets_text_through(self) -> None:
        assert offenders(r"\|\s*safe\b|autoescape\s+false", ".html", ".jinja") == []


NAMED_GROUP = re.compile(r"\(\?P<\w+>")
"""A regular expression's own angle brackets."""


def texts(file: Path) -> Iterator[str]:
    """Every string of a module that is not a docstring."""
    tree = ast.parse(file.read_text())
    described = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in described:
            yield NAMED_GROUP.sub("", text)


BANNED = (
    # Put together here, so that this file does not hold what it looks for.
    *("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "yarnpkg" + ".com"),
    *("un" + "pkg.com", "js" + "delivr", "cdn" + "js", "google" + "apis.com", "g" + "static.com"),
    *("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/"),
)


def test_no_tracked_file_names_a_registry_or_this_machine() -> None:
    pattern = "|".join(re.escape(name) for name in BANNED)
    found = subprocess.run(
        ["git", "grep", "-nIiE", pattern], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""
    assert found.returncode == 1  # 1 is "nothing found"; anything else is a fault of the search


def endpoints() -> list[tuple[str, APIRoute]]:
    """Every endpoint, as `GET /path`, with its route."""
    routes = [route for module in MODULES for route in module.router.routes]
    assert all(isinstance(route, APIRoute) for route in routes)
    return [
        (f"{method} {route.path}", route)
        for route in routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]


def hints(route: APIRoute) -> list[Any]:
    return list(get_type_hints(route.endpoint, include_extras=True).values())


PAGES = (
    OwnSession,
    SentByVisitor,
    AtBriefings,
    AtDesk,
    AtCase,
    AtCases,
    AtCategories,
    AtIndicators,
    Viewer,
    IncidentViewer,
    PlanViewer,
    Visitor,
    AtWhistles,
)


def callers() -> list[Any]:
    """The types that make a signature say who may call."""
    named_types = [value for name, value in vars(requires).items() if name.startswith("Can")]
    return [requires.Caller, *PAGES, *named_types]


SESSIONS = {read_session, service_session, write_session}


class TestEndpoints:
    def test_each_signature_says_who_may_call(self) -> None:
        guards = callers()
        open_to_all = {
            name for name, route in endpoints() if not any(hint in guards for hint in hints(route))
        }
        assert open_to_all == PUBLIC

    def test_sessions_end_before_the_answer_leaves(self) -> None:
        """A session that is committed after the answer makes a 201 of what was not kept."""
        late = [
            name
            for name, route in endpoints()
            for hint in hints(route)
            for extra in get_args(hint)[1:]
            if isinstance(extra, Depends) and extra.dependency in SESSIONS
            if extra.scope != "function"
        ]
        assert late == []
