// Learn: a network that is trained while one watches; every neuron and weight can be opened.
import { ask, captioned, formula, keep, list, make, one, Runner, state, write } from "./page.js";
import { Curves } from "./charts.js";
import { Network } from "./network.js";
import { Plane } from "./plane.js";

const USUAL = { data: "moons", layers: [8, 8], activation: "tanh", loss: "cross-entropy",
  optimizer: "Adam", rate: 0.03, batch: 20, noise: 0.05, seed: 1 };
const NUMBERS = ["rate", "batch", "noise", "seed"];
const STEPS = { slow: 1, medium: 8, fast: 2000 };
const name = `learn-${Math.random().toString(36).slice(2)}`;
let settings = { ...USUAL }, points = [], opened = null, example = 0, lines = "weights";
let asking = false, waiting = null, known = "", found = null, plane, network, curves, runner;

export function start() {
  plane = new Plane(one("#plane"), chosen);
  network = new Network(one("#network"), open);
  curves = new Curves(one("#costs"));
  for (const key of ["data", "activation", "loss", "optimizer", ...NUMBERS]) {
    one(`#set-${key}`).onchange = (event) => {
      const value = event.target.value;
      settings[key] = NUMBERS.includes(key) ? Number(value) : value;
      known = ""; example = 0;
      own();
      fresh();
    };
  }
  runner = new Runner(one("#run"), run, paused);
  one("#one-step").onclick = () => { runner.stop(); look(1); };
  one("#reset").onclick = () => { runner.stop(); look(0, true); };
  one("#new-seed").onclick = () => {
    settings.seed += 1;
    one("#set-seed").value = settings.seed;
    fresh();
  };
  one("#lines").onchange = (event) => { lines = event.target.value; look(); };
  one("#more-layers").onclick = () => { layers([...settings.layers, 4]); };
  one("#fewer-layers").onclick = () => { layers(settings.layers.slice(0, -1)); };
  one("#clear").onclick = () => { points = []; plane.lay([]); fresh(); };
  one("#cost-train").onclick = () => { open({ cost: true }); };
  addEventListener("recolour", () => { if (found) { show(found); } });
}

export function enter() {
  const given = state();
  settings = { ...USUAL };
  for (const key of Object.keys(USUAL)) {
    if (given[key] === undefined || given.do !== "learn") { continue; }
    if (key === "layers") { settings.layers = given.layers === "none" ? [] : given.layers.split(",").map(Number); }
    else { settings[key] = NUMBERS.includes(key) ? Number(given[key]) : given[key]; }
  }
  points = given.points ? given.points.split(";").map((p) => p.split(",").map(Number)) : points;
  const at = given.open?.split(".").map(Number);
  opened = given.open === "cost" ? { cost: true }
    : at ? { layer: at[0], neuron: at[1], ...(at.length > 2 ? { weight: at[2] } : {}) } : null;
  example = Number(given.example || 0);
  lines = given.lines === "gradients" ? "gradients" : "weights";
  one("#lines").value = lines;
  for (const key of Object.keys(USUAL)) { if (key !== "layers") { one(`#set-${key}`).value = settings[key]; } }
  known = "";
  own();
  look();
}

export function leave() { runner.stop(); }

function own() {
  const is = settings.data === "own";
  one("#own").hidden = !is;
  one("#set-noise").disabled = is;
  if (is) { plane.lay(points.map(([x, y, label]) => [(x + 1.6) / 3.2, (1.6 - y) / 3.2, label, 0])); }
}

function layers(widths) { settings.layers = widths; opened = null; fresh(); }

// Other settings begin anew.
function fresh() { known = ""; look(0, true); }

function question(steps, anew) {
  const sent = { ...settings };
  if (settings.data === "own") { sent.points = points; }
  return { ask: "learn", run: name, settings: sent, steps, budget: 0.06, fresh: anew,
    side: 20, show: lines, example, known, open: opened };
}

// Ask once, after what is being asked; a later question takes the place of one that waits.
async function look(steps = 0, anew = false) {
  if (asking) {
    waiting = [Math.max(steps, waiting?.[0] ?? 0), anew || !!waiting?.[1]];
    return;
  }
  asking = true;
  try {
    show(await ask(question(steps, anew)));
    while (waiting) {
      const next = waiting;
      waiting = null;
      show(await ask(question(...next)));
    }
  } finally { asking = false; }
}

function paused() {
  look();
  one("#said").textContent = `Paused at step ${found.made}, cost ${found.costs[0]}, ${found.right} right.`;
}

