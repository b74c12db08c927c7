"""How many examples a property test looks at: in CI a quarter, as of those that leave it to the profile."""

from __future__ import annotations

import os

from hypothesis import settings

__all__ = ["examples"]


def examples(most: int) -> settings:
    return settings(max_examples=max(1, most // 4) if os.environ.get("CI") else most)
