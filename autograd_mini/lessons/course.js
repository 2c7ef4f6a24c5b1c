// What the pages of the course do: keep the progress in this browser, search, and have answers to
// exercises checked where there is an engine. The argument in the last line becomes the list of the
// lessons, as JSON. Nothing is sent anywhere but to the server that the page came from.
((lessons) => {
  const KEY = "autograd-mini.course";
  const here = decodeURIComponent(location.pathname.split("/").pop()) || "index.html";
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  function made(tag, text, name) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) { element.className = name; }
    return element;
  }

  // The progress: which lessons were read, which exercises solved, and what was typed.
  function kept() {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(KEY)); } catch (_error) { /* none is kept */ }
    return Object.assign({ read: {}, solved: {}, typed: {} }, found);
  }
  function keep(kind, name, value) {
    const state = kept();
    state[kind][name] = value;
    try { localStorage.setItem(KEY, JSON.stringify(state)); } catch (_error) { /* goes on without */ }
    show();
  }
  function show() {
    const state = kept(), exercises = lessons.flatMap((lesson) => lesson.exercises);
    all("#list li a, .chapters li a").forEach((link) => {
      const mark = one(".mark", link), read = state.read[link.getAttribute("href")];
      if (read && !mark) {
        const sign = made("span", "✓", "mark");
        sign.setAttribute("role", "img");
        sign.setAttribute("aria-label", "read");
        link.append(" ", sign);
      } else if (!read && mark) { mark.remove(); }
    });
    const read = lessons.filter((lesson) => state.read[lesson.name]).length;
    const solved = exercises.filter((name) => state.solved[name]).length;
    const told = one(".progress");
    const button = made("button", "Begin anew");
    button.type = "button";
    button.onclick = () => {
      try { localStorage.removeItem(KEY); } catch (_error) { /* there is none */ }
      location.reload();
    };
    told.textContent = `${read} of ${lessons.length} lessons read`
      + (exercises.length ? `, ${solved} of ${exercises.length} exercises solved` : "");
    if (here === "index.html" && (read || solved)) { told.append(button); }
    told.hidden = false;
    const next = lessons.find((lesson) => !state.read[lesson.name]), begin = one(".begin");
    if (begin && read && next) {
      begin.href = next.name;
      begin.textContent = `Go on: ${next.title}`;
    }
  }
  function watch() {
    const end = one(".ways");
    if (!end || !lessons.some((lesson) => lesson.name === here)) { return; }
    new IntersectionObserver((seen, watcher) => {
      if (seen.some((entry) => entry.isIntersecting)) {
        watcher.disconnect();
        keep("read", here, true);
      }
    }).observe(end);
  }

  // The search: every word must be there, in the title or in the text; z1 finds z₁.
  const plain = (text) => text.normalize("NFKD").toLowerCase();
  function snippet(text, word) {
    const letters = Array.from(text);
    let at = 0, length = 0;
    while (at < letters.length && length < plain(text).indexOf(word)) {
      length += plain(letters[at]).length;
      at += 1;
    }
    const line = made("p", (at > 30 ? "…" : "") + letters.slice(Math.max(0, at - 30), at).join(""));
    line.append(made("mark", letters.slice(at, at + Array.from(word).length).join("")));
    line.append(`${letters.slice(at + Array.from(word).length, at + 80).join("")}…`);
    return line;
  }
  function search(query) {
    const words = plain(query).split(/\s+/).filter(Boolean), list = one(".found");
    list.replaceChildren();
    const found = words.length ? lessons.filter((lesson) => {
      const text = plain(`${lesson.title} ${lesson.part} ${lesson.text}`);
      return words.every((word) => text.includes(word));
    }) : [];
    const titled = (lesson) => words.some((word) => plain(lesson.title).includes(word));
    found.sort((a, b) => titled(b) - titled(a));
    found.slice(0, 12).forEach((lesson) => {
      const item = document.createElement("li"), link = made("a", lesson.title);
      link.href = lesson.name;
      item.append(link);
      const word = words.find((each) => plain(lesson.text).includes(each));
      if (word) { item.append(snippet(lesson.text, word)); }
      list.append(item);
    });
    const count = found.length === 1 ? "1 lesson" : `${found.length || "no"} lessons`;
    one(".search .said").textContent = words.length ? count : "";
  }
  function offerSearch() {
    const box = one("#search");
    one(".search").hidden = false;
    box.oninput = () => { search(box.value); };
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, .autograd-walk");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        box.focus();
      } else if (event.key === "Escape" && event.target === box) {
        box.value = "";
        search("");
      }
    });
  }

  // The exercises. An engine is a module with one function, ask(question); the playground has one
  // beside these pages, and where they are opened as files there is none.
  function engine() {
    if (!location.protocol.startsWith("http")) { return Promise.resolve(null); }
    return import("../ask.js").then((found) => found.ask, () => null);
  }
  function offerChecking(ask) {
    all(".how").forEach((how) => { how.hidden = true; });
    all(".sliders").forEach((link) => { link.hidden = false; });
    all(".exercise").forEach((exercise) => {
      const name = exercise.dataset.name, box = one("textarea", exercise);
      const button = one("button", exercise), verdict = one(".verdict", exercise);
      function tell(state, words) {
        verdict.className = `verdict ${{ Right: "right", "Not yet": "wrong" }[state] || ""}`;
        verdict.replaceChildren(...(state ? [made("b", `${state}.`), ` ${words}`] : [words]));
      }
      async function check() {
        if (button.disabled) { return; }
        button.disabled = true;
        keep("typed", name, box.value);
        const slow = setTimeout(() => { tell("", "Checking …"); }, 300);
        const found = await ask({ ask: "exercise", name, answer: box.value });
        clearTimeout(slow);
        button.disabled = false;
        if (found.error) { tell("", found.error); return; }
        tell(found.state, found.words);
        if (found.state === "Right") { keep("solved", name, true); }
      }
      button.hidden = false;
      button.onclick = check;
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey || box.rows === 1)) {
          event.preventDefault();
          check();
        }
      });
    });
  }
  function restore() {
    const typed = kept().typed;
    all(".exercise textarea").forEach((box) => {
      if (typed[box.id]) { box.value = typed[box.id]; }
      box.addEventListener("change", () => { keep("typed", box.id, box.value); });
    });
  }

  show();
  watch();
  offerSearch();
  restore();
  engine().then((ask) => {
    if (!ask) { return; }
    offerChecking(ask);
    const link = made("a", "Playground");
    link.href = "../index.html";
    one(".top").append(link);
  });
  const current = one("#list a[aria-current]"), list = one("#list");
  if (current && getComputedStyle(list).position === "sticky") {
    list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
  }
})(COURSE);
