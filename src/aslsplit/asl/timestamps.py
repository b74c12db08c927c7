"""Timestamps as Step Functions takes them: RFC 3339 with ``T`` and a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["parse_timestamp"]

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))")


def parse_timestamp(text: object) -> int | None:
    """Nanoseconds since 1970, or None for anything that is no timestamp.

    >>> parse_timestamp("1970-01-01T01:00:00.5+01:00")
    500000000
    """
    found = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    moment, fraction, sign, hours, minutes = found.groups()
    try:
        seconds = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
    if sign:
        seconds -= int(f"{sign}1") * (int(hours) * 60 + int(minutes)) * 60
    return seconds * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))
