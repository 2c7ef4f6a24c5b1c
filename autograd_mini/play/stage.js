// The picture of a graph on a fixed stage: while numbers change, only its texts do.
import { drawn, write } from "./page.js";

export class Stage {
  // place: an element; opened: told which box was clicked; used: which arrow.
  constructor(place, opened, used) {
    this.place = place;
    this.key = "";
    this.boxes = [];
    this.arrows = [];
    place.addEventListener("click", (event) => this.choose(event.target, opened, used));
    place.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        if (this.choose(event.target, opened, used)) { event.preventDefault(); }
      }
    });
  }

  choose(target, opened, used) {
    const box = target.closest(".box"), arrow = target.closest(".arrow");
    if (box) { opened(this.boxes.indexOf(box)); }
    else if (arrow) { used(this.arrows.indexOf(arrow)); }
    return box || arrow;
  }

  // A new picture, or none: then a sentence says why.
  lay(svg, key, boxes, arrows) {
    this.key = key;
    if (!svg.startsWith("<svg")) {
      this.place.textContent = svg;
      this.boxes = this.arrows = [];
      return;
    }
    this.place.innerHTML = svg;
    const picture = this.place.firstElementChild;
    picture.style.cssText = picture.dataset.size;
    picture.setAttribute("role", "group");
    this.boxes = boxes.map((_, i) => this.place.querySelector(`.box-${i}`));
    this.arrows = arrows.map((_, i) => this.place.querySelector(`.arrow-${i}`));
    for (const part of [...this.boxes, ...this.arrows]) {
      part.setAttribute("tabindex", "0");
      part.setAttribute("role", "button");
      part.querySelector("title")?.remove();
    }
    for (const box of this.boxes) {
      const shape = box.querySelector("path, polygon, ellipse"), room = shape.getBBox().width;
      const beside = shape.tagName === "path" ? 8 : 28;
      for (const text of box.querySelectorAll("text")) {
        text.dataset.room = room - beside;
        text.textContent = "";
      }
    }
    for (const arrow of this.arrows) { this.widen(arrow); }
  }

  // A line is hard to hit: an invisible wide one lies over it.
  widen(arrow) {
    const line = arrow.querySelector("path");
    arrow.append(drawn("path", { d: line.getAttribute("d"), class: "target" }));
  }

  // The picture after so many steps.
  paint(found, step, opened, hides) {
    const lines = found.first.slice(), born = new Set(), seen = new Set(), lit = found.lit[step];
    for (let k = 0; k <= step; k++) {
      if (k === step && hides) { break; }
      for (const [i, line] of Object.entries(found.changes[k])) { lines[i] = line; }
      for (const i of found.born[k]) { born.add(i); }
      if (!found.lit[k].forward) { for (const i of found.lit[k].arrows) { seen.add(i); } }
    }
    this.place.classList.toggle("back", !lit.forward);
    this.boxes.forEach((box, i) => {
      const texts = box.querySelectorAll("text");
      lines[i].forEach((line, k) => { this.fit(texts[k], line); });
      box.classList.toggle("unborn", !born.has(i) && found.first[i].length > 1);
      box.classList.toggle("lit", lit.boxes.includes(i));
      box.classList.toggle("source", lit.source === i && !lit.boxes.includes(i));
      box.classList.toggle("opened", i === opened);
      box.setAttribute("aria-label", `${lines[i].join(", ")}; open`);
    });
    this.arrows.forEach((arrow, i) => {
      this.fit(arrow.querySelector("text"), found.arrows[i]);
      arrow.classList.toggle("seen", seen.has(i));
      arrow.classList.toggle("lit", lit.arrows.includes(i));
      arrow.setAttribute("aria-label", seen.has(i) ? `local derivative ${found.arrows[i]}` : "arrow");
    });
  }

  // In a picture wider than its frame, what a step is about comes into sight.
  follow(found, step) {
    const lit = found.lit[step], box = this.boxes[lit.boxes[0]], frame = this.place;
    if (!box || frame.scrollWidth <= frame.clientWidth) { return; }
    const here = box.getBoundingClientRect(), other = this.boxes[lit.source]?.getBoundingClientRect() ?? here;
    const middle = (Math.min(here.left, other.left) + Math.max(here.right, other.right)) / 2;
    const edges = frame.getBoundingClientRect();
    frame.scrollLeft += middle - edges.left - edges.width / 2;
  }

  // A picture that is a little too wide is made to fit.
  squeeze() {
    const picture = this.place.firstElementChild, room = this.place.clientWidth;
    if (room && this.exceeds(room) && !this.exceeds(room * 1.2)) { picture.style.minWidth = `${room}px`; }
  }

  // Whether the picture, at its own size, is wider than so many pixels.
  exceeds(pixels) {
    return Number.parseInt(this.place.firstElementChild?.style.minWidth, 10) > pixels;
  }

  // A number that is longer than its room is drawn narrower.
  fit(text, line) {
    if (!text || text.textContent === line) { return; }
    write(text, line);
    text.removeAttribute("textLength");
    const room = Number(text.dataset.room);
    if (room && line.length > 8 && text.getComputedTextLength() > room) {
      text.setAttribute("textLength", room);
      text.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  }
}
