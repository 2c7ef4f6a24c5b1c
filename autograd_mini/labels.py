"""Labels of nodes, and the places that they may know: a layer, a neuron, a role there."""

from __future__ import annotations

from autograd_mini.real import shown


class Tag(str):
    """A label that also knows its place: the scope that made the node, and its role there.

    >>> tag = Tag("w₁₂⁽¹⁾", scope=("layer 1", "neuron 1"), role="weight")
    >>> tag, tag.scope, tag.role
    ('w₁₂⁽¹⁾', ('layer 1', 'neuron 1'), 'weight')
    """

    __slots__ = ("role", "scope")

    scope: tuple[str, ...]
    role: str

    def __new__(cls, text: str, scope: tuple[str, ...] = (), role: str = "") -> Tag:
        """Make a label; ``scope`` goes from the outermost place inward."""
        tag = super().__new__(cls, text)
        tag.scope = scope
        tag.role = role
        return tag

    def __reduce__(self) -> tuple[type[Tag], tuple[object, ...]]:
        return (Tag, (str(self), self.scope, self.role))


def label(node: object) -> str:
    """The node's label, "" where nobody has named it."""
    return getattr(node, "_label", "")


def scope(node: object) -> tuple[str, ...]:
    """The place that made the node, as ("layer 1", "neuron 2"); () for hand-written nodes."""
    return getattr(label(node), "scope", ())


def role(node: object) -> str:
    """What the node is in its neuron: weight, bias, input, target, sum, activation; "" unknown."""
    return getattr(label(node), "role", "")


def checked(label: object) -> str:
    """The label, if it is a string."""
    if not isinstance(label, str):
        raise TypeError(f"label: expected a string, not {type(label).__name__} {shown(label)}")
    return label
