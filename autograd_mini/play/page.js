// What all parts of the page share: elements, the state in the address, and a queue of questions.
import { ask as engine } from "./ask.js";

// An element with properties and children; `data-…` and `aria-…` become attributes.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role") { element.setAttribute(name, value); }
    else { element[name] = value; }
  }
  element.append(...children);
  return element;
}

export const one = (selector, root = document) => root.querySelector(selector);

export function write(element, text) {
  if (element && element.textContent !== text) { element.textContent = text; }
}

// SVG, whose elements have a namespace of their own.
export function drawn(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) { element.setAttribute(name, value); }
  return element;
}

// The state of the page is in the fragment of its address, and nothing else is.
export function state() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

let timer = null, waiting = null, written = "";
export function keep(found) {
  waiting = found;
  if (timer === null) { timer = setTimeout(flush, 250); }
}
function flush() {
  timer = null;
  const kept = Object.entries(waiting).filter(([, value]) => value !== "" && value !== null);
  written = `#${new URLSearchParams(kept)}`;
  if (location.hash !== written) { history.replaceState(null, "", written); }
}
// Whether the address was changed by somebody else.
export const moved = () => location.hash !== written;

// The engine's answer; while the first one is long in coming, the page says so.
let started = null;
export async function ask(question) {
  started ??= setTimeout(() => { one("#starting").hidden = false; }, 400);
  const found = await engine(question);
  clearTimeout(started);
  one("#starting").hidden = true;
  return found;
}

// Ask again and again, but never twice at one time: of questions that come meanwhile, the last.
export function latest(question, show) {
  let busy = false, again = false;
  async function go() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        show(await ask(question()));
      } while (again);
    } finally { busy = false; }
  }
  return go;
}

// The lines of a list of captions, each with what is said.
export function captioned(pairs) {
  return pairs.flatMap(([caption, said]) =>
    [make("dt", { textContent: caption }), make("dd", { textContent: said })]);
}

// Sentences as a list, which a reader that speaks is told only where it has changed.
export function list(place, sentences) {
  const said = sentences.join("\n");
  if ((place.dataset.said || "") === said) { return; }
  place.dataset.said = said;
  place.replaceChildren(...sentences.map((text) => make("li", { textContent: text })));
}

// A button that starts and pauses: while it is on, go is awaited again and again.
export class Runner {
  constructor(button, go, paused = () => {}) {
    Object.assign(this, { button, go, paused, on: false });
    this.idle = one(".word", button).textContent;
    button.onclick = () => { if (this.on) { this.stop(); } else { this.start(); } };
  }

  async start() {
    this.turn(true);
    while (this.on) { await this.go(); }
  }

  stop() {
    if (this.on) { this.turn(false); this.paused(); }
  }

  turn(on) {
    this.on = on;
    this.button.classList.toggle("running", on);
    write(one(".word", this.button), on ? "Pause" : this.idle);
  }
}

// Formulas come as MathML, which the engine wrote.
export function formula(place, mathml) {
  if (place.dataset.shown !== mathml) {
    place.innerHTML = mathml;
    place.dataset.shown = mathml;
  }
}
