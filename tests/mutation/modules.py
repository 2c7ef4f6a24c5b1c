"""Which tests watch over which module: the quick ones that would notice, most likely ones first.

Not its own doctests: pytest reads the files it is given itself, past the fault planted in them.
"""

from __future__ import annotations

ENGINE = [
    "tests/test_diff.py",
    "tests/test_value.py",
    "tests/test_value_sentences.py",
    "tests/test_derivatives.py",
    "tests/test_messages.py",
    "tests/test_copying.py",
    "tests/test_memory.py",
    "tests/test_modes.py",
]

TESTS = {
    "ops": [
        "tests/test_table.py",
        "tests/accuracy/test_references.py",
        "tests/test_ops.py",
        "tests/check/test_complex_step.py",
        "tests/accuracy/test_edges.py",
        "tests/test_expr.py",
        "tests/test_value.py",
        "tests/accuracy/test_accuracy.py",
    ],
    "graph": [*ENGINE, "tests/test_attacks.py", "tests/nn/test_notation.py"],
    "value": ["tests/test_value.py", *ENGINE, "tests/test_attacks.py"],
    "diff": [*ENGINE, "tests/test_attacks.py"],
}
"""For each module the arguments of pytest; the first test that fails ends the trial."""

MODULES = list(TESTS)
