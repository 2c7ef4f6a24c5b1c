"""The README's pictures, made by the project: ``python -m tests.readme.pictures``.

Each is made for a light and a dark page. The graph is that of the README's first command.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograd_mini import Value, draw, plots, training

HERE = Path(__file__).parent
THEMES = ("light", "dark")


def neuron(theme: str, folder: Path) -> Path:
    """One neuron with its numbers, gradients and local derivatives."""
    w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-1.0, "b")
    z = w * x + b
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    a.backward()
    return draw(a, theme=theme, legend=False).save(folder / f"neuron-{theme}.png")


def moons(theme: str, folder: Path) -> Path:
    """The two moons as a trained network sees them, beside the course of its training."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    trained = training.run(training.RECIPES["moons"], seed=1)
    target = folder / f"moons-{theme}.png"
    with plots.theme(theme):
        figure = Figure(figsize=(10.4, 4.2))
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2)
        plots.decision_boundary(trained.model, trained.train, left, threshold=0.0)
        plots.loss_curve(trained.history, right)
        figure.savefig(target, dpi=110, metadata={"Software": None})
    return target


def make(folder: Path = HERE) -> list[Path]:
    """All pictures; the files."""
    return [picture(theme, folder) for picture in (neuron, moons) for theme in THEMES]


if __name__ == "__main__":
    for _made in make():
        sys.stdout.write(f"{_made}\n")
