"""The lock file: what was written is read again, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.source import read_source
from aslsplit.findings import Finding
from aslsplit.rewrite.lock import Lock, LockedChild, lock_text, read_lock
from aslsplit.rewrite.record import ChildRecord, Run, digest, digest_of_text
from aslsplit.rewrite.site import Layout, Literal, SiteRecord

pytestmark = pytest.mark.usefixtures("few_scenarios")

# Whatever a file may be called and a state may be named; YAML has its own ideas about most of these.
NAMES = st.sampled_from([
    "Pay", "No", "null", "~", "1", "1.0", "0x1", "1e3", "12:30", "2020-01-01", "yes", "=", "<<", "#", "a: b", "- a",
    "'", '"', "[a]", "{a}", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "a\nb", "a\tb", "a/b~c", "Paid?", " x ", "é",
    "\U0001f600", "x" * 80,
]) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)  # fmt: skip
PLACES = st.sampled_from([(), ("States", "Ship", "Branches", 0), ("States", "Branches", "Branches", 12)]) | st.builds(
    lambda name, field: ("States", name, field), NAMES, st.sampled_from(["ItemProcessor", "Iterator"])
)
TEXTS = st.lists(NAMES, max_size=3).map(tuple)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
PARTS = st.lists(NAMES | st.integers(0, 20), min_size=1, max_size=4).map(tuple)
SITES = st.builds(
    SiteRecord,
    number=st.integers(1, 20),
    literals=st.lists(st.builds(Literal, PARTS, NAMES, NAMES | st.integers(0, 20), VALUES), max_size=2).map(tuple),
    layouts=st.lists(st.builds(Layout, PARTS, TEXTS, st.dictionaries(NAMES, VALUES, max_size=2)), max_size=2).map(
        tuple
    ),
    text=st.just("") | NAMES,
)
RECORDS = st.builds(
    ChildRecord,
    scope=PLACES,
    entries=st.dictionaries(NAMES, NAMES, max_size=2),
    runs=st.lists(st.builds(Run, st.none() | NAMES, TEXTS), max_size=3).map(tuple),
    responses=st.dictionaries(NAMES, st.none() | NAMES, max_size=3),
    succeeds=TEXTS,
    checks=TEXTS,
    generated=st.dictionaries(NAMES, NAMES, max_size=3),
    site=st.none() | SITES,
)
LOCKS = st.builds(
    Lock,
    parent=NAMES,
    parent_digest=NAMES,
    children=st.dictionaries(NAMES, st.builds(LockedChild, NAMES, NAMES, NAMES, NAMES, NAMES, RECORDS), max_size=2),
)

PAY = ChildRecord(
    scope=(),
    entries={"Pay": "BuildPayRequest"},
    runs=(Run("Check", ("Pay", "Paid?")),),
    responses={"BuildResponse": None},
    succeeds=("Done",),
    checks=("Reject",),
    generated={"BuildPayRequest": "sha256:4", "InvokePay": "sha256:5"},
)
LOCK = Lock(
    "order.asl.json",
    "sha256:1",
    {
        "pay": LockedChild(
            file="children/pay.asl.json",
            digest="sha256:2",
            definition_digest="sha256:6",
            contract_version="1.0",
            contract_digest="sha256:3",
            record=PAY,
        )
    },
)


@given(LOCKS)
def test_what_was_written_is_read_again(lock: Lock) -> None:
    read, findings = reading(lock_text(lock))
    assert findings == ()
    assert read == lock
    # The first of the generated states is where control enters.
    assert [list(child.record.generated) for child in read.children.values()] == [
        list(child.record.generated) for child in lock.children.values()
    ]


@pytest.mark.parametrize("owner", ["a/b", "a~b", "a~1b", "~0/~1"])
def test_a_scope_in_a_state_with_a_strange_name_is_read_again(owner: str) -> None:
    pay = LOCK.children["pay"]
    inside = replace(pay, record=replace(pay.record, scope=("States", owner, "Branches", 1)))
    read, _ = reading(lock_text(replace(LOCK, children={"pay": inside})))
    assert read is not None
    assert read.children["pay"].record.scope == ("States", owner, "Branches", 1)


def test_the_text_says_whose_it_is() -> None:
    assert lock_text(LOCK).startswith("# Written by aslsplit")


BUILD, INVOKE = "      BuildPayRequest: sha256:4\n", "      InvokePay: sha256:5\n"

DAMAGE: dict[str, tuple[str, str]] = {
    "another version": ("version: 1\n", "version: 2\n"),
    "a version that equals 1": ("version: 1\n", "version: true\n"),
    "no version": ("version: 1\n", ""),
    "no children": ("children:\n  pay:", "kids:\n  pay:"),
    "another name": ("  pay:", "  paid:"),
    "another entry": ("Pay: BuildPayRequest", "Paid?: BuildPayRequest"),
    "another scope": ('scope: ""', "scope: /States/X"),
    "a scope that is a number": ('scope: ""', "scope: 1"),
    "no scope": ('    scope: ""\n', ""),
    "another file": ("file: children/pay.asl.json", "file: ../../etc/passwd"),
    "another order of the generated states": (BUILD + INVOKE, INVOKE + BUILD),
    "no generated states": ("generated:\n" + BUILD + INVOKE, "generated: {}\n"),
    "a state too few": ("      - Paid?\n", ""),
    "another neighbour": ("after: Check", "after:"),
    "a text instead of a list": ("succeeds:\n    - Done", "succeeds: Done"),
    "another definition": ("definition: sha256:6", "definition: sha256:9"),
    "another digest": ("digest: sha256:2", "digest: sha256:9"),
    "another contract": ('version: "1.0"', 'version: "1.1"'),
    "no seal": ("    seal:", "    deal:"),
    "another seal": ("seal: sha256:", "seal: sha256:0"),
    "no parent": ("parent:\n  file: order.asl.json\n  digest: sha256:1\n", "parent: null\n"),
    "a parent without a digest": ("  digest: sha256:1\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_one_finding(damage: str) -> None:
    old, new = DAMAGE[damage]
    text = lock_text(LOCK)
    assert old in text, text
    lock, findings = reading(text.replace(old, new, 1))
    assert lock is None
    (remark,) = findings
    assert remark.code == "ASL605"
    assert remark.span is not None
    assert remark.help == "restore it from version control; it is written by aslsplit only"


def test_whose_record_was_changed_is_said() -> None:
    _, (remark,) = reading(lock_text(LOCK).replace("Pay: BuildPayRequest", "Paid?: BuildPayRequest", 1))
    assert remark.message == 'what the lock file records about "pay" was changed since it was written'


def test_a_digest_is_that_of_the_text_as_people_see_it() -> None:
    assert digest({"Prüfung": "größer"}) == digest_of_text('{"Prüfung": "größer"}')


@pytest.mark.parametrize("value", [None, True, 1, "x", [], {}, [{}], {"version": 1}, {"version": 1, "children": []}])
def test_other_yaml_is_no_lock(value: Any) -> None:
    source, problems = read_source("boundaries.lock.yaml", yaml.safe_dump(value).encode(), "yaml")
    assert problems if source is None else read_lock(source)[0] is None


def test_records_can_be_merged() -> None:
    other = replace(LOCK.children["pay"], file="children/ship.asl.json")
    both = Lock(LOCK.parent, LOCK.parent_digest, {**LOCK.children, "ship": other})
    one, two = lock_text(LOCK), lock_text(Lock(LOCK.parent, LOCK.parent_digest, {"ship": other}))
    merged = one + two[two.index("  ship:") :]
    assert reading(merged) == (both, ())


def test_another_site_is_that_of_a_child_beside_it() -> None:
    pay = LOCK.children["pay"]
    site = replace(pay, record=replace(PAY, site=SiteRecord(2, "pay", {"Pay": "Pay again", "Paid?": "Paid again?"})))
    whole = Lock(LOCK.parent, LOCK.parent_digest, {"pay": pay, "pay#2": site})
    assert reading(lock_text(whole)) == (whole, ())
    for others in ({"pay#2": site}, {"pay": site, "pay#2": site}):
        lock, (remark,) = reading(lock_text(Lock(LOCK.parent, LOCK.parent_digest, others)))
        assert lock is None
        assert remark.code == "ASL605"


def reading(text: str) -> tuple[Lock | None, tuple[Finding, ...]]:
    source, problems = read_source("boundaries.lock.yaml", text.encode("utf-8", "surrogatepass"), "yaml")
    assert source is not None, problems
    return read_lock(source)
