"""The page of scores: README.md beside the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.modules import MODULES

PAGES = [*MODULES, "_core"]
"""What has a score: the modules, and the compiled core (tests/core/planted.py)."""

LEAST = 0.95
"""The score that each module is to have."""

HEAD = """\
# Mutation score

How many small faults, planted in a module one at a time, the tests notice. A survivor counts
against the score unless it is shown below to be equivalent: no program can tell it from the
original, or none can that is held to the documented behaviour.

The faults are cosmic-ray's (arithmetic, comparisons, `not`, `and`/`or`, numbers, booleans, loops,
decorators, exceptions) and two of our own: a statement left out, and two arguments that change
places. Left out are cosmic-ray's that only ever raise here (bit operators on floats) and what never
runs (annotations, docstrings, imports for the type checker).

`pip install -e '.[test,mutation]'`, then `python -m tests.mutation ops graph value diff` measures
anew and writes this page (with `--sample 50`, as many drawn at random). Each fault is tried in a
forked process, without touching the file, on the quick tests that watch over its module
([modules.py](modules.py)). Where fewer faults were tried than there are, they were drawn at random;
those of `ops` are the ones from the top of the file, of the public rows. Those of `_core`, the
compiled core, are planted in C by `python -m tests.core.planted --seed 2 --sample 60`, compiled,
and tried on what both engines must answer alike and on the engine's tests.

Before tests were written for the survivors of the first samples, the scores were 98.7 % for `ops`,
95.3 % for `value`, 91.9 % for `diff` and 95.0 % for `graph`. Those of `value`, `graph` and `diff`
below were drawn anew after that (`--seed 1`): at first sight 87.5 %, 98.7 % and 100 %; that of
`_core` was drawn anew when its nodes had changed (`--seed 2`): 85.1 %. The tests written for these
survivors are in the score below.

"""


def written(results: Path) -> str:
    """The page in Markdown."""
    scores = {name: score(results, name) for name in PAGES if (results / f"{name}.json").exists()}
    head = "| module | faults | tried | noticed | equivalent | survived | score |"
    lines = [head, "|" + "---|" * 7]
    for name, found in scores.items():
        numbers = (found[key] for key in ("of", "faults", "noticed", "equivalent", "survived"))
        lines.append(f"| `{name}` | {' | '.join(map(str, numbers))} | {found['score']:.1%} |")
    parts = [HEAD, "\n".join(lines), "\n\nNoticed are also the faults that never come to an end.\n"]
    for name, found in scores.items():
        parts.append(f"\n## Survivors in `{name}`\n\n")
        parts += [_line(one, EQUIVALENT.get((name, one["change"]), "")) for one in found["left"]]
        parts += [] if found["left"] else ["None.\n"]
    return "".join(parts)


def score(results: Path, name: str) -> dict[str, Any]:
    """The numbers of a module, from what was measured and what was shown."""
    kept = json.loads((results / f"{name}.json").read_text("utf-8"))
    faults = sum(kept["outcomes"].values())
    left = kept["survivors"]
    equivalent = sum((name, one["change"]) in EQUIVALENT for one in left)
    survived = len(left) - equivalent
    return {
        "of": kept["of"],
        "faults": faults,
        "noticed": faults - len(left),
        "equivalent": equivalent,
        "survived": survived,
        "score": (faults - len(left)) / (faults - equivalent),
        "left": left,
    }


def _line(survivor: dict[str, Any], reason: str) -> str:
    before, _, after = survivor["change"].partition(" → ")
    said = f"equivalent: {reason}" if reason else "**not equivalent**"
    return f"- line {survivor['line']}: `{before}` → `{after}`: {said}\n"