async function run() {
  const speed = one("#speed").value;
  await look(STEPS[speed]);
  await new Promise((done) => { speed === "slow" ? setTimeout(done, 250) : requestAnimationFrame(done); });
}

function show(answer) {
  write(one("#learn-error"), answer.error || "");
  if (answer.error) { runner.turn(false); remember(); return; }
  found = answer;
  if (answer.points) { known = answer.key; plane.lay(answer.points); }
  example = answer.example;
  network.build(answer.neurons.map((layer) => layer.length));  // of what was asked, not of now
  widths();
  network.show(answer, opened);
  plane.show(answer.boundary, answer.side);
  plane.mark(example);
  curves.show(answer.curves);
  for (const part of ["made", "epoch", "right"]) { write(one(`#${part}`), answer[part]); }
  ["train", "test"].forEach((set, i) => { write(one(`#cost-${set}`), answer.costs[i]); });
  write(one("#tier"), answer.tier ? `${answer.tier} tier${answer.speed ? `, ${answer.speed} steps a second` : ""}` : "");
  const words = answer.remarks.map((remark) => remark.words), more = words.length - 4;
  list(one("#remarks"), more > 0 ? [...words.slice(0, 4), `… and ${more} more`] : words);
  if (answer.opened) { tell(answer.opened); }
  one("#learn-opened").hidden = !answer.opened;
  one("#learn-hint").hidden = !!answer.opened;
  if (answer.ended) { runner.turn(false); }
  remember();
}

let wide = null;
function widths() {
  if (wide === settings.layers.join()) { return; }
  wide = settings.layers.join();
  one("#widths").replaceChildren(...settings.layers.map((width, i) => {
    const set = (to) => () => { layers(settings.layers.map((w, k) => (k === i ? to : w))); };
    const less = make("button", { type: "button", textContent: "−", "aria-label": `Layer ${i + 1}: one neuron less`, disabled: width <= 1 });
    const more = make("button", { type: "button", textContent: "+", "aria-label": `Layer ${i + 1}: one neuron more`, disabled: width >= 8 });
    less.onclick = set(width - 1); more.onclick = set(width + 1);
    return make("span", { role: "group", "aria-label": `Layer ${i + 1}` }, less, make("span", { textContent: width }), more);
  }));
  one("#more-layers").disabled = settings.layers.length >= 4;
  one("#fewer-layers").disabled = settings.layers.length === 0;
}

function open(what) { opened = what; look(); one("#learn-opened").scrollIntoView({ block: "nearest" }); }

function chosen(x, y) {
  if (settings.data !== "own") { example = plane.nearest(x, y); if (!runner.on) { look(); } return; }
  const label = Number(one("input[name=class]:checked").value);
  points.push([Number((x * 3.2 - 1.6).toFixed(2)), Number((1.6 - y * 3.2).toFixed(2)), label]);
  own();
  fresh();
}

function tell(now) {
  write(one("#learn-opened-title"), now.title);
  for (const part of ["about", "number"]) {
    one(`#learn-opened-${part}`).replaceChildren(...captioned(now[part]));
  }
  formula(one("#learn-opened-formula"), now.formula);
  choices(now.cost ? now.examples.map(([i, text]) => [{ example: i }, text, false])
    : [...now.parameters.map((text, i) => [{ weight: i }, text, now.weight === i]),
      [{}, "the neuron", now.weight === null]]);
}

// Buttons for what can be opened next; they stay the same ones while their texts change.
function choices(list) {
  const place = one("#opened-weights");
  while (place.children.length > list.length) { place.lastChild.remove(); }
  while (place.children.length < list.length) { place.append(make("button", { type: "button", className: "small" })); }
  list.forEach(([what, text, is], i) => {
    const button = place.children[i];
    button.onclick = () => {
      if (what.example === undefined) { open({ layer: opened.layer, neuron: opened.neuron, ...what }); }
      else { example = what.example; open({ layer: settings.layers.length, neuron: 0 }); }
    };
    write(button, text);
    button.setAttribute("aria-pressed", String(is));
  });
}

function remember() {
  const changed = Object.entries(settings).filter(([key, value]) => String(value) !== String(USUAL[key]));
  const kept = Object.fromEntries(changed.map(([key, value]) => [key, key === "layers" ? value.join() || "none" : value]));
  if (settings.data === "own") { kept.points = points.map((p) => p.join()).join(";"); }
  keep({
    do: "learn", ...kept, example: example || "", lines: lines === "gradients" ? lines : "",
    open: opened?.cost ? "cost" : opened ? [opened.layer, opened.neuron, ...(opened.weight === undefined ? [] : [opened.weight])].join(".") : "",
  });
}
