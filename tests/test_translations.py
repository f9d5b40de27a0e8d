"""Every text of the pages is translated, and every page of ours says nothing in Vietnamese to an English reader.

Later pages join by themselves: templates and page code are scanned, and every address is visited.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client
from django.utils.translation.template import templatize

from addresses import ALLAUTH, address, routes, walkers
from motcua.engine.accounts.models import User
from motcua.engine.clients.api import declared_scopes
from motcua.engine.events.api import event_types
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer
from motcua.reports.audit.models import ReportAudit
from motcua.reports.forms.definitions import form_set
from motcua.web.declared_text import declared_texts

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "motcua"
LOCALE = PACKAGE / "web" / "locale"
LANGUAGES = ("vi", "en")
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
GAP = re.compile(r"%\(\w+\)[sd]|(?<!{){\w+}(?!})|</?\w+>")
GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "say",
}
# Numbers of legal acts keep their letters in every language.
ACT = re.compile(r"\d+/\d+/(?:NĐ-CP|QĐ-TTg)")
# Other tests of the same process declare events of their own.
MADE_BY_TESTS = "test:"
OUTDATED = "run `make messages` and translate what it adds"


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def translations(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# --- the catalogues


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language):
    poor = [e.msgid for e in catalogue(language) if e.fuzzy or e.obsolete or not all(translations(e))]
    assert not poor, f"{language}: {poor}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_gaps_and_tags_are_kept(language):
    wrong = [
        (entry.msgid, text)
        for entry in catalogue(language)
        for text in translations(entry)
        if sorted(GAP.findall(text)) != sorted(GAP.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not wrong, wrong


def test_english_is_not_vietnamese():
    """But for numbers of acts, and words that instructions quote because they must be typed so."""
    words = "Số liệu|Ghi chú|“không áp dụng”|“chưa đến kỳ”|Xã|Phường|Thị trấn|Đặc khu"
    kept = re.compile(f"{ACT.pattern}|{words}")
    left = [e.msgid for e in catalogue("en") for t in translations(e) if VIETNAMESE.search(kept.sub("", t))]
    assert not left, left


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_up_to_date(language):
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))

    def content(entries):
        return {(e.msgctxt, e.msgid): translations(e) for e in entries}

    assert content(compiled) == content(catalogue(language)), OUTDATED


# --- the source against the catalogues


def sources(suffixes: set[str]) -> list[Path]:
    return sorted(
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in suffixes and not {"tests", "migrations", "static"} & set(path.parts)
    )


def templates() -> list[Path]:
    return [path for path in sources({".html", ".txt"}) if "templates" in path.parts]


def texts_of_code(path: Path) -> Iterator[str]:
    """What the gettext calls of a module name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and called(node) in GETTEXT and node.args:
            text = node.args[1 if called(node).startswith("pgettext") else 0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def texts_of_template(path: Path) -> Iterator[str]:
    """What the translate tags of a template name; Django itself turns them into calls for xgettext."""
    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for name, arguments in re.findall(
        r"\b(n?p?gettext)\(((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"),? ?)+)", calls
    ):
        found = [ast.literal_eval(text.lstrip("u")) for text in re.findall(LITERAL, arguments)]
        yield found[1 if name == "pgettext" else 0]


LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"


def test_catalogue_knows_every_text_of_the_source():
    known = {entry.msgid for entry in catalogue("en")}
    named = {text: path for path in sources({".py"}) for text in texts_of_code(path)}
    named |= {text: path for path in templates() for text in texts_of_template(path)}
    assert len(named) > 500
    missing = [f"{path.relative_to(PACKAGE)}: {text}" for text, path in named.items() if text not in known]
    assert not missing, f"{OUTDATED}: {missing}"


def test_catalogue_knows_every_declared_text():
    known = {entry.msgid for entry in catalogue("en")}
    of_tests = {kind.pattern for kind in event_types() if kind.code.startswith(MADE_BY_TESTS)}
    of_tests |= {one.label for one in declared_scopes() if one.code.startswith("test.")}
    declared = [(kind, text) for kind, text in declared_texts() if text not in of_tests]
    assert {kind for kind, _text in declared} >= {"permission", "event", "beat", "role", "unit", "rule"}
    assert not [text for _kind, text in declared if text not in known], OUTDATED


# --- nothing bare in templates and page code


