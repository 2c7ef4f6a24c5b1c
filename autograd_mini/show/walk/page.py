"""A walk as HTML: a fragment for a notebook, or a whole page in one file.

Vocabulary:

- *fragment*: one ``<section>`` with its own style sheet and script; it shows the picture, the step
  and the list of all steps. Every rule, selector and id in it begins with the fragment's *scope*.
- *page*: a file that holds one or several fragments and needs nothing beside itself.

Without scripts, and in print, a fragment shows the finished picture and all steps in a list. In a
notebook the script brings the picture: a front end that trusts nobody (JupyterLab before the first
run, GitHub) takes out the tags of an SVG and leaves the words in it standing, but no word of a
script. There the list of steps is what remains.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import count
from typing import TYPE_CHECKING

from autograd_mini.given import visible
from autograd_mini.show.html import document, resource, text
from autograd_mini.show.palette import DARK, LIGHT, Theme, properties
from autograd_mini.show.walk.sentences import MISTAKE
from autograd_mini.show.walk.stage import LEFT_OUT, without_long_arrows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_mini.show.walk.chapters import Chapter
    from autograd_mini.show.walk.content import Content
    from autograd_mini.show.walk.sentences import Description

PACE = 2500
"""How long a step stays while it plays, in milliseconds."""

SPEEDS = {"½ ×": 0.5, "1 ×": 1.0, "2 ×": 2.0, "4 ×": 4.0}

HINT = (
    "Keys: <kbd>←</kbd> <kbd>→</kbd> one step, <kbd>Home</kbd> <kbd>End</kbd> first and last, "
    "<kbd>Space</kbd> play and pause, <kbd>P</kbd> whole screen. "
    "A click on a box goes to its step."
)
OPENS = " <kbd>Enter</kbd> opens a step into its single ones, <kbd>Backspace</kbd> goes back."

LEVELS = {"step": "every step", "neuron": "by neuron", "layer": "by layer"}
"""How the page calls the levels of a walk."""
SHAPES = {
    "first": ("First step", "M5 4h3v16H5zM20 4v16L9 12z"),
    "previous": ("Previous step", "M17 4v16L6 12z"),
    "next": ("Next step", "M7 4v16l11-8z"),
    "last": ("Last step", "M16 4h3v16h-3zM4 4v16l11-8z"),
}
MOST_ARROWS = 60
"""With more of them, those that a step is not about are faint."""
VIEW_BOX = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
TALL = 0.5
"""A picture that is higher than so many times its width has the step beside it at any width."""
PLAY, PAUSE = "M7 4v16l12-8z", "M6 4h4v16H6zM14 4h4v16h-4z"

_shown = count(1)
"""How many fragments this process has made, so that no two of them have one id."""


def fragment(walk: Content, scope: str, address: bool | None = None, brought: bool = False) -> str:
    """One walk as a piece of HTML; see :meth:`autograd_mini.show.Walk.fragment`."""
    scope, stage = scope or _own_scope(walk), walk.stage()
    is_drawn = stage.startswith("<svg")
    brought = brought and is_drawn
    is_left_out = without_long_arrows(walk.scene.picture) is not walk.scene.picture
    about = " ".join([*[walk.about] * bool(walk.about), *[LEFT_OUT] * is_left_out])
    lists = "\n".join(_list(level, told, walk.by) for level, told in walk.chapters.items())
    names = "autograd-walk dense" if len(walk.scene.local) > MOST_ARROWS else "autograd-walk"
    attributes = f'id="{scope}" class="{names}" tabindex="-1" aria-label="{text(walk.title)}"'
    data = _scene_data(walk) | {"stage": stage if brought else ""}
    data |= {"scope": scope, "address": address, "by": walk.by}
    script = resource(__package__, "walk.js").replace("SCENE", in_script(data))
    return f"""<section {attributes}>
