// The curve of the result against one variable, its tangent, and what a nudge does.
import { drawn, one, write } from "./page.js";

const WIDE = 320, HIGH = 190;

export function chart(place) {
  const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  const parts = {};
  for (const [name, tag] of [["grid", "path"], ["curve", "path"], ["tangent", "path"],
    ["drop", "path"], ["gap", "path"], ["here", "circle"], ["told", "circle"],
    ["moved", "circle"]]) {
    parts[name] = drawn(tag, { class: name, ...(tag === "circle" ? { r: 5 } : {}) });
    svg.append(parts[name]);
  }
  place.append(svg);
  return (nudge) => { show(svg, parts, nudge); };
}

const x = (point) => (point[0] * WIDE).toFixed(2);
const y = (point) => ((1 - point[1]) * HIGH).toFixed(2);

function line(points) {
  let path = "", pen = "M";
  for (const point of points) {
    if (point === null) { pen = "M"; continue; }
    path += `${pen}${x(point)} ${y(point)}`;
    pen = "L";
  }
  return path;
}

function dot(circle, point) {
  circle.toggleAttribute("hidden", point === null);
  circle.style.display = point === null ? "none" : "";
  if (point) { circle.setAttribute("cx", x(point)); circle.setAttribute("cy", y(point)); }
}

function show(svg, parts, nudge) {
  const curve = nudge.curve;
  svg.setAttribute("aria-label",
    `${nudge.result} against ${nudge.name}, with its tangent at ${nudge.from}`);
  parts.curve.setAttribute("d", line(curve.points));
  parts.tangent.setAttribute("d", curve.tangent ? line(curve.tangent) : "");
  const { here, moved, told } = curve;
  parts.grid.setAttribute("d", here ? `M${x(here)} 0V${HIGH}M0 ${y(here)}H${WIDE}` : "");
  parts.drop.setAttribute("d", here && moved ? `M${x(moved)} ${y(here)}V${y(moved)}` : "");
  parts.gap.setAttribute("d", told && moved ? `M${x(told)} ${y(told)}V${y(moved)}` : "");
  dot(parts.here, here); dot(parts.moved, moved); dot(parts.told, told);
}

export function words(nudge) {
  write(one("#nudge-move"), `${nudge.name}: ${nudge.from} → ${nudge.to}`);
  write(one("#nudge-result"), `${nudge.result}: ${nudge.before} → ${nudge.after}`);
  write(one("#nudge-change"), nudge.change);
  write(one("#nudge-predicted"), nudge.predicted);
  write(one("#nudge-off"), nudge.off);
  const axes = nudge.curve;
  for (const end of ["low", "high", "left", "right"]) { write(one(`#axis-${end}`), axes[end]); }
  write(one("#axis-name"), nudge.name);
}
