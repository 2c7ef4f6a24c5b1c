"""*Predict first*: the learner's number for a step, judged as the lessons' exercises judge.

The right number is the step's own, the engine's. The mistakes that are recognised are those that
people make with the step at hand; each is computed from the step's numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from autograd_mini import ops
from autograd_mini.expression import Expression, ExpressionError
from autograd_mini.lessons.exercises.exercise import Exercise, Verdict, unfilled
from autograd_mini.play.graph import ExpressionPasses
from autograd_mini.show.names import derivative
from autograd_mini.show.walk.steps import Step
from autograd_mini.sweeps import slopes

LONGEST = 60
"""Characters of a typed number."""

DOES = {"add": "adds", "sub": "subtracts", "mul": "multiplies", "div": "divides"}
"""What the boxes of arithmetic do."""

ADDED = "You added the factors; the chain rule multiplies them."


def answer(question: Mapping[str, object]) -> dict[str, object]:
    """Judge what was typed for a step of a graph.

    Args:
        question: ``text`` and ``numbers`` as for a graph, ``step`` which step, from 0, ``typed``
            what the learner wrote: a number, or arithmetic of numbers.
    """
    recorded = ExpressionPasses(question.get("text"), question.get("numbers"))
    place = question.get("step")
    if type(place) is not int or not 0 <= place < len(recorded.steps):
        raise ExpressionError(f"there is no step {place!r:.20}")
    typed, asked = str(question.get("typed", "")), exercise(recorded, recorded.steps[place])
    if not typed.strip():
        verdict = unfilled("Type a number; products such as 0.5 * 3 count too.")
    elif asked is None:
        verdict = Verdict("Nothing to predict", "This step has no number of its own.")
    else:
        verdict = asked.judge(_typed(typed))
    return {"right": bool(verdict), "state": verdict.state, "words": verdict.words}


def _typed(typed: str) -> float:
    expression = Expression(typed[:LONGEST].replace(",", "."))
    if expression.names:
        raise ExpressionError(f"type a number; {expression.names[0]} is a name")
    return float(expression({}))


def exercise(recorded: ExpressionPasses, step: Step) -> Exercise | None:
    """The exercise that a step is; None where it has no number to predict."""
    number = step.number if step.phase == "forward" else step.contribution
    if number is None or not math.isfinite(number) or step.node is None:
        return None
    ways = _forward(step) if step.phase == "forward" else _backward(recorded, step)
    name = recorded.names[step.node]
    wanted = name if step.phase == "forward" else f"what {name} hands on"
    known: dict[str, object] = {
        words: wrong for words, wrong in ways if math.isfinite(wrong) and wrong != number
    }
    return Exercise(lambda: number, wanted, known)


Mistakes = Iterator[tuple[str, float]]


def _forward(step: Step) -> Mistakes:
    node = step.node
    assert node is not None
    numbers = [x.data for x in node.operands]
    if len(numbers) == 1:
        (x,) = numbers
        yield "That is what goes in; apply the function to it.", x
        yield "That is the slope of the function there, not its value.", slopes(node)(0)
        if node.op in {"sigmoid", "exp", "tanh"}:
            yield (
                "A sign is missing: that is the function at minus the number.",
                float(ops.row_named(node.op)(-x)),
            )
        return
    if len(numbers) != 2:
        return
    a, b = numbers
    does = f"this box {DOES[node.op]}." if node.op in DOES else f"this box is {node.op}."
    yield f"You added; {does}", a + b
    yield f"You multiplied; {does}", a * b
    yield "The order is turned round.", b - a if node.op == "sub" else b / a if a else math.nan
    if node.op == "pow":
        yield "Base and exponent are turned round.", float(ops.pow(b, a))


def _backward(recorded: ExpressionPasses, step: Step) -> Mistakes:
    node, operand = step.node, step.operand
    assert node is not None and operand is not None
    assert step.incoming is not None and step.local is not None and step.contribution is not None
    incoming, local = step.incoming, step.local
    above, here = recorded.names[node], recorded.names[operand]
    arrives = derivative(recorded.names[recorded.root], above)
    yield f"You forgot the incoming gradient: multiply by {arrives}.", local
    yield f"You forgot the local derivative: multiply by {derivative(above, here)}.", incoming
    yield ADDED, incoming + local
    slope = slopes(node)
    for i, other in enumerate(node.operands):
        if other is not operand:
            words = f"That is what {recorded.names[other]} receives; here it is about {here}."
            yield words, incoming * slope(i)
    if len(node.operands) == 1:
        yield f"You multiplied by {above} itself; the factor is its slope.", incoming * node.data
        row = ops.row_named(node.op)
        off = float(row.local(0, float(row(node.data)), (node.data,)))
        yield f"The slope is taken at {above}. It belongs at {here}, what goes in.", incoming * off
    words = f"You multiplied by {here} itself; the factor is how {above} changes with it."
    yield words, incoming * operand.data
    if step.total is not None and step.before is not None:
        words = f"That is the running total of {here}; asked is what {above} adds to it."
        yield words, step.total
