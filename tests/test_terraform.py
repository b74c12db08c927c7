"""Definitions in Terraform's language: which there are, and that no text of such a file ends in a traceback."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.embedding import machines_named_in, read_definition, read_definitions
from aslsplit.asl.placeholders import TokenEnds
from aslsplit.asl.terraform import definitions_in, heredoc

MACHINE = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
CASES = {
    "a heredoc": (f'resource "aws_sfn_state_machine" "m" {{\n  definition = <<EOF\n{MACHINE}\nEOF\n}}\n', ["m"]),
    "a resource in old quotes and one line": ("resource aws_sfn_state_machine m { definition = local.d }", ["m"]),
    "another resource": ('resource "aws_ssm_document" "m" { definition = "x" }', []),
    "a comment": ('# resource "aws_sfn_state_machine" "m" { definition = <<EOF\n/* { \n */', []),
    "a comment that never ends": ('/* module "m" { definition = 1 }', []),
    "a comment between": ('/* { */ module "m" { definition = 1 } /* { */', ["m"]),
    "a block inside": ('resource "aws_sfn_state_machine" "m" {\n  inner {\n    definition = 1\n  }\n}', []),
    "a brace in a text": ('locals { a = "{" }\nmodule "m" {\n definition = "${join("}", [])}"\n}', ["m"]),
    "a brace in a heredoc": ('locals {\n a = <<-X\n  { "\n  X\n}\nmodule "m" {\n definition = 1\n}', ["m"]),
    "an escaped interpolation": ('locals { a = "$${" }\nmodule "m" { definition = 1 }', ["m"]),
    "a comparison": ('module "m" { a = definition == 1 }', []),
    "two": ('module "m" { definition = 1 }\nmodule "n" {\n  definition  =  2\n}', ["m", "n"]),
}


@pytest.mark.parametrize("title", CASES)
def test_the_definitions_there_are(title: str) -> None:
    text, resources = CASES[title]
    assert [found.resource for found in definitions_in(text)] == resources


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("begin", ["<<EOF", "<<-EOF"])
def test_a_heredoc_is_its_lines_and_can_be_filled_again(begin: str, newline: str) -> None:
    lines = ['resource "aws_sfn_state_machine" "m" {', f"  definition = {begin}", "  " + MACHINE, "  EOF", "}", ""]
    text = newline.join(lines)
    [found] = definitions_in(text)
    frame = heredoc(text, found.value)
    assert frame is not None
    assert frame.inner == "  " + MACHINE + newline
    assert frame.filled(f"  {{}}{newline}") == text.replace(MACHINE, "{}")
    source, findings = read_definition("m.tf", text.encode())
    assert source is not None
    assert not findings
    assert source.span(("States", "A")).line == 3


def test_all_machines_of_a_file_are_read_at_once() -> None:
    one = f'resource "aws_sfn_state_machine" "m" {{\n  definition = <<EOF\n{MACHINE}\nEOF\n}}\n'
    text = one + one.replace('"m"', '"n"') + 'module "o" { definition = file("o.asl.json") }\n'
    assert machines_named_in("m.tf", text.encode()) == ("m", "n", "o")
    first, second, elsewhere = read_definitions("m.tf", text.encode())
    assert [source and source.span(("States",)).line for source, _ in (first, second)] == [3, 8]
    assert [remark.code for remark in elsewhere[1]] == ["ASL121"]


@given(
    st.lists(st.sampled_from(["${", "%{", "{", "}", "}", '"', "a", "\\", "\n"]), max_size=12).map("".join),
    st.randoms(use_true_random=False),
)
def test_where_a_token_ends_does_not_depend_on_what_was_asked_before(text: str, chance: random.Random) -> None:
    starts = [start for start in range(len(text)) if text.startswith(("${", "%{"), start)]
    chance.shuffle(starts)
    tokens = TokenEnds(text)
    assert [tokens.of(start) for start in starts] == [TokenEnds(text).of(start) for start in starts]


def test_no_file_ends_in_a_traceback() -> None:
    chance = random.Random(5)
    whole = "\n".join(text for text, _ in CASES.values())
    for _ in range(400):
        start = chance.randrange(len(whole))
        text = whole[start : start + chance.randrange(400)]
        source, findings = read_definition("m.tf", text.encode(), chance.choice((None, "m")))
        assert source is not None or findings
