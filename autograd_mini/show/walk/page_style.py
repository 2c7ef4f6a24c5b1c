"""How a walk looks on a page.

Vocabulary: a *scope* is the id of one walk's element. Every rule of its style sheet begins with it,
so that walks on one page, and the page around them, do not disturb each other. It is dark where the
system is, and where a notebook's *theme* says so.
"""

from __future__ import annotations

DARK_KINDS = {
    "input": ("#123a55", "#6db7ea"),
    "weight": ("#4a3510", "#e6ad4e"),
    "bias": ("#4a2138", "#e28fbf"),
    "target": ("#0e4236", "#5cc7a6"),
    "constant": ("#2b2f35", "#9aa3ad"),
    "leaf": ("#20262e", "#c9d1da"),
    "interior": ("#20262e", "#c9d1da"),
    "output": ("#4a4208", "#e9dc6a"),
}
"""For each kind of box the colours inside and around it on a dark page."""

DARK = """
  & { --ink: #e6eaf0; --paper: #14181e; --quiet: #a7b2bf; --line: #3a4450; --tint: #1d232b;
    --go: #6fb8ee; --back: #ff9a5c; --bad: #ff8f86; --bad-tint: #3a1c1c; --on-accent: #10141a;
    color-scheme: dark; }
"""

STYLE = """
& { --ink: #1c2430; --paper: #ffffff; --quiet: #566170; --line: #ccd4dd; --tint: #f3f6f9;
  --go: #0067a5; --back: #b84a00; --bad: #b3170b; --bad-tint: #fdeceb; --on-accent: #ffffff;
  color-scheme: light; background: var(--paper); color: var(--ink); border: 1px solid var(--line);
  border-radius: 12px; padding: 16px; max-width: 100%; margin: 0 0 16px;
  text-align: left; position: relative;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "DejaVu Sans", sans-serif; }
&, & * { box-sizing: border-box; }
& .title { font-size: 1.15em; font-weight: 650; margin: 0 0 4px; line-height: 1.3; }
& .about { margin: 0 0 12px; color: var(--quiet); max-width: 46em; }
& .floor { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
& .stage { flex: 0 1 auto; min-width: 0; max-width: 100%; overflow: auto;
  max-height: min(72vh, 760px); border: 1px solid var(--line); border-radius: 8px; padding: 8px;
  background: var(--paper); }
& .stage svg { display: block; max-width: 100%; height: auto; overflow: visible; }
&.whole .stage svg { width: auto !important; min-width: 0 !important;
  max-height: calc(min(72vh, 760px) - 20px); }
& .panel { flex: 1 1 22em; min-width: 0; border-left: 4px solid var(--go); padding: 2px 0 2px 14px;
  min-height: 11.5em; container-type: inline-size; }
& .tall .stage { flex: 2 1 26em; }
& .tall .panel { flex: 1 1 18em; }
& .panel:has(.backward) { border-left-color: var(--back); }
& .panel:has(.is-wrong) { border-left-color: var(--bad); }
& .heading { font-weight: 650; font-size: 1.1em; margin: 0 0 6px; overflow-wrap: anywhere; }
& .part { color: var(--go); margin-right: .1em; }
& .backward .part { color: var(--back); }
& dl { margin: 0; }
& :is(dt, dd) { float: none; width: auto; display: block; font-weight: normal; }
& dt { color: var(--quiet); font-size: .84em; line-height: 1.3; margin: 6px 0 0; padding: 0; }
& dd { margin: 0; padding: 0; font-size: 1.06em; overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums; }
& .remark { margin: 8px 0 0; color: var(--quiet); overflow-wrap: anywhere; }
& .is-wrong .remark { color: var(--bad); font-weight: 600; }
& .bar { display: none; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0 12px; }
&.live .bar { display: flex; }
& button { font: inherit; color: var(--ink); background: var(--tint); cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; min-width: 44px; height: 44px; padding: 0 10px;
  display: inline-flex; align-items: center; justify-content: center; gap: 6px; margin: 0; }
& button svg { width: 18px; height: 18px; fill: currentColor; }
& button:hover { border-color: var(--go); }
& button:disabled { opacity: .45; cursor: default; border-color: var(--line); }
& .play { background: var(--go); border-color: var(--go); color: var(--on-accent);
  min-width: 92px; }
& .play .pause-shape, &.playing .play .play-shape { display: none; }
&.playing .play .pause-shape { display: inline; }
& input[type=range] { flex: 1 1 14em; min-width: 8em; height: 44px; margin: 0;
  accent-color: var(--go); cursor: pointer; }
& .place { min-width: 7.2em; font-variant-numeric: tabular-nums; color: var(--quiet); }
& :is(button, input, .stage):focus-visible, &:focus-visible { outline: 3px solid var(--go);
  outline-offset: 2px; }
& button[hidden] { display: none; }
& button[aria-pressed=true] { border-color: var(--go); box-shadow: inset 0 0 0 1px var(--go); }
& .open { margin-left: auto; }
& .whole-picture:not([hidden]) { margin-left: auto; }
& .whole-picture:not([hidden]) + .open { margin-left: 0; }
& .hint { margin: 12px 0 0; font-size: .84em; color: var(--quiet); display: none; }
&.live .hint { display: block; }
& kbd { font: inherit; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
& .list { margin: 14px 0 0; padding: 0 0 0 2.4em; }
& .list > li { margin: 0 0 12px; padding: 0; break-inside: avoid; }
& .list > li::marker { color: var(--quiet); font-variant-numeric: tabular-nums; }
& .list > li[aria-current] { background: var(--tint); outline: 6px solid var(--tint);
  border-radius: 2px; }
&.live .panel .list { list-style: none; padding: 0; margin: 0; }
& .quietly { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; margin: 0; }
& .no-picture { border: 1px dashed var(--line); border-radius: 8px; padding: 10px 14px;
  margin: 0 0 12px; color: var(--quiet); }
& .stage text { fill: var(--ink);
  font-family: Helvetica, Arial, "Liberation Sans", "DejaVu Sans Condensed", sans-serif; }
& .arrow path { stroke: var(--quiet); }
& .arrow polygon { stroke: var(--quiet); fill: var(--quiet); }
&.live .arrow text { visibility: hidden; }
&.live .arrow.seen text { visibility: visible; }
&.live .box.unborn { opacity: .4; }
& .box, & .arrow { transition: opacity .2s; }
& .box.lit :is(path, polygon, ellipse, polyline) { stroke: var(--go); stroke-width: 4px; }
& .arrow.lit path { stroke: var(--go); stroke-width: 3.5px; }
& .arrow.lit polygon { stroke: var(--go); fill: var(--go); }
& .arrow.lit text { fill: var(--go); font-weight: 700; }
&.back .box.lit :is(path, polygon, ellipse, polyline) { stroke: var(--back); }
&.back .arrow.lit path { stroke: var(--back); }
&.back .arrow.lit polygon { stroke: var(--back); fill: var(--back); }
&.back .arrow.lit text { fill: var(--back); }
& .box.source :is(path, polygon, ellipse, polyline) { stroke: var(--back);
  stroke-width: 2.5px; stroke-dasharray: 6 3; }
@container (min-width: 30em) {
  & .panel dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 1.2em;
    align-items: baseline; }
  & .panel dt { grid-column: 1; margin: 0; }
  & .panel dd { grid-column: 2; }
}
@media screen { &.live .list.closed { display: none; } }
@media (max-width: 520px) {
  & { padding: 12px; }
  & .bar { gap: 6px; }
  & button { min-width: 46px; padding: 0 8px; }
  & .play { flex: 1 1 auto; }
  & input[type=range] { flex-basis: 100%; order: 1; }
  & .place { order: 2; flex: 1 1 auto; }
  & .whole-picture, & .open { order: 3; }
  & .stage { max-height: 50vh; }
  & .hint { display: none !important; }
}
@media (prefers-reduced-motion: reduce) { & .box, & .arrow { transition: none; } }
@media print {
  & { border: none; padding: 0; font-size: 10.5pt; }
  & .bar, & .hint, & .panel { display: none !important; }
  & .stage { border: none; padding: 0; overflow: visible; max-width: 100%; max-height: none; }
  & .stage svg { min-width: 0 !important; max-height: 14cm; }
  &.live .arrow text { visibility: visible; }
  &.live .box.unborn { opacity: 1; }
  & .list { columns: 2; column-gap: 2em; }
  & .list > li[aria-current] { background: none; outline: none; }
}
"""

