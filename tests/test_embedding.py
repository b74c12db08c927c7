"""Definitions inside templates: found, read with positions of the template, and changed without touching the rest."""

from __future__ import annotations

import json
import random
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.embedding import read_again, read_child, read_definition
from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.parse import parse
from aslsplit.asl.placeholders import Placeholder, placeholders_in
from aslsplit.asl.source import Json, Source
from aslsplit.cli import main
from aslsplit.operations.pipeline import inline_outcome, load_project, plan_of
from tests.command_line import aslsplit
from tests.random_machines import random_machine

EXAMPLE = Path(__file__).parents[1] / "examples" / "order-processing"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


@dataclass(frozen=True)
class Template:
    """What stands before a definition and behind it in a file."""

    file: str
    before: str
    after: str
    written: Callable[[Json], str]
    moved_to: str = ".json"


HEAD = """# Who owns this: orders-team
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
   Stage: {Type: String,   Default: 'dev'}

Resources:
   # "Definition" in a comment, and StartAt: nothing
   ChargeFunction:
      Type: AWS::Lambda::Function
      Properties:
         Environment: {Variables: {A: !Ref Stage, B: !If [IsProd, 1, 2], "States": {}}}
         Code: {ZipFile: !Sub "x = '${Stage}'"}

   Orders:   # the machine
      Type: %s
      Properties:
         Name: !Join ["-", [orders, !Ref Stage]]
"""
TAIL = """

         # behind the definition
         RoleArn: !GetAtt   Role.Arn
      DependsOn: [ ChargeFunction ]
   Topic: {Type: "AWS::SNS::Topic"}
"""
STATE_MACHINE = HEAD % "AWS::StepFunctions::StateMachine"
SERVERLESS = HEAD % "AWS::Serverless::StateMachine"


def indented(text: str, indent: int) -> str:
    return textwrap.indent(text, " " * indent, lambda line: bool(line.strip()))


def pretty(indent: int, unit: int | str = 2) -> Callable[[Json], str]:
    return lambda data: indented(json.dumps(data, indent=unit, ensure_ascii=False), indent)


def block(indent: int, width: int = 2) -> Callable[[Json], str]:
    return lambda data: indented(yaml.safe_dump(data, sort_keys=False, indent=width, allow_unicode=True), indent)[:-1]


def in_json(value: Json, **options: Json) -> tuple[str, str]:
    """A template in JSON, cut where @ stands."""
    template = {
        "Description": "ü / \t",
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Orders": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {"A": 1, **value, "Z": [1, {"Ref": "T"}]},
            },
        },
    }
    before, _, after = json.dumps(template, **options).partition('"@"')
    return before, after


def quoted(data: Json) -> str:
    return json.dumps(json.dumps(data, indent=2))


def slashed(data: Json) -> str:
    return json.dumps(json.dumps(data, ensure_ascii=False), ensure_ascii=False).replace("/", "\\/")


