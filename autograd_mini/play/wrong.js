// Wrong ways: a mistake and what is right, side by side.
import { ask, captioned, keep, list, make, one, Runner, state, write } from "./page.js";
import { Curves } from "./charts.js";
import { Network } from "./network.js";
import { Plane } from "./plane.js";
import { Stage } from "./stage.js";

const name = `wrong-${Math.random().toString(36).slice(2)}`;
let way = "", shown = null, asking = false, step = -1, sides = [], runner = null;

export function start() {
  runner = new Runner(one("#wrong-run"), run);
  one("#wrong-step").onclick = () => { leave(); go(1); };
  one("#wrong-reset").onclick = () => { leave(); go(0, true); };
  one("#order-step").oninput = (event) => { paint(Number(event.target.value)); };
  one("#order-back").onclick = () => { paint(step - 1); };
  one("#order-next").onclick = () => { paint(step + 1); };
}

export async function enter() {
  way = state().way || "";
  step = state().step ? Number(state().step) - 1 : -1;
  const answer = await ask({ ask: "wrong", way });
  write(one("#wrong-error"), answer.error || "");
  if (answer.error) { return; }
  shown = answer;
  way = answer.way;
  one("#ways").replaceChildren(...Object.entries(answer.ways).map(([key, title]) =>
    make("a", { href: `#do=wrong&way=${key}`, textContent: title, "aria-current": key === way ? "true" : "false" })));
  for (const part of ["title", "about", "watch"]) { write(one(`#wrong-${part}`), answer[part]); }
  one("#wrong-bar").hidden = !!answer.graphs;
  one("#order-bar").hidden = !answer.graphs;
  sides = answer.names.map((title, i) => (answer.graphs ? graphSide(title, answer.graphs[i], i) : runSide(title, i)));
  one("#sides").replaceChildren(...sides.map((side) => side.place));
  one("#sides").classList.toggle("runs-beside", !answer.graphs);
  if (answer.graphs) { lay(); } else { go(0, true); keep({ do: "wrong", way }); }
}

export function leave() { runner.stop(); }

function card(title, i, ...inside) {
  const heading = make("h3", {}, make("span", { className: i ? "is-right" : "is-wrong", textContent: i ? "right" : "wrong" }), ` ${title}`);
  return make("section", { className: "card side-by-side", "aria-label": title }, heading, ...inside);
}

function runSide(title, i) {
  const plane = make("div", { className: "plane" }), costs = make("div", { className: "chart costs" });
  const network = make("div", { className: "network" });
  const numbers = make("p", { className: "numbers" }), remarks = make("ul", { className: "remarks", "aria-live": "polite" });
  const place = card(title, i, make("div", { className: "looks" }, plane, make("div", {}, costs, numbers)), network, remarks);
  return { place, plane: new Plane(plane), curves: new Curves(costs), network: new Network(network, () => {}),
    numbers, remarks, known: "" };
}

function graphSide(title, graph, i) {
  const stage = make("div", { className: "stage", tabindex: "0", role: "group", "aria-label": "Picture of the graph" });
  const now = make("div", { className: "now" }), found = make("p", { className: "quietly", "aria-live": "polite" });
  return { place: card(title, i, stage, now, found), now, found, graph, stage: new Stage(stage, () => {}, () => {}) };
}

async function go(steps, fresh = false) {
  if (asking || !shown || shown.graphs) { return; }
  asking = true;
  try {
    const both = [shown.wrong, shown.right], on = sides, answers = [];
    for (const [i, side] of on.entries()) {
      answers.push(await ask({ ask: "learn", run: `${name}-${i}`, settings: both[i], steps, fresh,
        exactly: true, side: 20, known: side.known }));
    }
    const fault = answers.find((answer) => answer.error);
    write(one("#wrong-error"), fault?.error || "");
    if (fault) { leave(); return; }
    if (on === sides) { on.forEach((side, i) => { paintRun(side, answers[i]); }); }
  } finally { asking = false; }
}

function paintRun(side, answer) {
  if (answer.points) { side.plane.lay(answer.points); side.known = answer.key; }
  side.plane.show(answer.boundary, answer.side);
  side.network.build(answer.neurons.map((layer) => layer.length));
  side.network.show(answer, null);
  side.curves.show(answer.curves);
  write(side.numbers, `${answer.made} steps · cost ${answer.costs[0]} · right ${answer.right}`);
  list(side.remarks, answer.remarks.map((remark) => remark.words).slice(0, 2));
}

async function run() {
  await go(4);
  if (shown?.graphs) { leave(); }
  await new Promise(requestAnimationFrame);
}

// --- the order of a backward pass: two graphs, one slider -----------------------------------------

function lay() {
  for (const side of sides) {
    side.stage.lay(side.graph.stage, side.graph.key, side.graph.first, side.graph.arrows);
  }
  paint(step < 0 ? 0 : step);
}

function paint(to) {
  const most = Math.max(...sides.map((side) => side.graph.steps.length)) - 1;
  step = Math.max(0, Math.min(to, most));
  one("#order-step").max = most;
  one("#order-step").value = step;
  write(one("#order-place"), `step ${step + 1} of ${most + 1}`);
  one("#order-back").disabled = step === 0;
  one("#order-next").disabled = step === most;
  for (const side of sides) {
    const own = Math.min(step, side.graph.steps.length - 1), now = side.graph.steps[own];
    side.stage.paint(side.graph, own, -1, false);
    side.stage.follow(side.graph, own);
    side.now.className = `now ${now.wrong ? "is-wrong" : now.part === "Backward" || now.part === "End" ? "backward" : ""}`;
    side.now.replaceChildren(make("p", { className: "heading" }, make("b", { textContent: now.part }), ` ${now.heading}`),
      make("dl", {}, ...captioned(now.lines)), ...now.remarks.map((text) => make("p", { className: "remark", textContent: text })));
    write(side.found, now.say);
  }
  keep({ do: "wrong", way, step: step + 1 });
}
