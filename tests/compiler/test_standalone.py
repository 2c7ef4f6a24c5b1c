"""The table's rows as source text that needs nothing of this package."""

from __future__ import annotations

import functools
import math
import random
import runpy
from pathlib import Path
from typing import Any

import pytest

from autograd_mini import Value, compile, ops
from autograd_mini.compiler.engines import RefusedError
from autograd_mini.rows import TABLE

np = pytest.importorskip("numpy")

from autograd_mini.compiler import standalone  # noqa: E402
from autograd_mini.compiler.numpy_rows import own_row  # noqa: E402

ARRAYS = [row for row in TABLE.values() if row.arity and own_row(row) is not None]


@pytest.mark.parametrize("row", ARRAYS, ids=lambda row: row.name)
def test_each_row_that_numpy_lacks_is_copied_to_the_bit(row: Any) -> None:
    copied = standalone.Copied({row.name})
    copied.row(row)
    text = "\n".join([*copied.imports, *copied.lines])
    world: dict[str, Any] = {}
    exec(text, world)
    assert not any(
        str(getattr(thing, "__module__", "")).startswith("autograd_mini")
        for thing in world.values()
    )
    edges = [-1e308, -800.0, -40.0, -3.0, -0.3, -0.0, 0.0, 5e-324, 0.3, 1.0, 2.5, 38.0, 710.0]
    edges += [math.inf, -math.inf, math.nan]
    rng = random.Random(5)
    points = [np.array(rng.choices(edges, k=200)) for _ in range(row.arity)]
    with np.errstate(all="ignore"):
        assert np.array_equal(world[row.name](*points), own_row(row)(*points), equal_nan=True)


def test_a_row_of_ones_own_needs_array(tmp_path: Path) -> None:
    from autograd_mini.rows import op

    w = Value(2.0)
    for array in ("", "xp.sin({0})"):
        row = op("own", math.sin, lambda z, x: ops.cos(x), domain=((-2, 2),), array=array)
        try:
            compiled = compile(functools.partial(_applied, row, w), [w], backend="numpy")
            compiled([1.0, 2.0])
            if array:
                compiled.export(tmp_path / "model.py")
                model = runpy.run_path(str(tmp_path / "model.py"))
                assert model["forward"]([0.5]).tolist() == [pytest.approx(math.sin(1.0))]
            else:
                with pytest.raises(RefusedError, match=r"the row 'own' is your own, .* array="):
                    compiled.export(tmp_path / "model.py")
        finally:
            del TABLE["own"]


def _applied(row: Any, w: Value, x: Any) -> Any:
    return row(w * x)