LIST_END = "\n            - {Charge: !GetAtt ChargeFunction.Arn}" + TAIL
TEMPLATES: Mapping[str, Template] = {
    "SAM Definition": Template("t.yaml", SERVERLESS + "         Definition:\n", TAIL, block(13), ".yaml"),
    "SAM Definition, comment first": Template(
        "t.yml", SERVERLESS + "         Definition:   # here\n            # and here\n\n", TAIL, block(12, 4), ".yaml"
    ),
    "CloudFormation Definition, JSON in YAML": Template(
        "t.yaml", STATE_MACHINE + "         Definition: ", TAIL, lambda data: json.dumps(data, indent=14)
    ),
    "ToJsonString": Template(
        "t.yaml", STATE_MACHINE + "         DefinitionString: !ToJsonString\n", TAIL, block(11), ".yaml"
    ),
    "ToJsonString, long": Template(
        "t.yaml", STATE_MACHINE + "         DefinitionString:\n           Fn::ToJsonString:\n", TAIL, block(15), ".yaml"
    ),
    "literal block": Template("t.yaml", STATE_MACHINE + "         DefinitionString: |\n", TAIL, pretty(11)),
    "literal block, stripped, tabs": Template(
        "t.template", STATE_MACHINE + "         DefinitionString: |-  # text\n", TAIL, pretty(16, "\t")
    ),
    "literal block under !Sub": Template(
        "t.yaml", STATE_MACHINE + "         DefinitionString: !Sub |\n", TAIL, pretty(12)
    ),
    "folded block under !Sub": Template(
        "t.yaml", STATE_MACHINE + "         DefinitionString: !Sub >-\n", TAIL, pretty(12, 1)
    ),
    "Fn::Sub, list": Template(
        "t.yaml",
        STATE_MACHINE + "         DefinitionString:\n           Fn::Sub:\n            - |\n",
        LIST_END,
        pretty(17),
    ),
    "!Sub, list": Template(
        "t.yaml", STATE_MACHINE + "         DefinitionString: !Sub\n            - |\n", LIST_END, pretty(14, 3)
    ),
    "single quotes": Template(
        "t.yaml",
        STATE_MACHINE + "         DefinitionString: !Sub ",
        "  # one line" + TAIL,
        lambda data: "'" + json.dumps(data, ensure_ascii=False).replace("'", "''") + "'",
    ),
    "double quotes": Template("t.yaml", STATE_MACHINE + "         DefinitionString: ", TAIL, quoted),
    "JSON, string": Template("t.json", *in_json({"DefinitionString": "@"}, indent=4), quoted),
    "JSON, string on one line": Template("t.json", *in_json({"DefinitionString": "@"}), slashed),
    "JSON, Fn::Sub": Template("t.json", *in_json({"DefinitionString": {"Fn::Sub": "@"}}, indent="\t"), slashed),
    "JSON, Fn::Sub list": Template(
        "t.template",
        *in_json({"DefinitionString": {"Fn::Sub": ["@", {"Charge": {"Ref": "F"}}]}}, ensure_ascii=False),
        quoted,
    ),
    "JSON, object": Template(
        "t.json",
        *in_json({"Definition": "@"}, indent="\t"),
        lambda data: json.dumps(data, indent="\t").replace("\n", "\n\t\t\t\t"),
    ),
    "JSON, object on one line": Template("t.json", *in_json({"Definition": "@"}), lambda data: json.dumps(data)),
    "serverless.yml": Template(
        "serverless.yml",
        "service: x\nstepFunctions:\n  validate: true\n  stateMachines:\n    orders:\n      definition:\n",
        "\n      name: orders-${sls:stage}   # stage\nplugins: [a, b]\n",
        block(8),
        ".yaml",
    ),
}
KINDS = pytest.mark.parametrize("kind", TEMPLATES)


def read(name: str, text: str) -> Source:
    source, findings = read_definition(name, text.encode("utf-8"))
    assert source is not None, (findings, text)
    return source


def edited(data: Json) -> Json:
    """Another machine: a state renamed and written anew, and text that needs quoting."""
    changed = json.loads(json.dumps(data))
    first, *_ = changed["States"]
    states = {f"{name} ß" if name == first else name: body for name, body in changed["States"].items()}
    added = {"Type": "Pass", "Result": {"text": 'it\'s "ü" \\ / 😀', "list": [1, [], {}]}, "End": True}
    return {**changed, "Comment": "changed: 'yes' # \\n", "States": {**states, "Added": added}}


