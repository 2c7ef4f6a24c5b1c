"""W1: a random program of a given number of operations, which use results again.

Vocabulary: an *instruction* is ``(kind, i, j, number)``: "a" adds the results i and j, "m"
multiplies them, "n" multiplies the result i by the number, "r" is relu of i. A result that nothing
has used yet is *open*. Every instruction takes its first operand from the open results and its
second from all results so far; in the end the open ones are added up, so that each operation
matters to the output. The generator computes as it goes and turns down an instruction whose result
would be large, so that numbers and derivatives stay ordinary ones.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.engines import Kit

Program = list[tuple[str, int, int, Any]]

LARGE = 3.0
CHAIN = 100
"""About so many operations lie one behind the other, however many there are in all."""


def random_program(operations: int, seed: int = 0) -> Program:
    """A program with exactly that many operations on :func:`inputs` of the same size."""
    rng = random.Random(seed)
    data = inputs(operations)
    unused = list(range(len(data)))
    program: Program = []
    while len(program) + len(unused) - 1 < operations:
        place = rng.randrange(len(unused))
        i, j = unused[place], rng.randrange(len(data))
        kind, number = _choose(rng, data[i], data[j])
        program.append((kind, i, j, number))
        unused[place] = len(data)
        data.append(_result(kind, data[i], data[j], number))
    while len(unused) > 1:  # in pairs, so that the sum is no deeper than it must be
        program.append(("a", unused[0], unused[1], 0.0))
        unused[:2] = []
        unused.append(len(data))
        data.append(0.0)
    return program


def _choose(rng: random.Random, x: float, y: float) -> tuple[str, float]:
    """The kind of the next instruction, and its number."""
    kind = rng.choice("aaammnrr")
    if abs(_result(kind, x, y, 0.0)) > LARGE or (kind == "r" and x <= 0.0):
        kind = "n"
    shrink = 0.4 if abs(x) > 1.0 else 1.0
    return kind, rng.choice((-1.0, 1.0)) * shrink * rng.uniform(0.7, 1.3)


def _result(kind: str, x: float, y: float, number: float) -> float:
    if kind == "a":
        return x + y
    if kind == "m":
        return x * y
    return x * number if kind == "n" else max(0.0, x)


def inputs(operations: int) -> list[float]:
    """The inputs of a program of that size: evenly from -1 to 1, none of them 0."""
    count = max(4, operations // CHAIN)
    return [-1.0 + (2 * k + 1) / count for k in range(count)]


def for_kit(kit: Kit, program: Program) -> Program:
    """The program with its numbers as the engine wants them."""
    return [(kind, i, j, kit.number(number)) for kind, i, j, number in program]


def run(program: Program, variables: Sequence[Any]) -> Any:
    """The output of the program for nodes of any engine."""
    nodes = list(variables)
    keep = nodes.append
    for kind, i, j, number in program:
        if kind == "a":
            keep(nodes[i] + nodes[j])
        elif kind == "m":
            keep(nodes[i] * nodes[j])
        elif kind == "n":
            keep(nodes[i] * number)
        else:
            keep(nodes[i].relu())
    return nodes[-1]
