"""Why a survivor is equivalent, one line each: (module, change) to the reason."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], str] = {}