def machines() -> list[Json]:
    found = [random_machine(random.Random(seed).choice) for seed in range(4)]
    found.append(json.loads((EXAMPLE / "order-processing.asl.json").read_text(encoding="utf-8")))
    if CORPUS.is_dir():
        files = sorted(CORPUS.glob("*/*.asl.json"))
        found += [json.loads(file.read_text(encoding="utf-8")) for file in files[:: max(1, len(files) // 3)]]
    return found


MACHINES = machines()


@KINDS
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_the_definition_changes_and_nothing_around_it(kind: str, line_break: str) -> None:
    template = TEMPLATES[kind]
    before, after = (text.replace("\n", line_break) for text in (template.before, template.after))
    for data in MACHINES:
        text = before + template.written(data).replace("\n", line_break) + after
        source = read(template.file, text)
        assert plain(source.data) == data
        assert dump(source.data, {(): Origin(source, ())}, like=source) == text

        other = dump(edited(data), {(): Origin(source, ())}, like=source)
        assert other.startswith(before.rstrip())
        assert other.endswith(after)
        again = read(template.file, other)
        assert strictly_equal(json.loads(json.dumps(again.data)), edited(data))

        back = dump(source.data, {(): Origin(again, ())}, like=again)
        assert strictly_equal(read(template.file, back).data, source.data)
        assert ("\r" in other) == ("\r" in text)


def plain(value: Json) -> Json:
    return json.loads(json.dumps(value))


@KINDS
def test_findings_name_places_of_the_template(kind: str) -> None:
    template = TEMPLATES[kind]
    data = {"StartAt": "First", "States": {"First": {"Type": "Pass", "Next": "Second"}, "Second": {"Type": "Succeed"}}}
    text = template.before + template.written(data) + template.after
    source = read(template.file, text)
    for state in ("First", "Second"):
        span = source.span(("States", state), key=True)
        there = text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]
        assert there.replace("\\", "").strip('"') == state
        assert span.file == template.file
    whole = source.span(())
    first = text.split("\n")[whole.line - 1][whole.column - 1 :]
    assert first.startswith(("{", "StartAt", "!ToJsonString"))


@KINDS
def test_the_example_is_split_inside_a_template_and_restored(kind: str, tmp_path: Path) -> None:
    template = TEMPLATES[kind]
    mark = "\ufeff" if kind in ("SAM Definition", "literal block", "JSON, string") else ""
    data = json.loads((EXAMPLE / "order-processing.asl.json").read_text(encoding="utf-8"))
    before = (mark + template.before + template.written(data) + template.after).encode("utf-8")
    file = tmp_path / template.file
    file.write_bytes(before)
    text = (EXAMPLE / "boundaries.yaml").read_text(encoding="utf-8")
    text = text.replace("order-processing.asl.json", template.file)
    text = re.sub(r"(?m)^(parent|input_schema):.*\n", "", text)
    boundaries = tmp_path / "boundaries.yaml"
    boundaries.write_text(text, encoding="utf-8")
    names = list(yaml.safe_load(text)["children"])

    assert main(["extract", str(boundaries), "--all", "--cases", "10", "-q"]) == 0
    split = file.read_bytes()
    assert split.decode().startswith(mark + template.before.rstrip())
    assert split.decode().endswith(template.after)
    assert {child.suffix for child in (tmp_path / "children").iterdir()} == {template.moved_to}
    assert main(["extract", str(boundaries), "--all", "--cases", "10", "-q"]) == 0
    assert main(["extract", str(boundaries), "--all", "--check", "--cases", "0", "-q"]) == 0
    assert file.read_bytes() == split
    for name in names:
        project = load_project(str(boundaries))
        project.workspace.write(inline_outcome(project, plan_of(project), name, cases=0).artifacts)
    assert file.read_bytes() == before
    assert not (tmp_path / "children").exists()


FUNCTIONS = """\
Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: !GetAtt  Charge.Arn  # short
            Parameters:
              long: {"Fn::GetAtt": [Charge, Arn]}
              ref: !Ref Table
              join: !Join
                - "-"
                - - a
                  - !Ref Table
              sub: !Sub
                - "arn:${AWS::Partition}:${Name}"
                - Name:   !Ref Other
              list: [!Ref Table, plain, !Ref "Table"]
            Next: B
          B:
            Type: Pass
            End: true
"""


def test_functions_are_tokens_to_everyone_but_the_file() -> None:
    source = read("t.yaml", FUNCTIONS)
    parameters = source.data["States"]["A"]["Parameters"]
    assert source.data["States"]["A"]["Resource"] == "${ChargeArn}"
    assert parameters["long"] == "${ChargeArn}"
    assert parameters["sub"] == "arn:${AWSPartition}:${Name}"
    assert parameters["list"] == ["${Table}", "plain", "${Table}"]
    assert re.fullmatch(r"\$\{JoinARefTable[0-9a-f]{6}\}", parameters["join"])
    assert dict(parameters["sub"].fills) == {"AWSPartition": "!Ref AWS::Partition", "Name": "!Ref Other"}
    assert not strictly_equal(*parameters["list"][::2]), "two spellings of one function are two texts"


def test_a_function_moves_as_it_is_written() -> None:
    source = read("t.yaml", FUNCTIONS)
    states = source.data["States"]
    moved = {
        **source.data,
        "States": {"B": states["B"], "Outer": {"Type": "Parallel", "Branches": [{"A": states["A"]}]}},
    }
    origins = {
        (): Origin(source, ()),
        ("States", "Outer", "Branches", 0, "A"): Origin(source, ("States", "A")),
    }
    again, findings = read_again(source, "t.yaml", dump(moved, origins, like=source))
    assert again is not None, findings
    assert strictly_equal(again.data, moved)


def test_a_function_comes_back_from_text() -> None:
    source = read("t.yaml", FUNCTIONS)
    child = json.loads(json.dumps(source.data))
    text = dump(child, {("States", "A"): Origin(source, ("States", "A")), (): None}, like=source)
    assert "!" not in text
    assert "# short" in text
    plain_child, _ = read_child(source, "child.yaml", text.encode())
    assert plain_child is not None
    assert list(placeholders_in(plain_child.data)) == []
    back = dump(
        source.data, {(): Origin(source, ()), ("States", "A"): Origin(plain_child, ("States", "A"))}, like=source
    )
    assert back == FUNCTIONS


def test_a_bare_placeholder_is_a_value_of_its_own() -> None:
    text = '{"StartAt": "A", "TimeoutSeconds": ${t["}"]}, "States": {"A": {"Type": "Succeed", "Comment": "${x}"}}}'
    source, findings = read_definition("a.json.tftpl", text.encode())
    assert source is not None
    assert [remark.code for remark in findings] == ["ASL124"]
    assert isinstance(source.data["TimeoutSeconds"], Placeholder)
    assert not isinstance(source.data["States"]["A"]["Comment"], Placeholder)
    changed = {**source.data, "Comment": "x"}
    assert dump(changed, {(): Origin(source, ())}, like=source) == text[:-1] + ', "Comment": "x"}'


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("DefinitionUri: x.asl.json", "ASL121"),
        ("DefinitionUri: {Bucket: b, Key: k}", "ASL121"),
        ("DefinitionS3Location: s3://bucket/key", "ASL121"),
        ('DefinitionString: !Join ["", ["{", "}"]]', "ASL122"),
        ('DefinitionString: "{\n        }"', "ASL122"),
        ("DefinitionString: |2\n          {}", "ASL122"),
        ("DefinitionString: plain", "ASL122"),
        ("DefinitionString: >\n        {\n        }", "ASL122"),
        ("Definition: {StartAt: A, States: {A: {Type: Succeed}}}", "ASL122"),
        ("Definition: !If [A, {}, {}]", "ASL122"),
        ("Definition: text", "ASL122"),
        ("Definition: 1", "ASL122"),
        ("DefinitionString: {Fn::Sub: [1]}", "ASL122"),
        ("Name: x", "ASL122"),
        ("DefinitionString: |\n        {]", "ASL101"),
        ("DefinitionString: |\n        []", "ASL101"),
    ],
)
def test_what_cannot_be_rewritten_in_place_is_refused(properties: str, code: str) -> None:
    text = f"Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      {properties}\n"
    source, findings = read_definition("t.yaml", text.encode())
    assert source is None
    assert [remark.code for remark in findings] == [code]
    assert findings[0].span is not None
    assert findings[0].span.line >= 3


