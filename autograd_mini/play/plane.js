// Heat maps, and the plane of points with the boundary behind them.
import { drawn } from "./page.js";

let table = null;

function numbers(name) {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
}

// The colours of the 256 bytes of a heat map, from the theme.
function colours() {
  if (table) { return table; }
  const none = numbers("--fill-none");
  const ends = [numbers("--fill-negative"), numbers("--fill-positive")];
  table = [];
  for (let byte = 0; byte < 256; byte++) {
    const share = byte / 127.5 - 1, end = ends[share > 0 ? 1 : 0];
    table.push(none.map((from, i) => from + (end[i] - from) * Math.abs(share)));
  }
  return table;
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  table = null;
  dispatchEvent(new Event("recolour"));
});

const small = document.createElement("canvas");

// Draw a heat map of side × side bytes over the whole of a canvas.
export function heat(canvas, bytes, side) {
  const read = atob(bytes), table = colours();
  small.width = small.height = side;
  const pen = small.getContext("2d"), image = pen.createImageData(side, side);
  for (let i = 0; i < read.length; i++) {
    const colour = table[read.charCodeAt(i)];
    for (let k = 0; k < 3; k++) { image.data[4 * i + k] = colour[k]; }
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  const target = canvas.getContext("2d");
  target.imageSmoothingEnabled = true;
  target.drawImage(small, 0, 0, canvas.width, canvas.height);
}

const SIZE = 480;

export class Plane {
  // place: an element; chosen: told where in the plane, in shares from 0 to 1 right and down.
  constructor(place, chosen) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = SIZE;
    this.canvas.setAttribute("aria-hidden", "true");
    this.points = drawn("svg", { viewBox: "0 0 100 100", class: "points" });
    this.points.setAttribute("aria-hidden", "true");
    place.append(this.canvas, this.points);
    this.cross = drawn("path", { class: "cross" });
    this.at = [0.5, 0.5];
    this.shown = [];
    if (chosen) {
      place.addEventListener("pointerdown", (event) => {
        const frame = place.getBoundingClientRect();
        chosen((event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height);
      });
      place.addEventListener("keydown", (event) => this.key(event, chosen));
    }
  }

  // Without a mouse: arrow keys move a cross, Enter chooses where it is.
  key(event, chosen) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by) { this.at = this.at.map((x, i) => Math.min(Math.max(x + by[i] * 0.03, 0.01), 0.99)); }
    else if (event.key === "Enter" || event.key === " ") { chosen(...this.at); }
    else { return; }
    event.preventDefault();
    const [x, y] = this.at.map((share) => share * 100);
    this.cross.setAttribute("d", `M${x - 4} ${y}h8M${x} ${y - 4}v8`);
    this.points.append(this.cross);
  }

  show(boundary, side) {
    if (boundary) { heat(this.canvas, boundary, side); }
  }

  // The points: [right, down, class, whether held out] in shares.
  lay(points) {
    this.shown = points;
    this.points.replaceChildren(...points.map(([x, y, label, out]) => {
      const name = `point class-${label}${out ? " out" : ""}`;
      const at = { class: name, transform: `translate(${x * 100} ${y * 100})` };
      return label ? drawn("circle", { ...at, r: 1.35 })
        : drawn("rect", { ...at, x: -1.2, y: -1.2, width: 2.4, height: 2.4 });
    }));
  }

  // Mark the present example.
  mark(place) {
    this.points.querySelector(".present")?.classList.remove("present");
    this.points.children[place]?.classList.add("present");
  }

  nearest(x, y) {
    let best = 0, least = Infinity;
    this.shown.forEach(([px, py], i) => {
      const off = (px - x) ** 2 + (py - y) ** 2;
      if (off < least) { least = off; best = i; }
    });
    return best;
  }
}
