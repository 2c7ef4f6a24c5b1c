// The engine behind the page: a Python in this browser, in a worker that starts with the first
// question. The server's module of this name has the same one function.
const waiting = new Map();
let worker = null, broken = "";

function fail(reason) {
  broken = `the engine cannot run here: ${reason}`;
  waiting.forEach((resolve) => { resolve({ error: broken }); });
  waiting.clear();
}

function started() {
  if (worker === null) {
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      if (data.failed) { fail(data.failed); return; }
      waiting.get(data.id)?.(data.answer);
      waiting.delete(data.id);
    };
    worker.onerror = (event) => { fail(event.message || "its files did not come"); };
  }
  return worker;
}

// A promise of the answer to a question; both are what JSON can hold.
let asked = 0;
export function ask(question) {
  if (broken) { return Promise.resolve({ error: broken }); }
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    started().postMessage({ id, question: JSON.stringify(question) });
  });
}