PAGE = """
html { -webkit-text-size-adjust: 100%; color-scheme: light dark; background: #eef1f5; }
@media (prefers-color-scheme: dark) { html { background: #0c0f13; color: #e6eaf0; } }
body { margin: 0 auto; padding: clamp(8px, 2.5vw, 28px); max-width: 1280px;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "DejaVu Sans", sans-serif; }
.walks > h1 { font-size: clamp(1.3rem, 4vw, 1.8rem); line-height: 1.25; margin: 0 0 .4em; }
.walks > p { max-width: 46em; }
.walks > * { margin: 0 0 20px; min-width: 0; }
.pair { display: grid; gap: 20px; align-items: start; }
.pair > * { min-width: 0; }
@media (min-width: 1000px) { .pair { grid-template-columns: 1fr 1fr; } }
@page { margin: 14mm; }
@media print {
  .pair { display: block; }
  .pair > * + * { break-before: page; }
  html { background: none; color: #000; }
  body { max-width: none; padding: 0; }
}
"""
"""The page around one or more walks."""


def style(scope: str) -> str:
    """The style sheet of one walk.

    >>> "#a .heading {" in style("a")
    True
    """
    dark = DARK + "".join(
        f"  & .kind-{kind} :is(path, polygon, ellipse, polyline) {{ stroke: {line}; }}\n"
        f'  & .kind-{kind} :is(path, polygon, ellipse, polyline):not([fill="none"])'
        f" {{ fill: {fill}; }}\n"
        for kind, (fill, line) in DARK_KINDS.items()
    )
    # The marks on lit boxes outweigh dark by their number of classes; :where() adds none to it.
    asked_for = dark.replace("&", "&:where(.theme-dark)")
    of_system = dark.replace("&", "&:where(:not(.theme-light))")
    sheet = (
        f"{STYLE}@media screen {{{asked_for}}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{{of_system}}}\n"
    )
    return sheet.replace("&", f"#{scope}")
