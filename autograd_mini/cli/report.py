"""The report of a training: one page with settings, figures and plots, which works offline.

Vocabulary: each plot is made for a light and for a dark page, and the reader's browser takes the
one it needs; all pictures are inside the page.
"""

from __future__ import annotations

import base64
import importlib.util
import io
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from autograd_mini.errors import RenderError
from autograd_mini.numbers import short
from autograd_mini.show import draw
from autograd_mini.show.html import document, resource

if TYPE_CHECKING:
    from autograd_mini.data import Dataset
    from autograd_mini.training import Trained

SIZE = (6.6, 4.4)
PIXELS = 64
MOST_MISREAD = 18

OWN_CSS = """
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
  gap: 1.5rem; margin: 1.5rem 0; }
.plots figure { margin: 0; }
.plots img { width: 100%; height: auto; border: 1px solid var(--line); border-radius: .5rem; }
.by-night { display: none; background: #121212; }
@media (prefers-color-scheme: dark) { .by-day { display: none; } .by-night { display: block; } }
.right { font-size: 1.25rem; }
"""


Figures = dict[str, Any]
"""What came of a training, as names and numbers."""


Plot = tuple[str, Callable[[Any], Any]]
"""A plot to make: what it says, in words, and what draws it into an Axes."""


def page(trained: Trained, found: Figures) -> str:
    """The whole page."""
    sheet = resource("autograd_mini.lessons", "page.css")
    title = f"Training {trained.recipe.name}"
    return document(title, "\n".join(_body(title, trained, found)), f"{sheet}{OWN_CSS}")


def _body(title: str, trained: Trained, found: Figures) -> Iterator[str]:
    yield f"<header><h1>{title}</h1>\n<p>{escape(trained.recipe.about)}.</p>"
    right = f"<b>{found['right']:,} of {found['examples']:,}</b> examples are answered right"
    if "held out" in found:
        right += f", and <b>{found['right of them']:,} of {found['held out']:,}</b> that were held "
        right += f"out ({found['right of them'] / found['held out']:.1%})"
    yield f'<p class="right">{right}.</p></header>\n<main>'
    if found["stopped"]:
        yield f"<p>Training stopped early: {escape(found['stopped'])}.</p>"
    if importlib.util.find_spec("matplotlib") is None:
        yield (
            '<p class="slip">There are no plots, since matplotlib is not installed: '
            "pip install 'autograd-mini[plot]'.</p>"
        )
    else:
        yield '<div class="plots">'
        yield from map(_figure, _plots(trained))
        yield "</div>"
    yield "<h2>The settings</h2>\n<table><tbody>"
    for name, value in _settings(trained, found):
        yield f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
    yield "</tbody></table>"
    yield from _network(trained)
    yield "</main>"


def _settings(trained: Trained, found: Figures) -> list[tuple[str, str]]:
    recipe = trained.recipe
    widths = " – ".join(map(str, (len(trained.train.features), *recipe.widths)))
    rows = [
        ("data", f"{trained.train.name}: {trained.train.rule}"),
        ("widths of the layers", widths),
        ("activations", f"{recipe.hidden}, at the end {recipe.output or 'none'}"),
        ("parameters", f"{found['parameters']:,}"),
        ("loss", recipe.loss.__name__.replace("_", " ")),
        ("optimiser", getattr(recipe.optimizer, "__name__", "")),
        ("learning rate", f"{short(recipe.lr)}{', falling to 0 along a cosine' * recipe.falls}"),
        ("examples in a batch", str(recipe.batch_size or "all")),
        ("epochs, steps", f"{found['epochs']:,}, {found['steps']:,}"),
        ("seed", str(trained.seed)),
    ]
    if found["epochs"]:
        rows.append(
            ("cost", f"{short(found['first cost'], 4)}, at last {short(found['last cost'], 4)}")
        )
    return rows


def _plots(trained: Trained) -> Iterator[Plot]:
    from autograd_mini import plots

    history, model, limit = trained.history, trained.model, trained.recipe.threshold
    shown = trained.test or trained.train
    if len(trained.train.features) == 2:
        yield (
            "The plane as the network sees it; the line is where its answer changes.",
            lambda ax: plots.decision_boundary(model, trained.train, ax, threshold=limit),
        )
    if history.costs:
        yield "The mean loss of every epoch.", lambda ax: plots.loss_curve(history, ax)
    if len(shown) > 4:
        yield (
            "Examples that were held out: a row for each true class, a column for each answer.",
            lambda ax: plots.confusion(model, shown, ax, threshold=limit),
        )
    if len(shown.features) == PIXELS and (misread := _misread(trained, shown)):
        pictures, captions = zip(*misread, strict=True)
        columns = 4 if len(misread) <= 8 else 6
        yield (
            "Digits that were held out and misread: the truth, and the answer.",
            lambda ax: plots.images(pictures, ax, captions=captions, columns=columns),
        )
    yield (
        "What training did to the parameters.",
        lambda ax: plots.weights(trained.first, model.parameters(), ax),
    )
    if len(set(history.rates)) > 1:
        yield "The learning rate of every epoch.", lambda ax: plots.learning_rate(history, ax)


def _misread(trained: Trained, shown: Dataset[int]) -> list[tuple[list[float], str]]:
    """The first wrong answers, each the example and what was said of it."""
    from autograd_mini.training import answer, outputs

    found = zip(outputs(trained.model, shown.X), shown, strict=True)
    said = [(x, y, answer(output, trained.recipe.threshold)) for output, (x, y) in found]
    return [(x, f"{y}, not {given}") for x, y, given in said if y != given][:MOST_MISREAD]


def _figure(plot: Plot) -> str:
    about, draw = escape(plot[0]), plot[1]
    return (
        "<figure><picture>"
        f'<source media="(prefers-color-scheme: dark)" srcset="{_image(draw, "dark")}">'
        f'<img src="{_image(draw, "light")}" alt="{about}">'
        f"</picture><figcaption>{about}</figcaption></figure>"
    )


def _image(draw: Callable[[Any], Any], theme: str) -> str:
    """A plot as a PNG inside an address."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from autograd_mini import plots

    with plots.theme(theme):
        figure = Figure(figsize=SIZE)
        FigureCanvasAgg(figure)
        draw(figure.subplots())
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=130, metadata={"Software": None})
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _network(trained: Trained) -> Iterator[str]:
    """The trained network as circles and lines, where it is small enough to read."""
    if len(trained.model.parameters()) > 150:
        return
    trained.model.zero_grad()  # what training left behind does not belong to this output
    output = trained.model(trained.train.X[-1])
    try:
        drawn = [
            draw(output, view="network", legend=False, theme=theme).svg
            for theme in ("light", "dark")
        ]
    except (RenderError, ModuleNotFoundError):
        return
    yield "<h2>The trained network</h2>\n<figure>"
    for when, svg in zip(("by-day", "by-night"), drawn, strict=True):
        yield f'<div class="paper {when}">{svg}</div>'
    yield "<figcaption>The lines are the weights: solid blue is positive, dashed orange negative, "
    yield "and a wider one is larger.</figcaption></figure>"
