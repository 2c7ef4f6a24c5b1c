"""Plots show the numbers that they were given, in any style; they draw where they are told.

What is drawn is read back from the Axes and compared with NumPy, with closed forms, or with the
model called point by point.
"""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

import autograd_mini
from autograd_mini import Value, data, losses, nn, ops, optim, plots, training
from autograd_mini.plots import themes
from autograd_mini.show import palette

mpl.use("agg")

from matplotlib import pyplot as plt


@pytest.fixture(params=["light", "dark", "matplotlib's own"])
def ax(request: pytest.FixtureRequest) -> Iterator[Any]:
    style = mpl.rc_context() if request.param not in palette.THEMES else plots.theme(request.param)
    with style:
        figure, made = plt.subplots()
        yield made
        figure.canvas.draw()  # nothing is warned of, nothing fails
        plt.close(figure)


def same(drawn: object, ax: object) -> None:
    assert drawn is ax


def labelled(ax: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in ax.get_lines()}


LINE = nn.LogisticRegression(2)
for _p, _number in zip(LINE.parameters(), (3.0, -1.5, 0.6), strict=True):
    _p.data = _number


def test_the_boundary_is_where_the_model_is_undecided(ax: Any) -> None:
    points = data.moons(60, rng=random.Random(0))
    same(plots.decision_boundary(LINE, points, ax), ax)
    (line,) = [c for c in ax.collections if isinstance(c, mpl.contour.QuadContourSet)]
    ends = np.concatenate([path.vertices for path in line.get_paths()])
    assert len(ends) > 50
    np.testing.assert_allclose(ends @ [3.0, -1.5] + 0.6, 0.0, atol=0.02)
    (image,) = ax.images
    shades = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    assert left == ax.get_xlim()[0] < min(x for x, _ in points.X)
    corner = 1 / (1 + math.exp(-(3.0 * left - 1.5 * bottom + 0.6)))
    assert shades[0, 0] == pytest.approx(corner, abs=1e-12)
    assert (right, top) == (ax.get_xlim()[1], ax.get_ylim()[1])
    right_ones = [(3 * a - 1.5 * b + 0.6 > 0) == (y == 1) for (a, b), y in points].count(True)
    assert ax.get_title(loc="left") == f"{right_ones} of 60 right"
    assert (ax.get_xlabel(), ax.get_ylabel()) == points.features
    drawn = [c for c in ax.collections if isinstance(c, mpl.collections.PathCollection)]
    assert sum(len(np.asarray(c.get_offsets())) for c in drawn) == 60
    assert [c.get_label() for c in drawn] == ["upper", "lower"]


def test_a_score_has_its_boundary_at_0(ax: Any) -> None:
    def score(x: Any) -> float:  # a function of numbers, without parameters
        return float(x[0] - 2.0 * x[1] + 0.25)

    plots.decision_boundary(score, data.xor(), ax, threshold=0.0, resolution=40, title="mine")
    (line,) = [c for c in ax.collections if isinstance(c, mpl.contour.QuadContourSet)]
    ends = np.concatenate([path.vertices for path in line.get_paths()])
    np.testing.assert_allclose(ends @ [1.0, -2.0] + 0.25, 0.0, atol=1e-9)
    assert ax.get_title(loc="left") == "mine"


def test_several_outputs_share_the_plane(ax: Any) -> None:
    iris = data.iris()
    two = data.Dataset("iris", [x[2:] for x in iris.X], iris.Y, iris.features[2:], iris.classes)
    model = nn.Layer(2, 3, None, rng=random.Random(1))
    plots.decision_boundary(model, two, ax, resolution=30)
    colours = np.asarray(ax.images[0].get_array())
    x0, x1, y0, y1 = ax.images[0].get_extent()
    for row, column in ((0, 0), (29, 0), (0, 29), (29, 29), (11, 17)):
        at = [x0 + (x1 - x0) * column / 29, y0 + (y1 - y0) * row / 29]
        outputs = [z.data for z in model(at)]
        wanted = np.array(to_rgb(themes.colour(outputs.index(max(outputs)))))
        paper = np.array(to_rgb(mpl.rcParams["axes.facecolor"]))
        np.testing.assert_allclose(colours[row, column], 0.55 * wanted + 0.45 * paper, atol=1e-12)


def test_a_model_that_cannot_be_compiled_is_called_point_by_point(ax: Any) -> None:
    class Peeking(nn.LogisticRegression):
        def __call__(self, x: Any) -> Any:
            return Value(1.0) if x[0] + x[1] > 1.2 else Value(0.0)

    plots.decision_boundary(Peeking(2), data.and_(), ax, resolution=8)
    assert ax.get_title(loc="left") == "4 of 4 right"


HISTORY = training.History(
    costs=[9.0, 4.0, 1.0, 0.25],
    validation=[8.0, 3.0, 2.0, 2.5],
    rates=[0.5, 0.5, 0.25, 0.25],
    best=3,
)


