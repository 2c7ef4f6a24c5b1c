// The network: a heat map for each neuron, a line for each weight.
import { drawn, make } from "./page.js";
import { heat } from "./plane.js";

const ROW = 52, TOP = 8;

export class Network {
  // opened: told { layer, neuron } or { layer, neuron, weight } of what was clicked.
  constructor(place, opened) {
    this.place = place;
    this.opened = opened;
    this.shape = "";
    this.neurons = [];
    this.lines = [];
  }

  // A network of other widths is laid out anew.
  build(layers) {
    const shape = layers.join();
    if (shape === this.shape) { return; }
    this.shape = shape;
    const columns = [2, ...layers, 1], tallest = Math.max(...columns);
    const high = tallest * ROW + 2 * TOP;
    this.svg = drawn("svg", { viewBox: `0 0 100 ${high}`, preserveAspectRatio: "none",
      "aria-hidden": "true" });
    this.place.style.height = `${high}px`;
    const at = (column, i) => ({
      x: 100 * (column + 0.5) / columns.length,
      y: high / 2 + (i - (columns[column] - 1) / 2) * ROW,
    });
    this.lines = [];
    this.neurons = [];
    const nodes = [];
    for (let column = 0; column < columns.length; column++) {
      const is = column === 0 ? "in" : column === columns.length - 1 ? "out" : "hidden";
      const row = [];
      for (let i = 0; i < columns[column]; i++) {
        const { x, y } = at(column, i);
        if (column) { this.lines.push(this.incoming(column - 1, i, columns, at)); }
        const node = this.node(is, column, i);
        node.style.left = `${x}%`; node.style.top = `${y}px`;
        nodes.push(node);
        row.push(node);
      }
      if (column) { this.neurons.push(row); }
    }
    this.place.replaceChildren(this.svg, ...nodes);
  }

  node(is, column, i) {
    if (is === "in") { return make("span", { className: "node in", textContent: `x${"₁₂"[i]}` }); }
    const name = is === "out" ? "Output neuron" : `Neuron ${i + 1} of layer ${column}`;
    const canvas = make("canvas", { width: 40, height: 40 });
    const node = make("button", { type: "button", className: `node ${is}`,
      "aria-label": `${name}; open` }, canvas);
    node.onclick = () => { this.opened({ layer: column - 1, neuron: i }); };
    return node;
  }

  // The lines of one neuron's weights, to be clicked too.
  incoming(layer, neuron, columns, at) {
    const to = at(layer + 1, neuron), found = [];
    for (let weight = 0; weight < columns[layer]; weight++) {
      const from = at(layer, weight), bend = (to.x - from.x) / 2;
      const d = `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
      const line = drawn("path", { d, class: "weight" });
      const target = drawn("path", { d, class: "target" });
      target.addEventListener("click", () => { this.opened({ layer, neuron, weight }); });
      target.addEventListener("pointerenter", () => line.classList.add("over"));
      target.addEventListener("pointerleave", () => line.classList.remove("over"));
      this.svg.append(line, target);
      found.push(line);
    }
    return found;
  }

  show(found, opened) {
    found.neurons.forEach((layer, l) => {
      layer.forEach((bytes, j) => { heat(this.neurons[l][j].firstChild, bytes, found.side); });
    });
    heat(this.neurons.at(-1)[0].firstChild, found.boundary, found.side);
    let k = 0;
    for (const [layer, neurons] of found.lines.entries()) {
      for (const [neuron, shares] of neurons.entries()) {
        this.lines[k++].forEach((line, weight) => {
          const share = shares[weight], size = Math.abs(share);
          line.style.strokeWidth = `${(0.6 + 5.4 * size).toFixed(2)}px`;
          line.style.stroke = `color-mix(in srgb, var(--line-${share < 0 ? "negative" : "positive"}) ${(25 + 75 * size).toFixed(0)}%, var(--line-none))`;
          line.style.strokeDasharray = share < 0 ? "6 3" : "";
          line.classList.toggle("opened", opened?.layer === layer && opened.neuron === neuron
            && opened.weight === weight);
        });
      }
    }
    const ill = new Map(found.remarks.map((remark) => [`${remark.layer}.${remark.neuron}`, remark.kind]));
    this.neurons.forEach((layer, l) => {
      layer.forEach((node, j) => {
        node.classList.toggle("ill", ill.has(`${l}.${j}`) || ill.has(`${l}.-1`));
        node.classList.toggle("opened", opened?.layer === l && opened.neuron === j);
      });
    });
  }
}
