"""What templates of people cannot do: reach out of their sandbox or their folder, or go on for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aslsplit.render.templates import TemplateFailure, render_template


class Held:
    """As the values are that templates are given: an object with fields and methods."""

    name = "held"

    def method(self) -> str:
        return "called"


VALUES = {"name": "payment", "names": ["a", "b"], "held": Held(), "settings": {"alias": "live"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    return folder


def rendered(folder: Path, text: str) -> str:
    (folder / "page").write_text(text)
    return render_template("page", user_folder=folder, **VALUES)


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('__cla' ~ 'ss__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ held.__init__ }}",
    "{{ held.method.__globals__ }}",
    "{{ held.method.__func__.__code__ }}",
    "{{ held|attr('method')|attr('__globals__') }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ range.__class__ }}",
    "{{ dict.mro() }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{0.__class__.__mro__}'.format('') }}",
    "{{ '{x.__globals__}'.format_map({'x': held.method}) }}",
    "{{ '{}'.format|attr('__self__') }}",
    "{{ ('{0.__class__}'|attr('format'))(1) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    "{{ names|map('format')|list|first|attr('__class__') }}",
    "{{ ''|tojson|attr('__html__')|attr('__func__') }}",
    "{% for x in names.__iter__.__self__.__class__.__mro__ %}{{ x }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ caller.__init__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{{ names.append('c') }}",
    "{{ names.clear() }}",
    "{{ settings.update(alias='x') }}",
    "{{ settings.pop('alias') }}",
    "{% set settings.alias = 'x' %}",
    "{{ config }}",
    "{{ request }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ __import__('os') }}",
    "{{ open('/etc/passwd') }}",
    "{{ url_for.__globals__ }}",
    "{% import 'os' as os %}",
    "{% raw %}{% endraw %}{{ ''.__doc__.__class__ }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_leads_out_of_the_sandbox(folder: Path, text: str) -> None:
    with pytest.raises(TemplateFailure) as told:
        rendered(folder, text)
    assert "secret" not in told.value.message
    assert VALUES["names"] == ["a", "b"]
    assert VALUES["settings"] == {"alias": "live"}


# These raise nothing, and show nothing.
HARMLESS = [
    "{{ names|map(attribute='__class__')|list }}",
    "{{ names|map('attr', '__class__')|list }}",
    "{{ '{0.__class__}'|map('format')|list }}",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_cannot_be_had_is_nothing(folder: Path, text: str) -> None:
    assert "<class" not in rendered(folder, text)


BOMBS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(10000000) %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
    "{% for a in range(99999) %}" + "x" * 9999 + "{% endfor %}",
    "{% set ns = namespace(s='x' * 99) %}{% for a in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "{% set ns = namespace(s='x' * 99) %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
    "{% set ns = namespace(s='x') %}{% for a in range(99) %}{% set ns.s = ns.s|replace('x', 'xx') %}{% endfor %}",
    "{% set ns = namespace(s='x') %}{% for a in range(99) %}{% set ns.s = ns.s.replace('x', 'xxx') %}{% endfor %}",
    "{% set ns = namespace(l=['x']) %}{% for a in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
    "{% set ns = namespace(l=['x']) %}{% for a in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
    "{% set ns = namespace(n=9) %}{% for a in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
    "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}"
    "{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
    "{% set ns = namespace(a=[1]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a|tojson }}",
    "{% set s = 'x' * 999999 %}{% for a in range(9999) %}{% set t = s[:] %}{% endfor %}",
    "{% set s = 'x' * 999999 %}{% for a in range(9999) %}{% set t = s|upper %}{% endfor %}",
    "{% set s = 'x' * 999999 %}{% for a in range(9999) %}{% if s ~ 'y' == s ~ 'z' %}{% endif %}{% endfor %}",
    "{{ 'x' * 10000000000 }}",
    "{{ ['x'] * 10000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 2 ** 10000000000 }}",
    "{{ '%10000000000d' % 1 }}",
    "{{ '%*d' % (10000000000, 1) }}",
    "{{ '%10000000000d'|format(1) }}",
    "{{ '%.10000000000f'|format(1) }}",
    "{{ '{:10000000000}'.format(1) }}",
    "{{ 'x'|center(10000000000) }}",
    "{{ 'x'.center(10000000000) }}",
    "{{ 'x'.ljust(10000000000) }}",
    "{{ 'x'.zfill(10000000000) }}",
    "{{ '\t'.expandtabs(10000000000) }}",
    "{{ 'x\ny'|indent(10000000000) }}",
    "{{ 'x'|batch(10000000000, 'y')|list }}",
    "{{ [1]|slice(10000000000)|list }}",
    "{{ lipsum(n=10000000000) }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(99) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'page' %}",
    "{% set n = (n if n is defined else 30) - 1 %}{% if n %}{% include 'page' %}{% include 'page' %}{% endif %}",
    "{% for a in [[]] recursive %}{{ loop([a, a]) }}{% endfor %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "[" * 20_000 + "]" * 20_000 + " }}",
    "{{ 1 " + "+ 1 " * 20000 + "}}",
    "x" * (1 << 20) + "x",
]


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:60])
def test_every_template_ends(folder: Path, text: str) -> None:
    with pytest.raises(TemplateFailure):
        rendered(folder, text)


ORDINARY = {
    "{% for n in names %}{{ loop.index }}/{{ loop.length }} {{ n }}{% if not loop.last %}, {% endif %}{% endfor %}":
        "1/2 a, 2/2 b",
    "{{ names|join(', ') }} {{ name|upper }} {{ name ~ '-' ~ 1 }}": "a, b PAYMENT payment-1",
    "{{ names|map('upper')|list|tojson }} {{ settings|tojson }}": '["A", "B"] {"alias": "live"}',
    "{{ held.name }} {{ held.method() }} {{ settings.alias }} {{ settings.items()|list }}":
        "held called live [('alias', 'live')]",
    "{% macro m(x) %}{{ x }}{{ caller() if caller is defined }}{% endmacro %}{{ m(1) }}{% call m(2) %}!{% endcall %}":
        "12!",
    "{% set ns = namespace(n=0) %}{% for i in range(5) %}{% set ns.n = ns.n + i * 2 %}{% endfor %}{{ ns.n }}": "20",
    "{{ '%-5s|%03d' % ('a', 7) }} {{ 'x'|center(5) }} {{ name[:3] }} {{ 'a' in names }} {{ 1 < 2 < 3 }}":
        "a    |007   x   pay True True",
    "{{ 'a-b'.replace('-', '_') }} {{ 'a-b'|replace('-', '+') }} {{ 2 ** 10 }} {{ range(100000, 100003)|list }}":
        "a_b a+b 1024 [100000, 100001, 100002]",
    "{{ names|batch(1)|list }} {{ [3, 1]|sort }} {{ 'x' is string }} {{ names|selectattr('x', 'undefined')|list }}":
        "[['a'], ['b']] [1, 3] True ['a', 'b']",
    "{% filter upper %}{{ name }}{% endfilter %}{% set b %}<{{ name }}>{% endset %}{{ b }}": "PAYMENT<payment>",
}  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_what_templates_are_for_goes_on(folder: Path, text: str) -> None:
    assert rendered(folder, text) == ORDINARY[text]


def test_templates_build_on_each_other(folder: Path) -> None:
    (folder / "base").write_text("<{% block body %}base{% endblock %}{{ self.body() }}>")
    (folder / "macros").write_text("{% macro m(x) %}({{ x }}){% endmacro %}")
    text = "{% extends 'base' %}{% from 'macros' import m %}{% block body %}{{ m(super()) }}{% endblock %}"
    assert rendered(folder, text) == "<(base)(base)>"


class TestFiles:
    @pytest.mark.parametrize("how", ["include", "import", "extends"])
    @pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "link", "linked/secret", "a\\..\\..\\secret", "a\0"])
    def test_no_file_but_templates(self, folder: Path, how: str, name: str) -> None:
        (folder / "link").symlink_to("../secret")
        (folder / "linked").symlink_to("..")
        tag = {"include": "include n", "import": "import n as m", "extends": "extends n"}[how]
        with pytest.raises(TemplateFailure) as told:
            rendered(folder, f"{{% set n = {name!r} %}}{{% {tag} %}}")
        assert told.value.message.count("secret") <= name.count("secret") * 2

    def test_what_is_no_plain_file(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        (folder / "round").symlink_to("round")
        (folder / "folder").mkdir()
        (folder / "zero").symlink_to("/dev/zero")
        for name in ("pipe", "round", "folder", "zero"):
            with pytest.raises(TemplateFailure):
                rendered(folder, f"{{% include '{name}' %}}")

    def test_a_link_inside_is_followed(self, folder: Path) -> None:
        (folder / "real").write_text("inside")
        (folder / "link").symlink_to("real")
        assert rendered(folder, "{% include 'link' %}") == "inside"


@pytest.mark.parametrize("text", ["{{ names }}", "{% include '/etc/passwd' %}", "{{ 1 / 0 }}", "{# x #}", "{%"])
def test_what_is_filled_in_is_no_template(folder: Path, text: str) -> None:
    (folder / "page").write_text("{{ given }}{% set again = given %}{{ again }}")
    assert render_template("page", user_folder=folder, given=text) == text * 2
