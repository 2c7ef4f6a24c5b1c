"""How the page looks."""

CSS = """
:root {
  --ink: #1c2430; --paper: #ffffff; --quiet: #5b6675; --line: #d5dbe3; --tint: #f3f6f9;
  --link: #0b62a0; --ours: #eaf3fb; --slip: #fdf1dc; --slip-line: #b26a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ee; --paper: #14181e; --quiet: #a2adba; --line: #36404c; --tint: #1d232b;
    --link: #7cbcf0; --ours: #182a3a; --slip: #33290f; --slip-line: #d9a648;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 5rem; max-width: 84rem;
  background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "DejaVu Sans", sans-serif;
}
header p, .words > p, .slip, .ours { max-width: 44rem; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.1rem); line-height: 1.2; margin: 0 0 .8rem; }
h2 {
  font-size: 1.5rem; line-height: 1.25; margin: 4rem 0 1rem; padding-top: 1rem;
  border-top: 3px solid var(--link);
}
h3 { font-size: 1.2rem; line-height: 1.3; margin: 0; }
a { color: var(--link); }
nav {
  background: var(--tint); border: 1px solid var(--line); border-radius: .6rem;
  padding: .6rem 1rem; margin: 1.5rem 0;
}
nav ol { margin: 0; padding-left: 1.8rem; columns: 22rem; column-gap: 2rem; }
nav li { padding: .15rem 0; break-inside: avoid; }
nav li:only-child { column-span: all; }
article { margin: 2.6rem 0 0; }
.source { color: var(--quiet); margin: .1rem 0 .9rem; font-size: .95rem; }
.note { color: var(--quiet); font-size: .95rem; }
.formula {
  overflow-x: auto; max-width: 100%; padding: .25rem 1rem; border-left: 4px solid var(--link);
  background: var(--tint); font-size: 1.15rem;
}
math[display="block"] {
  text-align: left; display: block math; margin: .35rem 0; width: max-content;
}
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .98rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .3rem; }
@media (min-width: 40rem) { caption { white-space: nowrap; } }
th, td { padding: .28rem .8rem .28rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: baseline; }
thead th { font-weight: 600; white-space: nowrap; }
.numbers th { font-weight: 600; white-space: nowrap; }
td.number { white-space: nowrap; }
table:not(.numbers) .number { text-align: right; padding-left: .6rem; }
table:not(.numbers) .number:first-child { padding-left: 0; }
figure { margin: 1.2rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 0 2.5rem; }
.words { flex: 1 1 24rem; min-width: 0; max-width: 100%; }
.beside { flex: 1 1 24rem; min-width: 0; max-width: 36rem; }
.words > p:first-child { margin-top: .9rem; }
.paper {
  background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: .5rem;
  overflow-x: auto; width: fit-content; max-width: 100%;
}
.paper img { display: block; height: auto; max-width: 100%; }
figcaption { margin-top: .4rem; font-size: .95rem; }
.ours, .slip { padding: .6rem .9rem; border-radius: .4rem; margin: 1rem 0; font-size: .98rem; }
.ours { background: var(--ours); }
.slip { background: var(--slip); border-left: 4px solid var(--slip-line); }
.slip ul { margin: .2rem 0 0; padding-left: 1.2rem; }
@media print {
  :root { --ink: #000; --paper: #fff; --quiet: #444; --line: #bbb; --tint: #f4f4f4; --link: #00437a;
    --ours: #eef4fa; --slip: #fdf4e4; --slip-line: #b26a00; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { break-after: page; }
  h2, h3, .source, .formula { break-after: avoid; }
  .beside { max-width: 65%; }
  figure, table, .slip, .ours, .formula { break-inside: avoid; }
  .paper { overflow: visible; border: none; padding: 0; }
  .row { display: block; }
  .paper img {
    min-width: 0 !important; max-height: 20cm; object-fit: contain; object-position: left;
  }
  .wide { overflow: visible; }
}
"""