MACHINE_OF = '{"Resources": {"a": {"Type": "AWS::Serverless::StateMachine", "Properties": {@}}}}'


@pytest.mark.parametrize(
    "text",
    [
        "Resources: 1",
        "Resources: {A: 1, B: {Type: AWS::Serverless::StateMachine}}",
        "Resources: {A: {Type: AWS::Serverless::StateMachine, Properties: [1]}}",
        "Resources: !Ref x",
        "Resources: {A: {Type: [1]}}",
        "stepFunctions: {stateMachines: [1]}",
        "stepFunctions: {stateMachines: {a: 1}}",
        "stepFunctions: {stateMachines: {a: {definition: '${file(x.yml):a}'}}}",
        "service: a\nresources: {Resources: {}}",
        "Resources: &a {b: *a}",
        "Resources: {a: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {? [1] : 2}}}}",
        MACHINE_OF.replace("@", '"Definition": {"Ref": 1}'),
        MACHINE_OF.replace("@", '"Definition": {}'),
        MACHINE_OF.replace("@", '"Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed" z}}}'),
        MACHINE_OF.replace("@", '"DefinitionString": ""'),
        MACHINE_OF.replace("@", '"DefinitionString": "\\ud800"'),
    ],
)
def test_odd_templates_are_findings(text: str) -> None:
    for name in ("t.yaml", "t.json"):
        source, findings = read_definition(name, text.encode())
        machine, remarks = (None, findings) if source is None else parse(source)
        assert machine is None
        assert remarks


