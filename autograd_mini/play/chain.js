// Chain rule: an expression, a slider for each variable, and everything that follows from them.
import { ask, captioned, formula, keep, latest, make, one, state, write } from "./page.js";
import { Nudge } from "./charts.js";
import { Stage } from "./stage.js";

const FIRST = { f: "sigmoid(z := w*x + b)", at: "w=2,x=1.5,b=-1" };
const numbers = {};
let found = null, text = "", step = Infinity, box = null, nudge = "", by = 0.1, predicts = false;
let reached = 0, names = "", curve = null, stage = null, update = null;

export function start() {
  curve = new Nudge(one("#nudge-chart"));
  stage = new Stage(one("#stage"), open, (arrow) => {
    if (found.of_arrow[arrow] !== null) { go(found.of_arrow[arrow]); }
  });
  update = latest(() => ({ ask: "chain", text, numbers, stage: stage.key, box, nudge, by }), show);
  one("#expression").oninput = (event) => { text = event.target.value; box = null; update(); };
  one("#examples").onchange = (event) => { take(event.target.value); event.target.value = ""; };
  one("#predict").onchange = (event) => { predict(event.target.checked); };
  one("#guess").onsubmit = (event) => { event.preventDefault(); judge(); };
  one("#reveal").onclick = () => { advance(); };
  one("#by").onchange = (event) => { by = Number(event.target.value) || 0.1; update(); };
  one("#step").oninput = (event) => { go(Number(event.target.value)); };
  for (const [id, to] of [["first", () => 0], ["back", () => step - 1], ["next", () => step + 1],
    ["last", () => last()]]) {
    one(`#step-${id}`).onclick = () => { go(to()); };
  }
  one("#variables").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.nudge) { nudge = button.dataset.nudge; box = found.variables.find((v) => v.name === nudge).box ?? box; update(); }
    else if (button?.dataset.box) { open(Number(button.dataset.box)); }
  });
}

export function enter() {
  const given = state();
  const kept = given.f ? given : { ...given, ...FIRST };
  read(kept.f, kept.at || "");
  step = kept.step ? Number(kept.step) - 1 : Infinity;
  found = null;
  box = kept.box ? Number(kept.box) : null;
  nudge = kept.nudge || "";
  predicts = kept.predict === "1";
  one("#predict").checked = predicts;
  reached = 0;
  update();
}

function take(example) {
  read(...example.split(" @ "));
  box = null; step = Infinity; reached = 0;
  update();
}

// An expression, and its numbers as w=2,x=1.
function read(expression, at) {
  one("#expression").value = text = expression;
  for (const pair of at.split(",")) {
    const [name, number] = pair.split("=");
    if (name && Number.isFinite(Number(number))) { numbers[name] = Number(number); }
  }
}

const last = () => found.steps.length - 1;

function show(answer) {
  write(one("#error"), answer.error || "");
  one("#expression").setAttribute("aria-invalid", String(!!answer.error));
  if (answer.error) { return; }
  const other = !found || answer.steps.length !== found.steps.length || answer.key !== found.key;
  if (found && step >= last()) { step = Infinity; }
  found = answer;
  if (answer.stage) {
    stage.lay(answer.stage, answer.key, answer.first, answer.arrows);
    one("#chain .board").classList.toggle("wide", stage.exceeds(760));
    stage.squeeze();
  }
  if (other) { reached = 0; }
  if (other && predicts) { step = firstAsked(); }
  box = answer.opened.box;
  nudge = answer.nudge.name;
  if (answer.names.join() !== names) { rows(); }
  fill();
  curve.show(answer.nudge);
  opened();
  go(step, true);
}

function rows() {
  names = found.names.join();
  one("#variables").replaceChildren(...found.variables.map((variable) => {
    const name = variable.name;
    const slider = make("input", { type: "range", "aria-label": name, "data-name": name });
    const number = make("input", { type: "number", step: "any", "aria-label": `${name}, typed` });
    slider.oninput = () => { numbers[name] = Number(slider.value); update(); };
    number.onchange = () => {
      const typed = Number(number.value);
      if (number.value !== "" && Number.isFinite(typed)) { numbers[name] = typed; update(); }
    };
    const gradient = make("button", { type: "button", className: "opens gradient",
      "data-box": variable.box ?? "" });
    const moves = make("button", { type: "button", className: "small", "data-nudge": name });
    return make("li", { "data-name": name }, make("b", { textContent: name }), slider, number,
      gradient, moves);
  }));
}