def bare_text(template: str) -> list[str]:
    """Vietnamese a reader would see that no translate tag wraps. Values of options are sent, not shown."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", template, flags=re.DOTALL)
    text = re.sub(r"{%-?\s*blocktrans.*?{%\s*endblocktrans\w*\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*(?:translate|trans|if|elif)\b.*?%}", "", text, flags=re.DOTALL)
    text = re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", text)
    text = re.sub(r"""(<option[^>]*?)\bvalue="[^"]*\"""", r"\1", text)
    text = re.sub(r"""<(?!html)(\w+)[^>]*\blang="vi"[^>]*>.*?</\1>""", "", text, flags=re.DOTALL)
    return [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]


def test_bare_text_is_recognised():
    assert bare_text("<p>Xin chào</p>") == ["<p>Xin chào</p>"]
    assert bare_text("""{{ name|default:"chưa rõ" }}""")
    assert bare_text("""{% include "x.html" with label="Đơn vị" %}""")
    assert bare_text("""<input aria-label="Tìm kiếm">""")
    assert not bare_text("""<p>{% translate "Xin chào" %} {{ name|default:_("chưa rõ") }}</p>""")
    assert not bare_text("{% blocktranslate with n=1 %}Đã ghi {{ n }}{% endblocktranslate %}{# ghi chú #}")


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_template_wraps_all_it_says(path):
    assert not bare_text(path.read_text(encoding="utf-8"))


def bare_strings(code: str) -> list[str]:
    """Vietnamese strings outside gettext calls and docstrings."""
    tree = ast.parse(code)
    wrapped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in GETTEXT
        for argument in node.args
        for inner in ast.walk(argument)
    }
    documented = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VIETNAMESE.search(node.value)
        and node not in wrapped | documented
    ]


def test_bare_strings_are_recognised():
    assert bare_strings('x = "Đã ghi"') == ["Đã ghi"]
    assert bare_strings('x = f"Đã ghi {n} ô"') == ["Đã ghi ", " ô"]
    assert not bare_strings('"""Giải thích."""\nx = _("Đã ghi %(n)s ô") % {"n": 1}')


def page_code() -> list[Path]:
    return [
        path
        for path in sources({".py"})
        if "pages" in path.parts and path.name not in ("samples.py", "__init__.py")
    ]


@pytest.mark.parametrize("path", page_code(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_page_code_wraps_all_it_says(path):
    assert not bare_strings(path.read_text(encoding="utf-8"))


# --- the pages themselves, in English


class Shown(HTMLParser):
    """The texts of a page that a reader sees or hears, without what is marked as Vietnamese."""

    VOID = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "polygon", "line", "use"}
    HEARD = ("aria-label", "title", "placeholder", "alt")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hides = tag in ("script", "style") or (tag != "html" and given.get("lang") == "vi")
        if self.hidden or hides:
            if tag not in self.VOID:
                self.hidden.append(tag)
            return
        self.texts += [given[name] or "" for name in self.HEARD if name in given]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag in self.hidden:
            while self.hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


def data_texts() -> list[str]:
    """Everything Vietnamese that is data: what stands in the database, and the forms as the Ministry wrote them.

    Words that rooms declare stand there too (a role's label), but have a translation; only quoted they are data.
    """
    found: set[str] = set()
    for model in apps.get_models():
        if model.__module__.startswith("motcua."):
            for column in model._meta.concrete_fields:
                if isinstance(column, models.CharField | models.TextField | models.JSONField):
                    for value in model._default_manager.values_list(column.attname, flat=True):
                        found.update(strings(value))
    for form in form_set().forms.values():
        found.update(strings([form.title, form.title.partition(". ")[2]]))
        for row in form.rows:
            found.update(strings([row.label, row.unit, dict(row.choices)]))
    for relation in form_set().relations:
        found.update(strings([relation.note]))
    declared = {text for _kind, text in declared_texts()}
    # A step may be called as a word of ours: in quotation marks it is quoted from the data.
    found = (found - declared) | {f"“{text}”" for text in found & declared}
    vietnamese = {" ".join(text.split()) for text in found if VIETNAMESE.search(text)}
    return sorted(vietnamese, key=len, reverse=True)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


@lru_cache(maxsize=1)
def english_texts() -> set[str]:
    return {text for entry in catalogue("en") for text in translations(entry)}


def vietnamese_left(html: str, data: list[str]) -> list[str]:
    """Texts of a page that are Vietnamese when all data is taken out of them."""
    left, exact = [], english_texts().union(data)
    for text in Shown(html).texts:
        if VIETNAMESE.search(text) and text not in exact and f"({MADE_BY_TESTS}" not in text:
            rest = text
            for known in data:
                if known in rest:
                    rest = rest.replace(known, "")
            rest = ACT.sub("", rest)
            if VIETNAMESE.search(rest):
                left.append(text)
    return left


def english_client(username: str) -> tuple[Client, Viewer]:
    client = Client(raise_request_exception=False)
    viewer = Viewer(AnonymousUser())
    if username:
        user = User.objects.get(username=username)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        viewer = Viewer(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client, viewer


@pytest.mark.django_db
@pytest.mark.parametrize("username", walkers(["", "quantri", "dieuphoi", "phantich"], {"", "dieuphoi"}))
def test_every_page_speaks_english(demo, username):
    cache.clear()
    client, viewer = english_client(username)
    left, seen = [], set()
    with transaction.atomic():
        pages = {name: address(route, viewer) for name, route in english_pages(viewer).items()}
        data = data_texts()
        for name, path in pages.items():
            answer = client.get(path)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                seen.add(name)
                html = answer.content.decode()
                left += [f"{name}: {text}" for text in vietnamese_left(html, data)]
        transaction.set_rollback(True)
    assert {"web:home", "organisations:province"} <= seen
    assert not left, "\n".join(left)


def english_pages(viewer: Viewer) -> dict[str, object]:
    """Pages the viewer may open, and allauth's that are public."""
    return {
        route.name: route
        for route in routes()
        if route.access is not None
        and "GET" in route.access.methods
        and (route.name not in ALLAUTH or not route.parameters)
        and (route.access.rule == PUBLIC or viewer.signed_in)
        and (route.access.rule in (PUBLIC, SIGNED_IN) or viewer.may(route.access.rule))
    }


@pytest.mark.django_db
def test_an_audit_speaks_english_around_its_findings(demo):
    """What a finding says is in the report's language; all around it is in the reader's."""
    cache.clear()
    client, _viewer = english_client("phantich")
    with transaction.atomic():
        slug = re.search(r'action="([^"]*mau[^"]*)"', client.get(address_of("audit:list")).content.decode())
        assert slug is not None
        answer = client.post(slug.group(1), follow=True)
        assert answer.status_code == 200 and ReportAudit.objects.filter(owner__username="phantich").exists()
        assert answer.content.count(b"au-card") > 3
        data = data_texts()
        left = vietnamese_left(answer.content.decode(), data)
        transaction.set_rollback(True)
    assert not left, "\n".join(left)


def address_of(name: str) -> str:
    return address(next(route for route in routes() if route.name == name), Viewer(AnonymousUser()))
