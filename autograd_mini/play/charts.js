// Curves: the costs against the steps, and the result against one variable with its tangent.
import { drawn, make, one, write } from "./page.js";

const WIDE = 320;

// The path through points in shares, broken where there is none; x and y say where a point lies.
function line(points, x, y) {
  let path = "", pen = "M";
  for (const point of points) {
    if (point !== null) { path += `${pen}${x(point)} ${y(point)}`; }
    pen = point === null ? "M" : "L";
  }
  return path;
}

const LOW = 120;

export class Curves {
  constructor(place) {
    const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${LOW}`, role: "img",
      "aria-label": "Cost of both sets against the steps" });
    this.test = drawn("path", { class: "test" });
    this.train = drawn("path", { class: "train" });
    svg.append(this.test, this.train);
    this.high = make("span", { className: "high" });
    this.low = make("span", { className: "low" });
    this.last = make("span");
    place.append(this.high, svg, this.low,
      make("div", { className: "axis" }, make("span", { textContent: "0" }),
        make("span", { textContent: "steps" }), this.last));
  }

  show(curves) {
    const x = (point) => (point[0] * WIDE).toFixed(1);
    const y = (point) => ((1 - point[1]) * (LOW - 6) + 3).toFixed(1);
    for (const set of ["train", "test"]) { this[set].setAttribute("d", line(curves[set], x, y)); }
    for (const end of ["high", "low", "last"]) { write(this[end], curves[end]); }
  }
}

const HIGH = 190;
const x = (point) => (point[0] * WIDE).toFixed(2);
const y = (point) => ((1 - point[1]) * HIGH).toFixed(2);

export class Nudge {
  constructor(place) {
    this.svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
    this.paths = this.parts("path", ["grid", "curve", "tangent", "drop", "gap"]);
    this.dots = this.parts("circle", ["here", "told", "moved"]);
    place.append(this.svg);
  }

  parts(tag, names) {
    return Object.fromEntries(names.map((name) => {
      const part = drawn(tag, { class: name, ...(tag === "circle" ? { r: 5 } : {}) });
      this.svg.append(part);
      return [name, part];
    }));
  }

  show(nudge) {
    const { curve } = nudge, { here, moved, told } = curve;
    this.svg.setAttribute("aria-label",
      `${nudge.result} against ${nudge.name}, with its tangent at ${nudge.from}`);
    const paths = {
      curve: line(curve.points, x, y),
      tangent: curve.tangent ? line(curve.tangent, x, y) : "",
      grid: here ? `M${x(here)} 0V${HIGH}M0 ${y(here)}H${WIDE}` : "",
      drop: here && moved ? `M${x(moved)} ${y(here)}V${y(moved)}` : "",
      gap: told && moved ? `M${x(told)} ${y(told)}V${y(moved)}` : "",
    };
    for (const [name, path] of Object.entries(paths)) { this.paths[name].setAttribute("d", path); }
    for (const [name, dot] of Object.entries(this.dots)) {
      const point = curve[name];
      dot.style.display = point === null ? "none" : "";
      if (point) { dot.setAttribute("cx", x(point)); dot.setAttribute("cy", y(point)); }
    }
    write(one("#nudge-move"), `${nudge.name}: ${nudge.from} → ${nudge.to}`);
    write(one("#nudge-result"), `${nudge.result}: ${nudge.before} → ${nudge.after}`);
    for (const part of ["change", "predicted", "off"]) { write(one(`#nudge-${part}`), nudge[part]); }
    for (const end of ["low", "high", "left", "right"]) { write(one(`#axis-${end}`), curve[end]); }
    write(one("#axis-name"), nudge.name);
  }
}
