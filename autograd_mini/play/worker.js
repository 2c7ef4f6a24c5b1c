// Runs Python beside the page: it waits for questions, and answers one after another.
import { Graphviz } from "./engine/graphviz.js";
import { loadPyodide } from "./engine/pyodide.mjs";

const START = `
import sys
sys.path.insert(0, "/package")
from autograd_mini.play import answer
from autograd_mini.show.layout_program import use
from drawing import layout
use(lambda dot, form: layout(dot, form).encode())
answer
`;

async function start() {
  const [python, graphviz, zip] = await Promise.all([
    loadPyodide({ indexURL: new URL("engine/", import.meta.url).href }),
    Graphviz.load(),
    fetch(new URL("engine/package.zip", import.meta.url)).then((found) => found.arrayBuffer()),
  ]);
  python.unpackArchive(zip, "zip", { extractDir: "/package" });
  python.registerJsModule("drawing", {
    layout(dot, form) {
      try { return form === "svg" ? graphviz.layout(dot, form, "dot") : ""; }
      catch (_error) { return ""; }  // no picture; the page says so
    },
  });
  return python.runPython(START);
}

const starting = start();
starting.catch((error) => { postMessage({ failed: String(error).slice(0, 300) }); });

addEventListener("message", async ({ data }) => {
  const answer = await starting;
  postMessage({ id: data.id, answer: JSON.parse(answer(data.question)) });
});