def test_the_loss_curve_shows_the_history(ax: Any) -> None:
    same(plots.loss_curve(HISTORY, ax), ax)
    lines = labelled(ax)
    assert list(lines) == ["training", "held out", "best: epoch 3"]
    np.testing.assert_array_equal(lines["training"].get_xydata().T, [[1, 2, 3, 4], HISTORY.costs])
    np.testing.assert_array_equal(lines["held out"].get_ydata(), HISTORY.validation)
    assert lines["best: epoch 3"].get_xydata().tolist() == [[3.0, 2.0]]
    assert ax.get_yscale() == "log"  # 9 is more than thirty times 0.25


def test_a_list_of_costs_will_do(ax: Any) -> None:
    plots.loss_curve([3.0, 2.0, 1.5], ax)
    assert ax.get_yscale() == "linear"
    assert ax.get_ylim()[0] == 0.0
    assert ax.get_legend() is None
    plots.loss_curve([3.0, 2.0, 1.5], ax, log=True)
    assert ax.get_yscale() == "log"


def test_the_learning_rate_is_drawn_as_steps(ax: Any) -> None:
    same(plots.learning_rate(HISTORY, ax), ax)
    (line,) = ax.get_lines()
    assert line.get_ydata().tolist() == HISTORY.rates
    assert ax.get_ylim()[0] == 0.0


@pytest.mark.parametrize("name", ["sigmoid", "relu", "elu", "gelu"])
def test_an_activation_is_drawn_with_its_derivative(name: str, ax: Any) -> None:
    same(plots.activation(name, ax, span=(-3.0, 3.0)), ax)
    lines = labelled(ax)
    x, y = lines[f"g(z) = {name}(z)"].get_xydata().T
    assert (x[0], x[-1]) == (-3.0, 3.0)
    assert y.tolist() == [ops.TABLE[name](float(a)) for a in x]
    a, slope = lines["g′(z)"].get_xydata().T
    h = 1e-5
    between = [(ops.TABLE[name](float(b + h)) - ops.TABLE[name](float(b - h))) / (2 * h) for b in a]
    smooth = np.abs(a) > 1e-3
    np.testing.assert_allclose(slope[smooth], np.array(between)[smooth], atol=1e-7)
    at_kink = np.isnan(slope[~smooth]).any()
    assert at_kink == (name in ("relu", "leaky_relu"))


@pytest.mark.parametrize("name", ["hypot", "sum", "jump", ""])
def test_an_activation_takes_one_number(name: str, ax: Any) -> None:
    with pytest.raises(ValueError, match="is no function of one number"):
        plots.activation(name, ax)


def bowl(a: float, b: float) -> Value:
    return Value(a * a + 3.0 * b * b + 1.0)


@pytest.mark.parametrize("log", [False, True])
def test_the_surface_has_the_cost_for_height_and_the_path_on_it(log: bool, ax: Any) -> None:
    path = [(2.0, 1.0), (1.0, 0.25), (0.5, 0.0)]
    same(plots.loss_surface(bowl, ax, path=path, log=log, names=("w", "b")), ax)
    trail = next(line for line in ax.get_lines() if len(line.get_xdata()) == 3)
    assert trail.get_xydata().tolist() == [list(point) for point in path]
    assert "after 2 steps" in labelled(ax)
    filled: Any = next(c for c in ax.collections if isinstance(c, mpl.contour.QuadContourSet))
    xs, ys = (np.linspace(low, high, 60) for low, high in (ax.get_xlim(), ax.get_ylim()))
    heights = xs[None] ** 2 + 3 * ys[:, None] ** 2 + 1
    heights = np.log10(heights) if log else heights
    assert filled.zmin == pytest.approx(heights.min())
    assert filled.zmax == pytest.approx(heights.max())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w", "b")
    assert ax.get_xlim()[0] < 0.5
    assert ax.get_xlim()[1] > 2.0


def test_the_surface_is_a_landscape_on_three_axes() -> None:
    figure = plt.figure()
    ax: Any = figure.add_subplot(projection="3d")
    drawn = plots.loss_surface(bowl, ax, path=[(2.0, 1.0), (0.0, 0.0)])
    same(drawn, ax)
    trail: Any = next(line for line in ax.get_lines() if len(line.get_data()[0]) == 2)
    assert trail.get_data_3d()[2].tolist() == [8.0, 1.0]
    figure.canvas.draw()
    plt.close(figure)


def test_few_weights_have_an_arrow_each(ax: Any) -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    before = [p.data for p in model.parameters()]
    for p in model.parameters():
        p.data += 0.5
    same(plots.weights(before, model.parameters(), ax), ax)
    old, new = ax.collections
    assert old.get_offsets()[:, 0].tolist() == before
    np.testing.assert_allclose(new.get_offsets()[:, 0], np.array(before) + 0.5)
    assert [t.get_text() for t in ax.get_yticklabels()] == [p.label for p in model.parameters()]
    assert len(ax.patches) == len(before)