TWO_MACHINES = (
    FUNCTIONS
    + """\
  Refunds:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: R
        States:
          R: { Type: Pass,  Next:  S }
          S: { Type: Pass,  End:  true }   # the end
"""
)


def project(folder: Path, template: str, *, resource: str, states: str, name: str = "boundaries") -> str:
    (folder / "template.yaml").write_text(template, encoding="utf-8", newline="")
    boundaries = folder / f"{name}.yaml"
    boundaries.write_text(
        f"version: 1\nmonolith: template.yaml\nresource: {resource}\n"
        f"children_dir: {name}\ncontracts_dir: {name}-contracts\n"
        f"children:\n  {name}-child:\n    states: [{states}]\n"
    )
    return str(boundaries)


def run(*arguments: str) -> int:
    return main([*arguments, "-q"])


def test_two_machines_of_a_template_are_split_apart_from_each_other(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    orders = project(tmp_path, TWO_MACHINES, resource="Orders", states="A", name="orders")
    refunds = project(tmp_path, TWO_MACHINES, resource="Refunds", states="S", name="refunds")
    assert run("extract", orders, "--all") == 0
    assert run("extract", refunds, "--all") == 0
    assert run("extract", orders, "--all", "--check") == 0
    template.write_text(template.read_text().replace("Resources:\n", "Resources:\n  T: {Type: AWS::SNS::Topic}\n"))
    assert run("extract", orders, "--all", "--check") == 0, "what stands around the machine is no part of it"
    assert run("inline", orders, "--child", "orders-child") == 0
    assert run("inline", refunds, "--child", "refunds-child") == 0
    assert template.read_text() == TWO_MACHINES.replace("Resources:\n", "Resources:\n  T: {Type: AWS::SNS::Topic}\n")


def test_what_a_team_changes_in_a_child_comes_back_as_text(tmp_path: Path) -> None:
    boundaries = project(tmp_path, FUNCTIONS, resource="Orders", states="A")
    assert run("extract", boundaries, "--all") == 0
    child = tmp_path / "boundaries" / "boundaries-child.asl.yaml"
    text = child.read_text()
    child.write_text(text.replace("Resource: ${ChargeArn}", "Resource: ${PayArn}").replace("      ref: ${Table}\n", ""))
    assert child.read_text() != text
    assert run("extract", boundaries, "--all") == 0
    assert run("inline", boundaries, "--child", "boundaries-child") == 0
    expected = FUNCTIONS.replace("!GetAtt  Charge.Arn", "${PayArn}").replace("              ref: !Ref Table\n", "")
    assert (tmp_path / "template.yaml").read_text() == expected


def test_a_record_of_functions_that_was_changed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boundaries = project(tmp_path, FUNCTIONS, resource="Orders", states="A")
    assert run("extract", boundaries, "--all") == 0
    lock = tmp_path / "boundaries.lock.yaml"
    lock.write_text(lock.read_text().replace("!GetAtt  Charge.Arn", "!GetAtt Other.Arn"))
    assert run("extract", boundaries, "--all", "--check") == 2
    assert "ASL605" in capsys.readouterr().err


def test_children_have_the_line_breaks_of_the_template(tmp_path: Path) -> None:
    boundaries = project(tmp_path, FUNCTIONS.replace("\n", "\r\n"), resource="Orders", states="A")
    assert run("extract", boundaries, "--all") == 0
    for file in (tmp_path / "template.yaml", tmp_path / "boundaries" / "boundaries-child.asl.yaml"):
        raw = file.read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    assert run("inline", boundaries, "--child", "boundaries-child") == 0
    assert (tmp_path / "template.yaml").read_bytes() == FUNCTIONS.replace("\n", "\r\n").encode()


def test_quotes_in_tokens_are_read_where_a_string_would_end_otherwise() -> None:
    text = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "a:${arns["x"]}:${y}", "End": true}}}'
    source, _ = read_definition("a.json", text.encode())
    assert source is not None
    assert source.data["States"]["A"]["Resource"] == 'a:${arns["x"]}:${y}'
    assert '"Resource": "a:${arns["x"]}:${y}"' in dump(
        {**source.data, "Comment": ""}, {(): Origin(source, ())}, like=source
    )
    plain_text = '{"StartAt": "${", "States": {"}": 1}}'
    source, _ = read_definition("a.json", plain_text.encode())
    assert source is not None
    assert source.data["StartAt"] == "${"


