// The parts of the page, of which one is shown: the address says which.
import * as chain from "./chain.js";
import * as learn from "./learn.js";
import { moved, one, state } from "./page.js";
import * as wrong from "./wrong.js";

const PARTS = { chain, learn, wrong };

function show() {
  const name = state().do in PARTS ? state().do : "chain";
  for (const [other, part] of Object.entries(PARTS)) {
    one(`#${other}`).hidden = other !== name;
    one(`#to-${other}`).setAttribute("aria-current", other === name ? "page" : "false");
    if (other !== name) { part.leave?.(); }
  }
  PARTS[name].enter();
}

for (const part of Object.values(PARTS)) { part.start(); }
addEventListener("hashchange", () => { if (moved()) { show(); } });
show();
