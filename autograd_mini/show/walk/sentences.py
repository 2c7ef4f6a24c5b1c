"""What a step says: a heading, its formulas with their numbers, and what to notice.

Vocabulary: a *description* is free of any format: text, pages, strips and slides all write it. Its
*lines* are pairs, a caption and what follows; its *remarks* are sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import expr, graph, notation, ops
from autograd_mini.expr import Expr, Name, Number, write
from autograd_mini.notation import ATOM
from autograd_mini.numbers import MINUS, alike, equal, equals, lowered, short
from autograd_mini.show import text
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.show.kinds import leaf_kinds
from autograd_mini.show.names import Names, derivative, local
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
MISTAKE = "Mistake."
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


class Description(NamedTuple):
    """What one step says.

    Attributes:
        part: "Start", "Forward", "Backward" or "End".
        heading: what happens, in a few words.
        lines: captions, and a formula or a number for each.
        remarks: sentences.
        wrong: whether a remark warns of a mistake that is being made.
    """

    part: str
    heading: str
    lines: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()
    wrong: bool = False

    def captioned(self) -> list[tuple[str, str, bool]]:
        """The lines, and for each whether its caption is that of the line before."""
        before = ["", *[caption for caption, _ in self.lines]]
        return [(*line, line[0] == last) for line, last in zip(self.lines, before, strict=False)]

    @property
    def is_back(self) -> bool:
        """Whether it is about the backward pass, or what that has come to."""
        return self.part in {"Backward", "End"}

    @property
    def brief(self) -> str:
        """What happens, with its part."""
        return f"{self.part}: {self.heading}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks, one about a mistake after that word."""
        return tuple(f"{MISTAKE} {remark}" if self.wrong else remark for remark in self.remarks)

    @property
    def sentence(self) -> str:
        """All of it in one line, for a reader that speaks."""
        lines = [f"{caption}: {formula}" for caption, formula in self.lines]
        return " ".join([". ".join([self.brief, *lines]) + ".", *self.warnings])

    def numbered(self, step: int, count: int) -> str:
        """What happens, with the number of the step, counted from 0, and of all."""
        return f"Step {step + 1} of {count} · {self.brief}"


