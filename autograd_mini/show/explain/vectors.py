"""Where a chain of matrices stops on its way: vectors, their names, and how to find them.

Vocabulary:

- *vector*: nodes that stand side by side, such as the sums z⁽¹⁾ of a layer. The chain rule in
  matrix form goes from vector to vector, from the output to the input.
- *bypass*: a path that meets no node of a vector. Where there is one, the product of the factors
  is not the derivative.
- *shape* of what was given: one Value, a list, or a list of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd_mini import graph
from autograd_mini.expr import Expr, Name
from autograd_mini.numbers import LOWERED, RAISED
from autograd_mini.real import shown
from autograd_mini.show import labels
from autograd_mini.show.names import Names
from autograd_mini.sweeps import depending
from autograd_mini.value import Value

LAYER_ROLES = ("sum", "activation")
MOST_LISTED = 3  # a vector without a common name is named by its members up to so many


class Vector(NamedTuple):
    """Nodes side by side.

    Attributes:
        nodes: the nodes, row by row.
        widths: the lengths of the rows; empty for a plain list or a single node.
        is_list: whether it was given as a list.
    """

    nodes: tuple[Value, ...]
    widths: tuple[int, ...] = ()
    is_list: bool = True

    def shaped(self, items: Sequence[Any]) -> Any:
        """One item for each node, nested as the nodes were given."""
        if not self.is_list:
            return items[0]
        if not self.widths:
            return list(items)
        left = iter(items)
        return [[next(left) for _ in range(width)] for width in self.widths]

    def replaced(self, twins: Mapping[Value, Value]) -> Vector:
        """The same of other nodes."""
        return self._replace(nodes=tuple(twins[node] for node in self.nodes))


def vector(given: Any, what: str) -> Vector:
    """What was given, as a vector: a Value, a list, a list of rows, an array, a model.

    Raises:
        TypeError: it is no Value, no list of Values, and no list of rows of Values.
        ValueError: it is empty.
    """
    if hasattr(type(given), "operands"):
        return Vector((given,), (), False)
    if hasattr(given, "parameters"):
        given = given.parameters()
    elif hasattr(given, "tolist"):
        given = given.tolist()
    if not isinstance(given, list | tuple):
        raise TypeError(
            f"explain: {what} is {type(given).__name__} {shown(given)}; give a Value, a list of "
            "Values, or a list of rows"
        )
    rows = [row if isinstance(row, list | tuple) else [row] for row in given]
    nodes = tuple(node for row in rows for node in row)
    for node in nodes:
        if not hasattr(type(node), "operands"):
            raise TypeError(
                f"explain: {what} holds {type(node).__name__} {shown(node)}; it may hold "
                "Values only"
            )
    if not nodes:
        raise ValueError(f"explain: {what} is empty; give at least one Value")
    is_nested = any(isinstance(row, list | tuple) for row in given)
    return Vector(nodes, tuple(map(len, rows)) if is_nested else ())


def of_layers(root: Value, wrt: Iterable[Value]) -> list[Vector]:
    """The sums and activations of the layers of a network between output and input.

    They are known by their labels' scopes; those that some path goes around are left out.
    """
    wanted = set(wrt)
    active = depending(graph.order(root), wanted)
    groups: dict[tuple[str, str], list[Value]] = {}
    for node in active:
        scope, role = graph.scope(node), graph.role(node)
        if scope and scope[0].startswith("layer") and role in LAYER_ROLES:
            groups.setdefault((scope[0], role), []).append(node)
    found: list[Vector] = []
    before: tuple[Value, ...] = (root,)
    for members in reversed(groups.values()):
        apart = not {root, *wanted} & set(members)
        if apart and bypassed(active, before, members, wanted) is None:
            found.append(Vector(tuple(members)))
            before = found[-1].nodes
    return found


def bypassed(
    active: Iterable[Value], tops: Iterable[Value], members: Iterable[Value], wrt: Iterable[Value]
) -> Value | None:
    """An input that a path from the tops, through active nodes, reaches without any member."""
    known, avoided, wanted = set(active), set(members), set(wrt)
    waiting = [node for node in tops if node in known]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node in avoided:
            continue
        if node in wanted:
            return node
        operands = graph.operand_nodes(node)
        new = dict.fromkeys(x for x in operands if x in known and x not in seen)
        seen.update(new)
        waiting += new
    return None


def names_of(vectors: Sequence[Vector], names: Names) -> list[Expr]:
    """A name for each vector: z⁽¹⁾ for z₁⁽¹⁾, z₂⁽¹⁾, …; W for a list of rows of w.

    Vectors of one name are numbered from the input on, as they were made.
    """
    common = [*map(common_label, vectors)]
    found: list[Expr] = []
    for i, (each, label) in enumerate(zip(vectors, common, strict=True)):
        if label:
            copy = common[i:].count(label) if common.count(label) > 1 else 0
            found.append(Name(labels.read(label, copy)))
        elif len(each.nodes) == 1:
            found.append(names.of(each.nodes[0]))
        else:
            found.append(Name(labels.read(_listed(each, names))))
    return found


def common_label(each: Vector) -> str:
    """The label that the nodes share but for their indices; "" where they share none."""
    shared = set()
    for node in each.nodes:
        label = graph.label(node)
        rest = label.rstrip("".join(RAISED))
        base = rest.rstrip("," + "".join(LOWERED))
        shared.add((base, label[len(rest) :], base != rest))
    base, raised, has_index = shared.pop()
    if shared or not (base and has_index) or (len(each.nodes) == 1 and not raised):
        return ""
    return (base.upper() if each.widths and len(base) == 1 else base) + raised


def _listed(each: Vector, names: Names) -> str:
    """As many of the members as a label has room for, the first at least."""
    shown = [labels.plain(names.of(node), names.digits) for node in each.nodes[:MOST_LISTED]]
    while True:
        more = len(each.nodes) - len(shown)
        listed = f"({', '.join(shown)}{f', … {more} more' if more else ''})"
        if len(listed) <= labels.LONGEST or len(shown) == 1:
            return listed
        shown.pop()
