"""What the tables say of AWS, held against the models of its services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aslsplit.iam.arns import ANY
from aslsplit.iam.calls import OPTIMISED
from aslsplit.iam.rules import Allow, Row
from aslsplit.iam.services.prefixes import PREFIXES, action_of
from aslsplit.iam.services.sdk import SDK
from aslsplit.iam.services.storage import STORAGE
from aslsplit.iam.surroundings import SURROUNDINGS
from tests.aws_models import ENDED, OTHER_PREFIXES, WITHOUT_OPERATION, is_operation, operations_of, signing_names


@pytest.mark.parametrize("service", sorted(PREFIXES.keys() - ENDED))
def test_a_service_exists_and_its_prefix_is_what_it_signs_with(service: str) -> None:
    assert operations_of(service), f"there is no model of {service}"
    assert (PREFIXES[service] in signing_names(service)) != (service in OTHER_PREFIXES)


def test_services_that_ended_have_no_models() -> None:
    """One that has is no exception any more."""
    assert not any(map(operations_of, ENDED))


def rows() -> Iterator[Row]:
    for table in (OPTIMISED, SDK, STORAGE):
        for of_one in table.values():
            yield from of_one
    yield from SURROUNDINGS


ACTIONS = sorted({action for row in rows() for action in row.actions})


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_an_operation_or_has_its_reason(action: str) -> None:
    assert is_operation(action) or action in WITHOUT_OPERATION or action.partition(":")[0] in ENDED, (
        f"{action} is no operation of its service"
    )


@pytest.mark.parametrize("action", sorted(WITHOUT_OPERATION))
def test_an_action_with_a_reason_needs_it(action: str) -> None:
    assert not is_operation(action)


@pytest.mark.parametrize("name", sorted({**SDK, **STORAGE}))
def test_what_a_row_is_about_is_an_operation(name: str) -> None:
    service, _, operation = name.partition(":")
    assert service in ENDED or f"{operation[0].upper()}{operation[1:]}" in operations_of(service)


def test_only_what_has_a_reason_is_allowed_on_everything() -> None:
    for row in rows():
        if isinstance(row, Allow):
            assert (ANY in row.on) == (row.because is not None), row
            assert row.on == (ANY,) or ANY not in row.on


def test_an_operation_of_the_sdk_is_allowed_by_the_action_of_its_name() -> None:
    """As far as it is not in the tables: S3 and API Gateway name actions otherwise."""
    assert action_of("sfn", "describeActivity") == "states:DescribeActivity"
    assert action_of("s3", "listObjectsV2") is None
    assert action_of("apigateway", "getRestApi") is None
    assert action_of("nosuch", "run") is None