def test_many_weights_become_histograms(ax: Any) -> None:
    rng = random.Random(0)
    before = [rng.uniform(-1, 1) for _ in range(400)]
    after = [3.0 * w for w in before]
    plots.weights(before, after, ax)
    counts, _ = np.histogram(after, np.histogram_bin_edges([*before, *after], bins=50))
    assert [bar.get_height() for bar in ax.patches[:50]] == counts.tolist()


def test_the_confusion_counts_every_example(ax: Any) -> None:
    examples = data.Dataset(
        "five", [[0.0], [1.0], [1.0], [2.0], [0.0]], [0, 1, 2, 2, 1], classes=("a", "b", "c")
    )
    plots.confusion(lambda x: [float(k == x[0]) for k in range(3)], examples, ax)
    np.testing.assert_array_equal(ax.images[0].get_array(), [[1, 0, 0], [1, 1, 0], [0, 1, 1]])
    assert ax.get_title(loc="left") == "3 of 5 right"
    assert sorted(t.get_text() for t in ax.texts) == ["1"] * 5


def test_images_stand_side_by_side_with_their_captions(ax: Any) -> None:
    digits = data.digits().take(range(8))
    same(plots.images(digits.X, ax, captions=list(map(str, digits.Y)), columns=5), ax)
    assert len(ax.images) == 8
    for image, pixels in zip(ax.images, digits.X, strict=True):
        np.testing.assert_array_equal(np.asarray(image.get_array()).ravel(), pixels)
        assert image.get_clim() == (0.0, 1.0)
    corners = [image.get_extent()[:2] for image in ax.images]
    assert corners[0] == corners[5]
    assert corners[1] == corners[6] != corners[0]
    assert [t.get_text() for t in ax.texts] == list("01234567")


def test_left_out_the_axes_are_the_current_ones() -> None:
    figure, (_, second) = plt.subplots(1, 2)
    assert plots.loss_curve([2.0, 1.0]) is second
    plt.close(figure)


WRONG: dict[str, tuple[Any, str]] = {
    "no plane": (lambda ax: plots.decision_boundary(LINE, data.iris(), ax), "two features"),
    "no classes": (
        lambda ax: plots.confusion(LINE, data.Dataset("d", [[1.0]], [0]), ax),
        "with classes",
    ),
    "no costs": (lambda ax: plots.loss_curve([], ax), "at least one epoch"),
    "no range": (lambda ax: plots.loss_surface(bowl, ax), "give a path"),
    "log of 0": (
        lambda ax: plots.loss_surface(lambda a, b: 0.0, ax, path=[(0.0, 0.0)], log=True),
        "above 0",
    ),
    "no span": (lambda ax: plots.activation("tanh", ax, span=(1.0, 1.0)), "must be the smaller"),
    "one too few": (lambda ax: plots.weights([1.0], [1.0, 2.0], ax), "1 before and 2 after"),
    "no pictures": (lambda ax: plots.images([], ax), "at least one"),
    "another shape": (lambda ax: plots.images([[0.0] * 9], ax), "8×8 = 64"),
    "no such theme": (lambda ax: plots.theme("sepia"), "'light' or 'dark'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_drawn_is_refused(name: str) -> None:
    figure, ax = plt.subplots()
    draw, said = WRONG[name]
    with pytest.raises(ValueError, match=said):
        draw(ax)
    plt.close(figure)


def luminance(colour: Any) -> float:
    """Of the Web Content Accessibility Guidelines 2.2."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("name", palette.THEMES)
def test_every_colour_stands_out_from_the_paper(name: str) -> None:
    look = palette.THEMES[name]

    def contrast(colour: str) -> float:
        pair = sorted([luminance(colour), luminance(look.page["paper"])])
        return (pair[1] + 0.05) / (pair[0] + 0.05)

    assert contrast(look.page["ink"]) >= 7.0  # text
    assert min(map(contrast, look.series)) >= 3.0  # graphics


def test_without_matplotlib_the_extra_is_named() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from autograd_mini import plots\n"
        "plots.loss_curve([1.0])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(Path(autograd_mini.__file__).parents[1])],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: plots.loss_curve: ")
    assert "pip install 'autograd-mini[plot]'" in last


def test_a_descent_can_be_drawn_from_the_engines_own_steps(ax: Any) -> None:
    w, b = Value(-1.0, "w"), Value(2.0, "b")
    points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]
    optimizer = optim.SGD([w, b], lr=0.1)
    path = [(w.data, b.data)]
    for _ in range(10):
        optimizer.zero_grad()
        losses.mse([w * x + b for x, _ in points], [y for _, y in points]).backward()
        optimizer.step()
        path.append((w.data, b.data))

    def cost(w: float, b: float) -> float:
        return sum((w * x + b - y) ** 2 for x, y in points) / 3

    plots.loss_surface(cost, ax, path=path)
    costs = [cost(*point) for point in path]
    assert costs == sorted(costs, reverse=True)
