"""The pictures of README and documentation: ``python -m tests.readme.pictures`` makes them anew.

Each is made for a light and a dark page. The neuron is that of the documentation's first command;
its picture moves: every step of its walk, one after another, in one SVG that needs no script.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from autograd_mini import Value, plots, training, walk

HERE = Path(__file__).parent
THEMES = ("light", "dark")

SECONDS = {"Start": 2.0, "Forward": 1.4, "Backward": 2.2, "End": 4.0}
"""How long a step stays: those forward say little, those backward are read."""
SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"')
CORNERS = 10


def neuron(theme: str, folder: Path) -> Path:
    """One neuron, forward and backward, as a picture that moves."""
    w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-1.0, "b")
    z = w * x + b
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    walked = walk(a, theme=theme)
    frames = [walked.strip([step]).svg for step in range(1, len(walked) + 1)]
    seconds = [SECONDS[said.part] for said in walked.descriptions]
    target = folder / f"neuron-{theme}.svg"
    target.write_text(moving(frames, seconds), encoding="utf-8")
    return target


def moving(frames: list[str], seconds: list[float]) -> str:
    """SVGs of equal scale shown one after another, over and over, by a style sheet alone.

    A reader who has asked for less motion sees the last one.
    """
    sizes = [(int(size[1]), int(size[2])) for size in map(SIZE.match, frames) if size]
    wide, tall = max(w for w, _ in sizes), max(h for _, h in sizes)
    whole, begin, rules, groups = sum(seconds), 0.0, list[str](), list[str]()
    for i, (frame, stays) in enumerate(zip(frames, seconds, strict=True)):
        first, last = 100 * begin / whole, 100 * (begin + stays) / whole
        before = "0%{opacity:0}" if i else ""
        rules.append(
            f"@keyframes s{i}{{{before}{first:.2f}%{{opacity:1}}{last:.2f}%{{opacity:0}}"
            f"100%{{opacity:{int(frame is frames[-1])}}}}}.s{i}{{animation-name:s{i}}}"
        )
        groups.append(f'<g class="s s{i}">{plain(frame)}</g>')
        begin += stays
    paper = re.findall(r'<rect width="100%" height="100%" fill="([^"]+)"', frames[0])[0]
    style = (
        f".s{{opacity:0;animation:{whole:.1f}s step-end infinite}}{''.join(rules)}"
        "@media (prefers-reduced-motion:reduce){.s{animation:none}.s:last-child{opacity:1}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" '
        f'width="{wide}" height="{tall}"><style>{style}</style>'
        f'<rect width="100%" height="100%" rx="{CORNERS}" fill="{paper}"/>{"".join(groups)}</svg>\n'
    )


def plain(frame: str) -> str:
    """A frame without its paper, its comments and its tooltips, which an image does not show."""
    inner = frame[frame.index("/>") + 2 : frame.rindex("</svg>")]
    for left_out in (
        r"<!--.*?-->", r"<title>.*?</title>", r"</?a\b[^>]*>", r"\n", r' xml:space="preserve"',
        r' class="\w+"', r" xmlns(?::\w+)?=\"[^\"]*\"", r'<polygon[^>]* stroke="none"[^>]*/>',
    ):  # fmt: skip
        inner = re.sub(left_out, "", inner, flags=re.DOTALL)
    return inner


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