class Describer:
    """Puts the steps of one recorder into words.

    Attributes:
        recorder, digits: as given.
        names: what the nodes are called.
    """

    def __init__(self, recorder: Recorder, digits: int) -> None:
        names = Names(in_order([recorder.root]), digits)
        self.names = {node: names.text(node) for node in recorder.nodes}
        self.recorder = recorder
        self.digits = digits
        self._several: dict[Value, set[Value]] = {}
        """For a node, those of its operands that stand in several places."""
        form = notation.TEXT._replace(digits=digits)
        # A name stands for a node: first for its name, then for its number.
        self._in_names = form._replace(name=lambda node: (self.names[node], ATOM))
        self._in_numbers = form._replace(name=lambda node: expr.bound(Number(node.data), form))

    def tell(self, step: Step) -> Description:
        """What a step says."""
        ways = {
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
        kinds = leaf_kinds(self.recorder.nodes)
        # A constant without a label is a number in a formula, and needs no mention.
        named = {x: kind for x, kind in kinds.items() if graph.label(x) or not graph.is_constant(x)}
        lines = []
        for kind, caption in GIVEN.items():
            # No-break spaces inside each: a list that is too long for a line is broken between.
            said = [
                f"{self.names[x]}\xa0{self.equal(x.data).replace(' ', chr(160))}"
                for x in named
                if named[x] == kind
            ]
            if said:
                lines.append((caption, text.listed(said, MOST_GIVEN)))
        return Description("Start", "the numbers that are given", tuple(lines))

    def _forward(self, step: Step) -> Description:
        node = step.node
        assert node is not None and step.number is not None
        name = self.names[node]
        computed = expr.call(ops.row_named(node.op), [*map(Name, node.operands)])
        formula, numbers = write(computed, self._in_names), write(computed, self._in_numbers)
        sign = equals(*[self.number(x.data) for x in node.operands])
        begins = step.number != step.number and all(x.data == x.data for x in node.operands)
        remark = "The operation is not defined there: the nan begins here."
        return Description(
            "Forward",
            f"compute {name}",
            (
                ("formula", f"{name} {equals(*[self.names[x] for x in node.operands])} {formula}"),
                ("numbers", f"{name} {sign} {numbers} {self.equal(step.number)}"),
            ),
            (remark,) * begins,
        )

    def _seed(self, step: Step) -> Description:
        root = self.recorder.root
        heading = f"begin at the output {self.names[root]}"
        lines = (("gradient", f"{self.gradient(root)} = 1"),)
        return Description("Backward", heading, lines, ("The output changes as fast as itself.",))

    def _backward(self, step: Step) -> Description:
        assert step.node is not None and step.operand is not None
        node, operand = self.names[step.node], self.names[step.operand]
        uses = [i for i, x in enumerate(step.node.operands) if x is step.operand]
        nth = uses.index(step.place) + 1
        use = f" ({ORDINALS.get(nth, f'{nth}th')} use)" if len(uses) > 1 else ""
        wrong = bool(step.missing or step.again)
        lines = (*self._handed(step, step.node, wrong), ("running total", self._total(step)))
        remarks = (*self._remarks(step, node, operand),)
        return Description("Backward", f"from {node} to {operand}{use}", lines, remarks, wrong)

    def _handed(self, step: Step, node: Value, wrong: bool) -> Iterator[tuple[str, str]]:
        """The lines of a contribution; of none, why there is none."""
        name, incoming, slope = self.names[node], step.incoming, step.local
        if incoming is None or slope is None or step.nothing == RECEIVED_NOTHING:
            yield "contribution", f"{name} received nothing: contributes nothing"
            return
        gradient = f"grad of {name}" if wrong else self.gradient(node)
        yield "incoming gradient", f"{gradient} {self.equal(incoming)}"
        if step.contribution is None:
            yield "contribution", f"{step.nothing}: contributes nothing"
            return
        partial, shown = self.partial(node, step.place), self.number(slope)
        formulas = [*self._slope(node, step.place), self.equal(slope)]
        yield "local derivative", " ".join([partial, *dict.fromkeys(formulas)])
        factors = f"{self.number(incoming)} · {bracketed(shown)}"
        product = f"{equals(self.number(incoming), shown)} {factors}"
        result = self.equal(step.contribution)
        yield "contribution", f"{gradient} · {partial} {product} {result}"

    def _slope(self, node: Value, place: int) -> Iterator[str]:
        """A local derivative in names and in numbers, each with the sign before it."""
        slope = local(node, place, _term)
        if slope is not None:
            mentioned = [*dict.fromkeys(expr.names(slope))]
            names = [self.names[x] for x in mentioned]
            numbers = [self.number(x.data) for x in mentioned]
            yield f"{equals(*names)} {write(slope, self._in_names)}"
            yield f"{equals(*numbers)} {write(slope, self._in_numbers)}"

    def partial(self, node: Value, place: int) -> str:
        """∂node/∂operand; with the place, as in ∂y/∂x|₂, where the operand stands in several."""
        operand = node.operands[place]
        if node not in self._several:
            self._several[node] = {x for x, n in Counter(node.operands).items() if n > 1}
        at = f"|{lowered(place + 1)}" if operand in self._several[node] else ""
        return derivative(self.names[node], self.names[operand]) + at

    def _total(self, step: Step) -> str:
        """The gradient of the receiver so far."""
        assert step.receiver is not None and step.total is not None
        name, total = self.names[step.receiver], self.equal(step.total)
        if step.nothing:
            so_far = "nothing so far" if step.before is None else "as before"
            return f"grad of {name} {total} ({so_far})"
        if step.before is not None and step.contribution is not None:
            numbers = (step.before, step.contribution, step.total)
            before, more, after = alike(numbers, self.digits)
            sign = equals(*map(self.number, numbers))
            return f"grad of {name} accumulates: {before} + {bracketed(more)} {sign} {after}"
        if step.awaited or step.missing:
            return f"grad of {name} {total} (first contribution)"
        return f"{self.gradient(step.receiver)} {total} (only contribution)"

    def _remarks(self, step: Step, node: str, operand: str) -> Iterator[str]:
        """What to notice."""
        if step.missing:
            came = "1 contribution" if step.missing == 1 else f"{step.missing} contributions"
            yield f"Too early: {node} hands on while {came} to its own gradient is still to come."
        elif step.again:
            yield (
                f"Once too often: {node} has handed on to {operand} before, and what it handed on "
                "then is counted again."
            )
        elif step.awaited:
            more = "1 more use" if step.awaited == 1 else f"{step.awaited} more uses"
            yield f"{operand} waits for the contribution of {more}."
        elif step.before is not None and step.total is not None and step.operand is not None:
            whole = f"{self.gradient(step.operand)} {self.equal(step.total)}"
            yield f"All uses of {operand} have contributed: {whole}."

    def _carry(self, step: Step) -> Description:
        assert step.node is not None
        return Description(
            "Backward",
            f"{self.names[step.node]} still holds the gradient of the pass before",
            (("running total", self._total(step)),),
            (
                "backward() adds to the gradients of leaves; only zero_grad() forgets them. The "
                "sum belongs to no single pass.",
            ),
            True,
        )

    def _zero(self, step: Step) -> Description:
        lines = (("gradients", "forgotten, the leaves' too"),)
        return Description("Backward", "zero_grad()", lines, ("The next pass starts afresh.",))

    def _end(self, step: Step) -> Description:
        lines, remarks = [], []
        for leaf, gradient in step.gradients:
            name = self.names[leaf]
            whole = self.gradient(leaf)
            right = step.right.get(leaf, gradient) if step.right else gradient
            if right == gradient or gradient != gradient:
                lines.append(("gradient", f"{whole} {self.equal(gradient)}"))
            else:
                lines.append(("wrong", f"grad of {name} {self.equal(gradient)}"))
                remarks.append(f"The derivative {whole} is {self.number(right)}.")
        return Description("End", "the gradients", tuple(lines), tuple(remarks), bool(remarks))

    def number(self, number: float) -> str:
        """A number as it is shown."""
        return short(number, self.digits)

    def equal(self, number: float) -> str:
        """A number with the sign before it."""
        return equal(number, self.digits)

    def gradient(self, node: Value) -> str:
        """∂root/∂node."""
        return derivative(self.names[self.recorder.root], self.names[node])


def bracketed(shown: str) -> str:
    """A number that stands inside a formula: a negative one in brackets."""
    return f"({shown})" if shown.startswith(MINUS) else shown


def _term(node: Value | float) -> Expr:
    """A node, or a constant that a formula may reckon with: 2 · e instead of 2 · e ^ (2 − 1)."""
    if isinstance(node, float):
        return Number(node)
    bare = graph.is_constant(node) and not graph.label(node)
    return Number(node.data) if bare and float(f"{node.data:.6g}") == node.data else Name(node)