def test_a_string_is_escaped_as_it_was_before() -> None:
    inner = {"StartAt": "A", "Comment": "a/ü", "States": {"A": {"Type": "Succeed"}}}
    text = MACHINE_OF.replace("@", '"DefinitionString": ' + json.dumps(json.dumps(inner)).replace("/", "\\/"))
    source = read("t.json", text.replace("\\\\u00fc", "\\u00fc"))
    assert source.data == inner
    other = dump({**inner, "Comment": "ü/ö/"}, {(): Origin(source, ())}, like=source)
    assert '\\"Comment\\": \\"\\u00fc\\/\\u00f6\\/\\"' in other


def test_what_is_new_looks_like_the_definition_and_not_like_the_template() -> None:
    text = FUNCTIONS.replace("Resources:\n", "Resources:\n  T: {Tags: [a, b]}\n  U: {Tags: [a, b]}\n")
    text = text.replace("            End: true\n", "            End: true\n            Result:\n              - c\n")
    source = read("t.yaml", text.replace('[!Ref Table, plain, !Ref "Table"]', "1"))
    states = {**source.data["States"], "C": {"Type": "Pass", "Result": ["x"], "End": True}}
    other = dump({**source.data, "States": states}, {(): Origin(source, ())}, like=source)
    assert other.endswith(
        "          C:\n            Type: Pass\n            Result:\n              - x\n            End: true\n"
    )


def test_an_escaped_token_in_a_function_does_not_move(tmp_path: Path) -> None:
    """Without ``Fn::Sub`` around it the text would keep its exclamation mark."""
    definition = {
        "StartAt": "Pay",
        "States": {
            "Pay": {"Type": "Pass", "Parameters": {"text": {"Fn::Sub": "${AWS::Region} ${!Amount}"}}, "Next": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": definition}}
    (tmp_path / "template.json").write_text(json.dumps({"Resources": {"Orders": machine}}, indent=2))
    boundaries = {"version": 1, "monolith": "template.json", "children": {"pay": {"states": ["Pay"]}}}
    (tmp_path / "boundaries.yaml").write_text(json.dumps(boundaries))
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=tmp_path)
    assert ran.code == 1
    assert 'ASL123: "Pay" holds ${!Amount}, which means something else without Fn::Sub around it' in ran.err
