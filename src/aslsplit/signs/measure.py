"""All signs of one machine, in the order in which they are told."""

from __future__ import annotations

from aslsplit.signs.changes import CHANGE_BLAST_RADIUS, change_blast_radius
from aslsplit.signs.children import (
    CHILD_INTERNALS_READ,
    NESTED_CHILDREN,
    UNVERSIONED_CHILD,
    WHOLE_DOCUMENT_SENT,
    WRAPPER_CHILD,
    children_signs,
)
from aslsplit.signs.choices import LONG_CHOICE_CHAIN, long_choice_chain
from aslsplit.signs.documents import DISTANT_READ, GROWING_DOCUMENT, UNREAD_FIELDS, document_signs
from aslsplit.signs.domains import MANY_DOMAINS, many_domains
from aslsplit.signs.events import (
    DEFINITION_SIZE,
    EVENTS_PER_ROUND,
    HISTORY_EVENTS,
    definition_size,
    history_signs,
)
from aslsplit.signs.handlers import COPIED_HANDLER, copied_handler
from aslsplit.signs.profiles import MIXED_PROFILES, mixed_profiles
from aslsplit.signs.reuse import COPIED_REGION, copied_region
from aslsplit.signs.sign import Kind, Sign, Survey
from aslsplit.signs.transforms import REPEATED_TRANSFORM, repeated_transform

__all__ = ["KINDS", "measure"]

KINDS: tuple[Kind, ...] = (
    MANY_DOMAINS,
    LONG_CHOICE_CHAIN,
    REPEATED_TRANSFORM,
    COPIED_HANDLER,
    GROWING_DOCUMENT,
    UNREAD_FIELDS,
    DISTANT_READ,
    HISTORY_EVENTS,
    EVENTS_PER_ROUND,
    DEFINITION_SIZE,
    CHANGE_BLAST_RADIUS,
    COPIED_REGION,
    MIXED_PROFILES,
    WRAPPER_CHILD,
    WHOLE_DOCUMENT_SENT,
    CHILD_INTERNALS_READ,
    UNVERSIONED_CHILD,
    NESTED_CHILDREN,
)


def measure(survey: Survey) -> tuple[Sign, ...]:
    """The signs about children are there only where the machine calls some."""
    return (
        many_domains(survey),
        long_choice_chain(survey),
        repeated_transform(survey),
        copied_handler(survey),
        *document_signs(survey),
        *history_signs(survey),
        definition_size(survey),
        change_blast_radius(survey),
        copied_region(survey),
        mixed_profiles(survey),
        *children_signs(survey),
    )
