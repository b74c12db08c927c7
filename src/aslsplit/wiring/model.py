"""What has to be deployed, as values: machines in an order without a circle, and what each of them needs.

Children never refer to the parent. Whoever calls a child refers to its alias, so children come first, innermost first.
A policy names machines by ARNs made of their names, and by no resource: so a machine may start itself, as a distributed
Map does, without waiting for itself.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.source import Embedded, Source
from aslsplit.findings import printable
from aslsplit.iam.policy import Policy
from aslsplit.plan.boundaries import MachineType
from aslsplit.plan.wiring import WiringSettings

__all__ = ["BESIDE_A_MACHINE", "Machine", "Token", "Wiring"]

BESIDE_A_MACHINE: Final = ("Role", "Logs", "Version", "Alias", "Failed", "TimedOut", "Throttled", "AliasArn")
"""What follows the logical id of a machine in those of the resources that belong to it."""

_ALARMS: Final[tuple[tuple[str, str], ...]] = (
    ("Failed", "ExecutionsFailed"),
    ("TimedOut", "ExecutionsTimedOut"),
    # An Express execution has no quota of transitions that could hold it up.
    ("Throttled", "ExecutionThrottled"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A ``${name}`` in a definition, which whoever deploys it fills in."""

    name: str
    identifier: str
    """Its name in letters and digits. The same token has the same one in all machines, and no two tokens share one."""

    uses: tuple[str, ...]
    """The fields that hold it, such as ``ChargeCard: Resource``."""

    child: str | None = None
    """The child whose alias has the ARN that it stands for."""

    meaning: str | None = None
    """What the template around the monolith filled in, on one line and spelled as YAML: ``!GetAtt Charge.Arn``."""


@dataclass(frozen=True, slots=True)
class Machine:
    """``name`` is the child's in the boundary map; None is the parent."""

    name: str | None
    workflow: str
    """The name of the state machine in AWS. Of a machine in a template that names it otherwise, what ``Fn::Sub`` calls
    the name: ``${Payment.Name}``."""

    logical_id: str
    """The workflow in letters and digits, different from that of every other machine."""

    file: str
    """The definition, relative to the folder of the map; with ``embedded``, the template in which it stands."""

    type: MachineType
    tokens: tuple[Token, ...]
    """Sorted by name."""

    calls: tuple[str, ...]
    """The children that it calls, in the order of deployment."""

    source: Source
    """The definition as it lies on disk."""

    policy: Policy
    """All that its role must be allowed: what its states do, its logs, its traces."""

    owner: str | None = None
    description: str | None = None
    embedded: Embedded | None = None

    @property
    def title(self) -> str:
        """What it is in the boundary map, in one line."""
        if self.name is None:
            return "the parent"
        owner = f", {self.owner}" if self.owner else ""
        description = f": {self.description}" if self.description else ""
        return printable(f"{self.name}{owner}{description}")

    @property
    def alarms(self) -> tuple[tuple[str, str], ...]:
        """What an alarm tells, as the end of its name, and the metric that it watches."""
        return tuple(alarm for alarm in _ALARMS if self.type == "STANDARD" or alarm[0] != "Throttled")

    @property
    def alias_tokens(self) -> tuple[Token, ...]:
        """Those that stand for the ARN of a child's alias."""
        return tuple(token for token in self.tokens if token.child is not None)

    @property
    def open_tokens(self) -> tuple[Token, ...]:
        """Those that only the user can fill in."""
        return tuple(token for token in self.tokens if token.child is None)


@dataclass(frozen=True, slots=True)
class Wiring:
    """``machines`` are in the order of deployment: a machine comes after those that it calls, the parent last."""

    machines: tuple[Machine, ...]
    settings: WiringSettings
    folder: str
    """Where new files go, relative to the folder of the map."""

    @property
    def children(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.machines if machine.name is not None)

    @property
    def parent(self) -> Machine:
        return next(machine for machine in self.machines if machine.name is None)

    def child(self, name: str) -> Machine:
        return next(machine for machine in self.machines if machine.name == name)

    def path_to(self, machine: Machine) -> str:
        """Its definition, as a file in ``folder`` names it."""
        return posixpath.relpath(machine.file, self.folder)

    def parameters(self) -> Iterator[Token]:
        """The tokens that only the user can fill in, each once, sorted by identifier."""
        found = {token.identifier: token for machine in self.machines for token in machine.open_tokens}
        yield from (found[identifier] for identifier in sorted(found))
