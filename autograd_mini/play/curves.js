// The costs of both sets against the steps.
import { drawn, make, write } from "./page.js";

const WIDE = 320, HIGH = 120;

export class Curves {
  constructor(place) {
    const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img",
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
    this.train.setAttribute("d", line(curves.train));
    this.test.setAttribute("d", line(curves.test));
    write(this.high, curves.high);
    write(this.low, curves.low);
    write(this.last, curves.last);
  }
}

function line(points) {
  let path = "", pen = "M";
  for (const point of points) {
    if (point === null) { pen = "M"; continue; }
    path += `${pen}${(point[0] * WIDE).toFixed(1)} ${((1 - point[1]) * (HIGH - 6) + 3).toFixed(1)}`;
    pen = "L";
  }
  return path;
}