<style>{style(scope, walk.theme)}</style>
<h2 class="title">{text(walk.title)}</h2>
{f'<p class="about">{text(about)}</p>' if about else ""}
{_bar(walk.chapters, walk.by, is_drawn)}
{_floor(stage, is_drawn, brought)}
<p class="hint">{HINT}{OPENS if len(walk.chapters) > 1 else ""}</p>
<p class="quietly said" aria-live="polite" aria-atomic="true"></p>
{lists}
<script>{script}</script>
</section>
"""


def _own_scope(walk: Content) -> str:
    """An id that no other fragment has."""
    said = repr((walk.title, walk.descriptions)).encode("utf-8", "backslashreplace")
    return f"walk-{hashlib.sha256(said).hexdigest()[:8]}-{next(_shown)}"


def _list(level: str, chapters: Sequence[Chapter], by: str) -> str:
    """All steps of a level."""
    items = "\n".join(_item(chapter.description, level != "step") for chapter in chapters)
    hidden = "" if level == by else " hidden"
    label = "All steps" if level == "step" else f"All steps, {LEVELS[level]}"
    return f'<ol class="list" data-level="{level}" aria-label="{label}"{hidden}>\n{items}\n</ol>'


def page(
    title: str, about: str, fragments: Sequence[str], several: bool, theme: Theme | None = None
) -> str:
    """A whole page of walks; one of several has a heading of its own above them."""
    body = "\n".join(fragments)
    if several:
        heading = f"<h1>{text(title)}</h1>\n<p>{text(about)}</p>\n"
        body = f'{heading}<div class="pair">\n{body}</div>\n'
    else:
        body = body.replace('<h2 class="title">', '<h1 class="title">', 1)
        body = body.replace("</h2>", "</h1>", 1)
    content = f'<main class="walks">\n{body}\n</main>'
    return document(title, content, resource("autograd_mini.show", "page.css"), fragments, theme)


def style(scope: str, theme: Theme | None = None) -> str:
    """The style sheet of one walk; without a theme it is dark where the reader's system is.

    >>> "#a .heading {" in style("a")
    True
    """
    sheet = f"& {{ {properties(theme or LIGHT)} }}\n{resource(__package__, 'walk.css')}"
    if theme is None:
        shapes = ":is(path, polygon, ellipse, polyline)"
        dark = f"  & {{ {properties(DARK)} }}\n" + "".join(
            f"  & .kind-{kind} {shapes} {{ stroke: {line}; }}\n"
            f'  & .kind-{kind} {shapes}:not([fill="none"]) {{ fill: {fill}; }}\n'
            for kind, (fill, line) in DARK.boxes.items()
        )
        # The marks on lit boxes outweigh dark by their number of classes; :where() adds none to it.
        asked_for = dark.replace("&", "&:where(.theme-dark)")
        of_system = dark.replace("&", "&:where(:not(.theme-light))")
        sheet += f"@media screen {{\n{asked_for}}}\n"
        sheet += f"@media screen and (prefers-color-scheme: dark) {{\n{of_system}}}\n"
    return sheet.replace("&", f"#{scope}")


def _floor(stage: str, is_drawn: bool, brought: bool) -> str:
    """The picture, and a panel for the step beside it or below."""
    panel = '<div class="panel"><div class="now"></div></div>'
    if not is_drawn:
        return f'<p class="no-picture">{text(stage)}</p>\n<div class="floor">{panel}</div>'
    wide, tall = map(float, VIEW_BOX.findall(stage)[0])
    shape = "floor tall" if tall > TALL * wide else "floor"
    return (
        f'<div class="{shape}"><div class="stage" tabindex="0" role="group" '
        f'aria-label="Picture of the graph">{"" if brought else stage}</div>{panel}</div>'
    )


def classes(description: Description) -> list[str]:
    """How what a step says looks."""
    return [*["backward"] * description.is_back, *["is-wrong"] * description.wrong]


def _item(description: Description, parted: bool) -> str:
    """One step in the list; the script shows the same in the panel."""
    return (
        f'<li class="{" ".join(classes(description))}" data-say="{text(description.sentence)}" '
        f'data-brief="{text(description.brief)}">'
        f'<p class="heading"><span class="part">{description.part}</span> '
        f"{text(description.heading)}</p>"
        f"{description_items(description, parted)}</li>"
    )


def description_items(description: Description, parted: bool = False) -> str:
    """What a step says below its heading; ``parted`` breaks lists of formulas between them."""
    write = _parted if parted else text
    lines = "".join(
        f"{'' if repeated else f'<dt>{text(caption)}</dt>'}<dd>{write(formula)}</dd>"
        for caption, formula, repeated in description.captioned()
    )
    sign = f"<strong>{MISTAKE}</strong> " if description.wrong else ""
    remarks = "".join(
        f'<p class="remark">{sign}{text(remark)}</p>' for remark in description.remarks
    )
    return f"<dl>{lines}</dl>{remarks}"


def _parted(formulas: str) -> str:
    """Formulas with commas between, of which none is broken at its end of line."""
    return ", ".join(f'<span class="one">{text(one)}</span>' for one in formulas.split(", "))


def _bar(chapters: Mapping[str, Sequence[Chapter]], by: str, has_picture: bool) -> str:
    button = (
        '<button type="button" class="{0}" aria-label="{1}" title="{1}"><svg viewBox="0 0 24 24" '
        'aria-hidden="true"><path d="{2}"/></svg></button>'
    )
    first, previous, following, last = [button.format(name, *rest) for name, rest in SHAPES.items()]
    play = (
        '<button type="button" class="play"><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path class="play-shape" d="{PLAY}"/><path class="pause-shape" d="{PAUSE}"/></svg>'
        '<span class="word">Play</span></button>'
    )
    whole = '<button type="button" class="whole-picture" aria-pressed="false" hidden>{}</button>'
    steps = len(chapters[by])
    levels = [(level, LEVELS[level]) for level in reversed([*chapters])]
    speeds = [(str(factor), name) for name, factor in SPEEDS.items()]
    return (
        f'<div class="bar" role="group" aria-label="Steps">{first}{previous}{play}{following}{last}'
        f'<input type="range" min="1" max="{steps}" value="1" step="1" aria-label="Step">'
        f'<span class="place">step 1 of {steps}</span>'
        f"{_choice('level', 'One step is', levels, by) if len(levels) > 1 else ''}"
        f"{_choice('speed', 'Speed', speeds, '1.0')}"
        f"{whole.format('Whole picture') if has_picture else ''}"
        '<button type="button" class="present" aria-pressed="false">Present</button>'
        '<button type="button" class="open" aria-expanded="false">All steps</button></div>'
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    listed = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{shown}</option>'
        for value, shown in options
    )
    return f'<select class="{name}" aria-label="{label}" title="{label}">{listed}</select>'


def _scene_data(walk: Content) -> dict[str, object]:
    """What the script needs to know of the picture."""
    scene, film = walk.scene, walk.scene.film
    return {
        "pace": PACE,
        "first": [list(map(visible, lines)) for lines in film.first],
        "arrows": scene.local,
        "changes": list(map(_texts, film.changes)),
        "firstNotes": _texts(film.first_notes),
        "notes": list(map(_texts, film.notes)),
        "lit": [lit._asdict() for lit in film.lit],
        "born": film.born,
        "goes": scene.goes,
        "levels": {
            level: [(chapter.first, chapter.last) for chapter in told]
            for level, told in walk.chapters.items()
        },
    }


def _texts(changes: Mapping[int, Sequence[str]]) -> dict[str, list[str]]:
    return {str(i): list(map(visible, lines)) for i, lines in changes.items()}


def in_script(data: object) -> str:
    r"""JSON that can stand in a script of a page: no character in it can end the script.

    >>> in_script("</script>&")
    '"\\u003c/script\\u003e\\u0026"'
    """
    written = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written
