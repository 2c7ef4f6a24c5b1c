"""A forward and a backward pass written down one step at a time, with every number in it.

Vocabulary:

- *step*: the smallest thing that happens: one node gets its number, or one operand gets one
  contribution. A step's *phase* says which.
- *recorder*: makes the steps. It keeps adjoints of its own, in a table beside the graph, so no
  ``.grad`` is read or written. It does to them what :mod:`autograd_mini.diff` does to ``.grad``,
  operation by operation and in the same order, so the numbers are equal to the last bit.
- *nothing*: what an operand that is not chosen receives (:mod:`autograd_mini.choices`), and what a
  node that has received nothing hands on. It is no 0: it is never multiplied.
- *total*: the adjoint of a node so far. It is *complete* when every use of the node has
  contributed.

Which node hands on when is decided outside: :func:`passes` does it in reverse topological order,
and the wrong ways in :mod:`autograd_mini.show.walk.pitfalls` do it otherwise.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from autograd_mini import graph
from autograd_mini.choices import chosen
from autograd_mini.errors import AutogradError
from autograd_mini.real import shown
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.sweeps import slopes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autograd_mini.choices import States
    from autograd_mini.value import Value

    _LookedAt = tuple[Value, tuple[Value, ...], Callable[[int], float], list[bool | None]]

Phase = Literal["inputs", "forward", "seed", "backward", "carry", "zero", "end"]

NOT_CHOSEN, RECEIVED_NOTHING = "not chosen", "received nothing"


class Step(NamedTuple):
    """One step.

    Attributes:
        phase: "inputs" (all leaves get their numbers), "forward" (a node gets its number), "seed"
            (the output gets the gradient 1), "backward" (a node hands on to one operand), "carry"
            (a leaf adds the gradient of earlier passes), "zero" (the gradients are forgotten),
            "end" (all is done).
        node: whose number or gradient it is about; in "backward" the node that hands on. None in
            phases that are about all leaves.
        operand: in "backward" the operand that receives.
        place: its place among the operands, from 0.
        number: in "forward" the node's number.
        incoming: in "backward" the node's gradient so far.
        local: the local derivative ∂node/∂operand.
        contribution: incoming · local.
        before: what the receiver's gradient was; None where this is the first contribution.
        total: what it is now.
        awaited: how many contributions the receiver still waits for.
        missing: how many contributions the handing node itself still lacks; 0 in a right pass.
        nothing: in "backward" why nothing is handed on, NOT_CHOSEN or RECEIVED_NOTHING; then there
            is no contribution. "" where there is.
        again: whether this arrow has carried a contribution in this pass before; never in a right
            pass.
        gradients: in "end" every leaf with its gradient.
        right: in "end" of a pass that may have gone wrong what the gradients ought to be.
    """

    phase: Phase
    node: Value | None = None
    operand: Value | None = None
    place: int = 0
    number: float | None = None
    incoming: float | None = None
    local: float | None = None
    contribution: float | None = None
    before: float | None = None
    total: float | None = None
    awaited: int = 0
    missing: int = 0
    nothing: str = ""
    again: bool = False
    gradients: tuple[tuple[Value, float], ...] = ()
    right: Mapping[Value, float] | None = None

    @property
    def receiver(self) -> Value | None:
        """Whose number or gradient changes; None where all do."""
        return self.node if self.operand is None else self.operand


class Recorder:
    """Writes down what is done to the gradients of one graph, and does it.

    Args:
        root: the output.
        nodes: everything that it depends on, operands before results; left out, in the order in
            which the expression makes them.

    Attributes:
        root: as given.
        nodes: as above.
        steps: what has happened so far; the forward pass to begin with.
        totals: the gradients of the present pass, or of the leaves at the end.

    Raises:
        TypeError: the root is no Value.
        StaleGraphError: a leaf was changed after a node had used it.
        AutogradError: the root is a constant.
    """

    def __init__(self, root: Value, nodes: list[Value] | None = None) -> None:
        self.root = checked(root)
        self.nodes: list[Value] = in_order([root]) if nodes is None else nodes
        interior = [node for node in self.nodes if not graph.is_leaf(node)]
        graph.refuse_stale(interior)
        self.totals: dict[Value, float] = {}
        self.steps = [Step("inputs")]
        self.steps += [Step("forward", node, number=node.data) for node in interior]
        self._uses = Counter(operand for node in interior for operand in receivers(node).values())
        self._arrived: Counter[Value] = Counter()
        self._carried: set[tuple[Value, int]] = set()
        self._kept: dict[Value, float] = {}
        self._states: States = {}
        # Where adjoints start: the one float that changes nothing when it is added to.
        self._nothing = float("-0.0")
        self._at = self._looked_at(root)

    def seed(self) -> None:
        """Begin a backward pass: ∂root/∂root is 1."""
        self.totals = {self.root: 1.0}
        self._arrived.clear()
        self._carried.clear()
        self.steps.append(Step("seed", self.root, total=1.0))

    def contribute(self, node: Value, i: int) -> None:
        """Add one contribution: the gradient so far times the local derivative."""
        if node is not self._at[0]:
            self._at = self._looked_at(node)
        _, operands, local_at, taken = self._at
        operand, local, incoming = operands[i], local_at(i), self.totals[node]
        nothing = NOT_CHOSEN if taken[i] is False else ""
        nothing = RECEIVED_NOTHING if incoming is self._nothing else nothing
        before = self.totals.setdefault(operand, self._nothing)
        contribution = None
        if not nothing:
            contribution = incoming if taken[i] else incoming * local
            self.totals[operand] = before + contribution
        self._arrived[operand] += 1
        self.steps.append(
            Step(
                "backward",
                node,
                operand,
                i,
                incoming=incoming,
                local=local,
                contribution=contribution,
                before=None if before is self._nothing else before,
                total=self.totals[operand],
                awaited=max(self._uses[operand] - self._arrived[operand], 0),
                missing=max(self._uses[node] - self._arrived[node], 0),
                nothing=nothing,
                again=(node, i) in self._carried,
            )
        )
        self._carried.add((node, i))

    def _looked_at(self, node: Value) -> _LookedAt:
        """A node, its operands, its local derivatives, and which operands are chosen."""
        taken = [*islice(chosen(node, self._states), len(node.operands))]
        return node, node.operands, slopes(node), taken

    def carry(self) -> None:
        """End a pass: leaves add what earlier passes left in them, as ``backward()`` does."""
        for leaf in self._leaves():
            before = self._kept.get(leaf)
            total = self.totals[leaf]
            if before is not None:
                total += before
                self.steps.append(
                    Step("carry", leaf, contribution=self.totals[leaf], before=before, total=total)
                )
            self._kept[leaf] = self.totals[leaf] = total

    def zero(self) -> None:
        """Forget all gradients, as ``zero_grad()`` does."""
        self.totals = {}
        self._kept = {}
        self.steps.append(Step("zero"))

    def end(self, right: Mapping[Value, float] | None = None) -> None:
        """Write down the gradients of the leaves, beside what they ought to be."""
        # As .grad reads them: −0.0, where adjoints start, is 0.0.
        gradients = tuple((leaf, self.totals[leaf] + 0.0) for leaf in self._leaves())
        self.steps.append(Step("end", gradients=gradients, right=right))

    def _leaves(self) -> list[Value]:
        return [node for node in self.nodes if graph.is_leaf(node) and node in self.totals]


def passes(root: Value, nodes: list[Value] | None = None) -> Recorder:
    """The forward pass and the backward pass of a graph: results before operands.

    Args:
        root: the output.
        nodes: all nodes in the order of the forward pass; left out, that of their making.

    >>> from autograd_mini import Value
    >>> a = Value(3.0, "a")
    >>> recorder = passes(a * a)
    >>> [step.phase for step in recorder.steps]
    ['inputs', 'forward', 'seed', 'backward', 'backward', 'end']
    >>> recorder.totals[a], a.has_grad
    (6.0, False)
    """
    recorder = Recorder(root, nodes)
    sweep(recorder)
    recorder.end()
    return recorder


def sweep(recorder: Recorder) -> None:
    """One backward pass in reverse topological order, as ``backward()`` runs it."""
    recorder.seed()
    for node in reversed(recorder.nodes):
        for i in receivers(node):
            recorder.contribute(node, i)
    recorder.carry()


def receivers(node: Value) -> dict[int, Value]:
    """The operands that receive a gradient, by their places: all but the constants."""
    return {i: x for i, x in enumerate(node.operands) if not graph.is_constant(x)}


def count(root: Value) -> int:
    """How many steps the passes of a graph take, without taking them."""
    operands = [graph.operand_nodes(node) for node in graph.order(root)]
    arrows = sum(not graph.is_constant(x) for xs in operands for x in xs)
    return arrows + sum(map(bool, operands)) + 3


def checked(root: Value) -> Value:
    """The output of a graph; anything else is refused."""
    if not hasattr(root, "operands"):
        raise TypeError(f"walk: expected a Value, not {type(root).__name__} {shown(root)}")
    if graph.is_constant(root):
        raise AutogradError(
            f"walk: {graph.name(root)} is a constant, made from a number or under no_grad(), and "
            "depends on nothing; compute it from Values outside no_grad()"
        )
    return root
