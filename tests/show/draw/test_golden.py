"""The DOT text of a few pictures, whole, in `golden/`, and the images of one for each option.

A file that differs from what is drawn was either broken by the change at hand or is out of date;
look at both pictures (`dot -Tpng`) before putting the new text in its place, which
`python -m tests.show.draw.test_golden` does for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_mini import Value, losses, nn
from autograd_mini.show import Drawing, draw

GOLDEN = Path(__file__).parent / "golden"
TEXTS = {"neuron", "compact_literal", "network_gradients", "coloured_dark"}
"""The pictures whose texts are kept; all others are looked at as images and by their geometry."""


def neuron() -> Drawing:
    return draw(a_neuron()[-1])


def twice() -> Drawing:
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    return draw(b, legend=False)


def mixture() -> Drawing:
    a = Value(3.0, "a")
    b = a * 2.0
    c = b * b
    c.backward()
    b.backward()
    return draw(c, legend=False)


def literal() -> Drawing:
    return draw(Value(1.5, '<b>\n"\\N" &amp; {x|\x07}') ** 2, legend=False)


def collapsed() -> Drawing:
    x = Value(1.0, "x")
    y = x
    for _ in range(20):
        y = y * 2.0 + x
    return draw(y, max_nodes=15)


def compact() -> Drawing:
    return draw(a_neuron()[-1], view="compact")


def compact_layers() -> Drawing:
    return draw(a_network()[-1], view="compact", clusters=True)


def compact_collapsed() -> Drawing:
    return draw(a_batch(), view="compact", max_nodes=20)


def compact_literal() -> Drawing:
    w, x = Value(0.5, '{w|"<b>"} \\N'), Value(2.0, "x &amp;")
    a = (w * x + Value(0.25, "]]>")).tanh()
    a.label = "<a>\n| |"
    return draw(a, view="compact", legend=False)


def network() -> Drawing:
    return draw(a_batch(), view="network")


def network_gradients() -> Drawing:
    *_, y = a_network()
    return draw(y, view="network", edges="gradient", theme="dark", hide="biases")


def opened() -> Drawing:
    return draw(a_network()[-1], open_affine=True, legend=False)


def depth() -> Drawing:
    return draw(a_network()[-1], depth=1)


def focus() -> Drawing:
    *_, hidden, y = a_network()
    return draw(y, focus=hidden, depth=1, legend=False)


def hidden() -> Drawing:
    return draw(a_network()[-1], hide=["weights", "biases"], clusters=False)


def path() -> Drawing:
    x, hidden, y = a_network()
    return draw(y, path=[x, hidden, y], legend=False, clusters=False)


def coloured() -> Drawing:
    return draw(a_neuron()[-1], colour="gradient")


def coloured_dark() -> Drawing:
    return draw(a_neuron()[-1], colour="value", theme="dark", format="+.2f")


def a_neuron() -> tuple[Value, ...]:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    a = (w * x + b).tanh()
    a.label = "a"
    a.backward()
    return w, x, b, a


def a_network() -> tuple[Value, Value, Value]:
    """An input, a hidden neuron and the output, of numbers that every libm rounds alike."""
    model = nn.MLP(2, [2, 1], "relu")
    for place, parameter in enumerate(model.parameters()):
        parameter.data = (0.5, -0.25, 0.125, 1.5, 0.75, -0.5, -1.25, 2.0, 0.25)[place]
    x = [Value(1.0, "x₁"), Value(-2.0, "x₂")]
    y = model(x)
    y.backward()
    return x[0], y.operands[1], y


def a_batch() -> Value:
    model = nn.MLP(1, [2, 1], "relu")
    for place, parameter in enumerate(model.parameters()):
        parameter.data = (0.5, -0.25, 0.125, 0.75, -1.25, 2.0, 0.25)[place]
    cost: Value = losses.mse([model([x]) for x in (1.0, 2.0, 4.0)], [0.0, 1.0, 1.0])
    cost.label = "J"
    cost.backward()
    return cost


MADE: list[Callable[[], Drawing]] = [
    *(neuron, twice, mixture, literal, collapsed),
    *(compact, compact_layers, compact_collapsed, compact_literal, network, network_gradients),
    *(opened, depth, focus, hidden, path, coloured, coloured_dark),
]


@pytest.mark.parametrize("made", [made for made in MADE if made.__name__ in TEXTS])
def test_golden(made: Callable[[], Drawing]) -> None:
    golden = GOLDEN / f"{made.__name__}.dot"
    assert made().dot == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("made", MADE)
def test_every_golden_picture_becomes_an_image(
    made: Callable[[], Drawing], program: str, tmp_path: Path
) -> None:
    drawing = made()
    drawing.program = program
    for suffix in (".svg", ".png"):
        assert drawing.save(tmp_path / f"p{suffix}").stat().st_size > 500


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == TEXTS


if __name__ == "__main__":
    for made in (made for made in MADE if made.__name__ in TEXTS):
        (GOLDEN / f"{made.__name__}.dot").write_text(made().dot, encoding="utf-8")