function fill() {
  for (const variable of found.variables) {
    const row = one(`#variables > [data-name="${CSS.escape(variable.name)}"]`);
    const [, slider, number, gradient, moves] = row.children;
    numbers[variable.name] ??= variable.number;
    const now = numbers[variable.name];  // of which a newer one may have been asked about
    if (document.activeElement !== slider) {
      slider.min = variable.low; slider.max = variable.high; slider.step = variable.step;
      slider.value = now;
    }
    if (document.activeElement !== number) { number.value = String(Number(now.toPrecision(6))); }
    gradient.disabled = variable.box === null;
    write(gradient, hidden() ? `${variable.derivative} = ?` : `${variable.derivative} ${variable.equal}`);
    const sign = by < 0 ? "−" : "+";
    write(moves, `${variable.name} ${sign} ${found.nudge.by.replace("−", "")}`);
    moves.setAttribute("aria-pressed", String(variable.name === nudge));
  }
  write(one("#result"), hidden() && reached < forwards() ? `${found.result.name} = ?`
    : `${found.result.name} ${found.result.equal}`);
}

const forwards = () => found.steps.findIndex((s) => s.part === "Backward");
// Whether gradients would give away what is still to be predicted.
const hidden = () => predicts && reached < last();

function opened() {
  const now = found.opened;
  one("#opened-part").hidden = one("#nudge-part").hidden = hidden();
  write(one("#opened-title"), `Where ${now.title} comes from`);
  one("#opened-number").replaceChildren(...captioned(now.number));
  formula(one("#opened-formula"), now.formula);
}

function open(place) { box = place; update(); one("#said").textContent = ""; }

function go(to, quietly) {
  if (!found) { return; }
  step = Math.max(0, Math.min(to, farthest()));
  paint();
  if (!quietly) {
    stage.follow(found, step);
    one("#said").textContent = hides() ? "" : found.steps[step].say;
  }
}

// The last step that may be seen.
const farthest = () => (predicts ? Math.min(Math.max(reached, firstAsked()), last()) : last());

function firstAsked() {
  let place = reached;
  while (place < last() && !found.steps[place].asks) { place++; }
  return place;
}
const hides = () => predicts && step >= reached && found.steps[step]?.asks;

function paint() {
  const now = found.steps[step], hide = hides();
  stage.paint(found, step, box, hide);
  const bar = one("#step");
  bar.max = last(); bar.value = step;
  bar.setAttribute("aria-valuetext", `Step ${step + 1} of ${last() + 1}, ${now.part}: ${now.heading}`);
  write(one("#step-place"), `step ${step + 1} of ${last() + 1}`);
  one("#step-first").disabled = one("#step-back").disabled = step === 0;
  one("#step-last").disabled = one("#step-next").disabled = step === farthest();
  one("#now").classList.toggle("backward", now.part === "Backward" || now.part === "End");
  write(one("#now-part"), now.part);
  write(one("#now-heading"), now.heading);
  const lines = hide ? now.lines.filter(([caption]) => caption === "formula" || caption === "incoming gradient") : now.lines;
  one("#now-lines").replaceChildren(...captioned(lines));
  one("#now-remarks").replaceChildren(...(hide ? [] : now.remarks).map((remark) => make("p", { textContent: remark })));
  one("#guess").hidden = !hide;
  write(one("#guess-question"), now.part === "Forward" ? "What number comes out?"
    : "What does it contribute? (incoming gradient · local derivative)");
  remember();
}

function predict(is) {
  predicts = is;
  reached = 0;
  step = is ? firstAsked() : last();
  write(one("#verdict"), "");
  fill(); opened(); go(step);
  if (is) { one("#typed").focus(); }
}

async function judge() {
  const verdict = await ask({ ask: "judge", text, numbers, step, typed: one("#typed").value });
  const place = one("#verdict");
  place.classList.toggle("right", !!verdict.right);
  place.textContent = verdict.error || `${verdict.state}. ${verdict.words}`;
  if (verdict.right) { advance(); }
}

// The number is shown now; the next one is asked for.
function advance() {
  const shown = step;
  reached = step + 1;
  one("#typed").value = "";
  step = firstAsked();
  if (step !== shown + 1 || !found.steps[step].asks) { reached = step; }
  if (step >= last()) { reached = last(); }
  write(one("#verdict-step"), found.steps[shown].lines.at(found.steps[shown].part === "Forward" ? -1 : 2)?.[1] || "");
  fill(); opened(); go(step);
}

function remember() {
  keep({
    do: "chain", f: text, at: found.names.map((name) => `${name}=${numbers[name]}`).join(),
    step: step === last() ? "" : step + 1, box, nudge, predict: predicts ? 1 : "",
  });
}
