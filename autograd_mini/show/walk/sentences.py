"""What a step says: a heading, its formulas with their numbers, and what to notice.

Vocabulary: a *description* is free of any format. Its *lines* are pairs, a caption and what
follows; its *remarks* are sentences. It is what the terminal prints and what the page shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from autograd_mini import expr, graph, notation, ops
from autograd_mini.expr import Name, Number, write
from autograd_mini.notation import ATOM
from autograd_mini.numbers import MINUS, alike, equals, lowered, short
from autograd_mini.show import text
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.names import derivative
from autograd_mini.show.walk.descriptions import Description
from autograd_mini.show.walk.steps import RECEIVED_NOTHING

if TYPE_CHECKING:
    from autograd_mini.show.walk.steps import Recorder, Step
    from autograd_mini.value import Value

GIVEN = {
    "input": "inputs",
    "weight": "weights",
    "bias": "biases",
    "target": "targets",
    "leaf": "given",
    "constant": "constants",
}
"""The kinds of leaves in the order in which the start lists them, and their captions."""
MOST_GIVEN = 24
"""The start lists so many numbers of a kind."""
MOST_OPERANDS = 8
"""A local derivative of a node of more operands is written only where it takes few of them."""
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


class Describer:
    """Puts the steps of one recorder into words.

    Args:
        recorder: whose steps.
        names: what the nodes are called.
        digits: how many significant digits numbers get.
    """

    def __init__(self, recorder: Recorder, names: Mapping[Value, str], digits: int) -> None:
        self._recorder = recorder
        self._root = recorder.root
        self._names = names
        self._digits = digits
        self._several: dict[Value, set[Value]] = {}
        """For a node, those of its operands that stand in several places."""
        form = notation.TEXT._replace(digits=digits)
        # A name stands for a node: first for its name, then for its number.
        self._in_names = form._replace(name=lambda node: (names[node], ATOM))
        self._in_numbers = form._replace(name=lambda node: expr.bound(Number(node.data), form))

    def tell(self, step: Step) -> Description:
        """What a step says."""
        ways: dict[str, Callable[[Step], Description]] = {
            "inputs": self._inputs,
            "forward": self._forward,
            "seed": self._seed,
            "backward": self._backward,
            "carry": self._carry,
            "zero": self._zero,
            "end": self._end,
        }
        return ways[step.phase](step)

    def _inputs(self, step: Step) -> Description:
        kinds = leaf_kinds(self._recorder.nodes)
        # A constant without a label is a number in a formula, and needs no mention.
        named = {x: kind for x, kind in kinds.items() if graph.label(x) or not graph.is_constant(x)}
        lines = []
        for kind, caption in GIVEN.items():
            # No-break spaces inside each: a list that is too long for a line is broken between.
            said = [
                f"{self._names[x]}\xa0{self._equal(x.data).replace(' ', chr(160))}"
                for x in named
                if named[x] == kind
            ]
            if said:
                lines.append((caption, text.listed(said, MOST_GIVEN)))
        return Description("Start", "the numbers that are given", tuple(lines))

    def _forward(self, step: Step) -> Description:
        node = step.node
        assert node is not None and step.number is not None
        name = self._names[node]
        computed = expr.call(ops.row_named(node.op), [*map(Name, node.operands)])
        formula, numbers = write(computed, self._in_names), write(computed, self._in_numbers)
        sign = equals(*[self._number(x.data) for x in node.operands])
        begins = step.number != step.number and all(x.data == x.data for x in node.operands)
        remark = "The operation is not defined there: the nan begins here."
        return Description(
            "Forward",
            f"compute {name}",
            (
                ("formula", f"{name} {equals(*[self._names[x] for x in node.operands])} {formula}"),
                ("numbers", f"{name} {sign} {numbers} {self._equal(step.number)}"),
            ),
            (remark,) * begins,
        )

    def _seed(self, step: Step) -> Description:
        root = self._names[self._root]
        return Description(
            "Backward",
            f"begin at the output {root}",
            (("gradient", f"{derivative(root, root)} = 1"),),
            ("The output changes as fast as itself.",),
        )

    def _backward(self, step: Step) -> Description:
        assert step.node is not None and step.operand is not None
        node, operand = self._names[step.node], self._names[step.operand]
        nth = self._nth(step.node, step.place)
        remarks, wrong = self._remarks(step)
        heading = f"from {node} to {operand}{f' ({nth} use)' if nth else ''}"
        return Description("Backward", heading, (*self._handed(step, wrong),), remarks, wrong)

    def _handed(self, step: Step, wrong: bool) -> Iterator[tuple[str, str]]:
        """The lines of a contribution; of none, why there is none."""
        assert step.node is not None
        if step.nothing == RECEIVED_NOTHING:
            name = self._names[step.node]
            yield "contribution", f"{name} received nothing: contributes nothing"
        else:
            yield "incoming gradient", self._incoming(step, wrong)
            if step.nothing:
                yield "contribution", f"{step.nothing}: contributes nothing"
            else:
                yield "local derivative", self._local(step)
                yield "contribution", self._contribution(step, wrong)
        yield "running total", self._total(step)

    def _nth(self, node: Value, place: int) -> str:
        """Which use of its operand a place is, "" for the only one."""
        operands = node.operands
        uses = [i for i, x in enumerate(operands) if x is operands[place]]
        nth = uses.index(place) + 1
        return ORDINALS.get(nth, f"{nth}th") if len(uses) > 1 else ""

    def _incoming(self, step: Step, wrong: bool) -> str:
        assert step.node is not None and step.incoming is not None
        node = self._names[step.node]
        gradient = f"grad of {node}" if wrong else derivative(self._names[self._root], node)
        return f"{gradient} {self._equal(step.incoming)}"

    def _local(self, step: Step) -> str:
        node = step.node
        assert node is not None and step.operand is not None and step.local is not None
        row, i = ops.row_named(node.op), step.place
        written = []
        involved = self._involved(node, i)
        if involved:
            if row is ops.affine and len(involved) == 3:
                row, i = ops.mul, 0
            slope = expr.derivative(row, i, [*map(_term, involved)])
            mentioned = [*dict.fromkeys(expr.names(slope))]
            written = [
                f"{equals(*shown)} {write(slope, form)}"
                for shown, form in (
                    ([self._names[x] for x in mentioned], self._in_names),
                    ([self._number(x.data) for x in mentioned], self._in_numbers),
                )
            ]
        left = self.partial(node, step.place)
        return " ".join([left, *dict.fromkeys([*written, self._equal(step.local)])])

    def _involved(self, node: Value, place: int) -> tuple[Value, ...]:
        """The node and the operands from which a local derivative is written; () if too many."""
        operands = node.operands
        if node.op == "affine" and place < len(operands) - 1:
            cofactor = operands[place - 1 if place % 2 else place + 1]
            return node, operands[place], cofactor
        return (node, *operands) if len(operands) <= MOST_OPERANDS else ()

    def _contribution(self, step: Step, wrong: bool) -> str:
        assert step.node is not None and step.incoming is not None
        assert step.local is not None and step.contribution is not None
        node = self._names[step.node]
        incoming = f"grad of {node}" if wrong else derivative(self._names[self._root], node)
        sign = equals(self._number(step.incoming), self._number(step.local))
        product = f"{self._number(step.incoming)} · {self._bracketed(step.local)}"
        result = self._equal(step.contribution)
        return f"{incoming} · {self.partial(step.node, step.place)} {sign} {product} {result}"

    def partial(self, node: Value, place: int) -> str:
        """∂node/∂operand; with the place, as in ∂y/∂x|₂, where the operand stands in several."""
        operand = node.operands[place]
        if node not in self._several:
            self._several[node] = {x for x, n in Counter(node.operands).items() if n > 1}
        at = f"|{lowered(place + 1)}" if operand in self._several[node] else ""
        return derivative(self._names[node], self._names[operand]) + at

    def _total(self, step: Step) -> str:
        assert step.operand is not None and step.total is not None
        name, total = self._names[step.operand], self._equal(step.total)
        if step.nothing:
            so_far = "nothing so far" if step.before is None else "as before"
            return f"grad of {name} {total} ({so_far})"
        if step.before is not None:
            return self._sum(step, name)
        if step.awaited or step.missing:
            return f"grad of {name} {total} (first contribution)"
        return f"{derivative(self._names[self._root], name)} {total} (only contribution)"

    def _sum(self, step: Step, name: str) -> str:
        """What is added up: grad of x accumulates: 0.12 + 0.30 = 0.42."""
        assert step.before is not None and step.contribution is not None
        assert step.total is not None
        numbers = (step.before, step.contribution, step.total)
        before, more, total = alike(numbers, self._digits)
        sign = equals(*[self._number(number) for number in numbers])
        return f"grad of {name} accumulates: {before} + {bracketed(more)} {sign} {total}"

    def _remarks(self, step: Step) -> tuple[tuple[str, ...], bool]:
        """What to notice, and whether it is a mistake."""
        assert step.node is not None and step.operand is not None and step.total is not None
        node, operand = self._names[step.node], self._names[step.operand]
        if step.missing:
            came = "1 contribution" if step.missing == 1 else f"{step.missing} contributions"
            return (
                f"Too early: {node} hands on while {came} to its own gradient is still to come.",
            ), True
        if step.again:
            return (
                f"Once too often: {node} has handed on to {operand} before, and what it handed on "
                "then is counted again.",
            ), True
        if step.awaited:
            more = "1 more use" if step.awaited == 1 else f"{step.awaited} more uses"
            return (f"{operand} waits for the contribution of {more}.",), False
        if step.before is None:
            return (), False
        whole = f"{derivative(self._names[self._root], operand)} {self._equal(step.total)}"
        return (f"All uses of {operand} have contributed: {whole}.",), False

    def _carry(self, step: Step) -> Description:
        assert step.node is not None
        name = self._names[step.node]
        return Description(
            "Backward",
            f"{name} still holds the gradient of the pass before",
            (("running total", self._sum(step, name)),),
            (
                "backward() adds to the gradients of leaves; only zero_grad() forgets them. The "
                "sum belongs to no single pass.",
            ),
            True,
        )

    def _zero(self, step: Step) -> Description:
        return Description(
            "Backward",
            "zero_grad()",
            (("gradients", "forgotten, the leaves' too"),),
            ("The next pass starts afresh.",),
        )

    def _end(self, step: Step) -> Description:
        lines, remarks = [], []
        for leaf, gradient in step.gradients:
            name = self._names[leaf]
            whole = derivative(self._names[self._root], name)
            right = step.right.get(leaf, gradient) if step.right else gradient
            if right == gradient or gradient != gradient:
                lines.append(("gradient", f"{whole} {self._equal(gradient)}"))
            else:
                lines.append(("wrong", f"grad of {name} {self._equal(gradient)}"))
                remarks.append(f"The derivative {whole} is {self._number(right)}.")
        return Description("End", "the gradients", tuple(lines), tuple(remarks), bool(remarks))

    def _number(self, number: float) -> str:
        return short(number, self._digits)

    def _equal(self, number: float) -> str:
        shown = self._number(number)
        return f"{equals(shown)} {shown}"

    def _bracketed(self, number: float) -> str:
        return bracketed(self._number(number))


def bracketed(shown: str) -> str:
    """A number that stands inside a formula: a negative one in brackets."""
    return f"({shown})" if shown.startswith(MINUS) else shown


def _term(node: Value) -> Name | float:
    """A node, or a constant that a formula may reckon with: 2 · e instead of 2 · e ^ (2 − 1)."""
    bare = graph.is_constant(node) and not graph.label(node)
    return node.data if bare and float(f"{node.data:.6g}") == node.data else Name(node)
