// What makes one walk on a page move; it touches nothing but that walk, and tells the others on the
// page where it stands, so that they go along. It finds it by its id, also where a notebook shows
// one output twice, and leaves alone what has been started. Without scripts the page shows the
// finished picture and the list of all steps. The argument in the last line becomes the scene, as
// JSON: a step of a level is the span of single steps from its first to its last.
((scene) => {
  const MOVED = "autograd-walk-moved";
  function start(root) {
    root.setAttribute("data-started", "");
    const one = (selector) => root.querySelector(selector);
    if (scene.stage) { one(".stage").innerHTML = scene.stage; }
    const boxes = scene.first.map((_, i) => one(`.box-${i}`));
    const arrows = scene.arrows.map((_, i) => one(`.arrow-${i}`));
    const slider = one("input"), play = one(".play"), said = one(".said"), stage = one(".stage");
    const whole = one(".whole-picture"), level = one(".level"), picture = one(".stage svg");
    const natural = picture ? { width: picture.style.width, minWidth: picture.style.minWidth } : {};
    const lists = {}, items = {};
    root.querySelectorAll(".list").forEach((list) => {
      const name = list.getAttribute("data-level");
      lists[name] = list;
      items[name] = Array.prototype.slice.call(list.children);
    });
    let by = scene.by, spans = scene.levels[by], at = -1, timer = null, shown = 0;
    let texts = [], painted = -1;
    const last = () => spans.length - 1;

    function write(box, lines) {
      const found = box.querySelectorAll("text");
      for (let i = 0; i < lines.length; i++) {
        if (found[i] && found[i].textContent !== lines[i]) { found[i].textContent = lines[i]; }
      }
    }
    // What a span of single steps is about.
    function about(span) {
      const lit = { boxes: new Set(), arrows: new Set(), source: scene.lit[span[0]].source,
        forward: scene.lit[span[0]].forward };
      for (let k = span[0]; k <= span[1]; k++) {
        scene.lit[k].boxes.forEach((i) => { lit.boxes.add(i); });
        scene.lit[k].arrows.forEach((i) => { lit.arrows.add(i); });
      }
      return lit;
    }
    function begin() {
      texts = { lines: scene.first.slice(), notes: Object.assign({}, scene.firstNotes),
        born: new Set(), seen: new Set() };
      painted = -1;
    }
    // The picture after a single step; going on, only what has changed since is looked at.
    function until(step) {
      if (step < painted || painted < 0) { begin(); }
      for (let k = painted + 1; k <= step; k++) {
        Object.keys(scene.changes[k]).forEach((i) => { texts.lines[i] = scene.changes[k][i]; });
        Object.assign(texts.notes, scene.notes[k]);
        scene.born[k].forEach((i) => { texts.born.add(i); });
        if (!scene.lit[k].forward) { scene.lit[k].arrows.forEach((i) => { texts.seen.add(i); }); }
      }
      painted = step;
    }
    function paint(span) {
      until(span[1]);
      const lit = about(span);
      root.classList.toggle("back", !lit.forward);
      boxes.forEach((box, i) => {
        if (!box) { return; }
        write(box, texts.lines[i]);
        box.classList.toggle("unborn", !texts.born.has(i));
        box.classList.toggle("lit", lit.boxes.has(i));
        box.classList.toggle("source", lit.source === i && !lit.boxes.has(i));
      });
      arrows.forEach((arrow, i) => {
        if (!arrow) { return; }
        if (texts.notes[i]) { write(arrow, texts.notes[i]); }
        arrow.classList.toggle("seen", texts.seen.has(i));
        arrow.classList.toggle("lit", lit.arrows.has(i));
      });
    }
    function overflows() {
      return stage.scrollWidth > stage.clientWidth + 1
        || stage.scrollHeight > stage.clientHeight + 1;
    }
    // Bring what a step is about into the middle: all of it where it fits, else its beginning.
    function follow(step) {
      if (!stage || step < 0 || !overflows()) { return; }
      const lit = about(spans[step]);
      const found = Array.from(lit.boxes).concat(lit.source === null ? [] : [lit.source])
        .map((i) => boxes[i]).filter(Boolean).map((box) => box.getBoundingClientRect());
      if (!found.length) { return; }
      const frame = stage.getBoundingClientRect();
      function middle(from, to, room) {
        const begin = Math.min(...found.map((x) => x[from]));
        const end = Math.max(...found.map((x) => x[to]));
        return end - begin < room ? (begin + end) / 2 : (found[0][from] + found[0][to]) / 2;
      }
      stage.scrollLeft += middle("left", "right", frame.width) - frame.left - frame.width / 2;
      stage.scrollTop += middle("top", "bottom", frame.height) - frame.top - frame.height / 2;
    }
    function offer() {
      if (!root.classList.contains("whole")) { whole.hidden = !overflows(); }
      const wide = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
      root.classList.toggle("tiny", wide * Number(picture.getAttribute("data-least")) < 0.98);
    }
    // On the whole screen the picture fills its room, as far as its text stays readable in it.
    function fit() {
      if (!root.classList.contains("presenting") || root.classList.contains("whole")) {
        Object.assign(picture.style, natural);
        return;
      }
      const size = picture.viewBox.baseVal, least = 1 / Number(picture.getAttribute("data-least"));
      const room = Math.min((stage.clientWidth - 20) / size.width,
        (stage.clientHeight - 20) / size.height);
      const wide = `${Math.ceil(size.width * Math.max(least, room))}px`;
      Object.assign(picture.style, { width: wide, minWidth: wide });
    }
    function resize() {
      whole.setAttribute("aria-pressed", String(root.classList.toggle("whole")));
      fit();
      offer();
      follow(at);
    }
    function panel(item) {
      const now = one(".now"), count = spans[at][1] - spans[at][0] + 1;
      now.innerHTML = item.innerHTML;
      now.className = `now ${item.className}`;
      const opens = by !== "step" && count > 1;
      if (opens || (by === "step" && scene.by !== "step")) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "inside";
        button.textContent = opens ? `Open its ${count} single steps` : "Close the single steps";
        button.onclick = () => { cut(opens ? "step" : scene.by, spans[at][0]); };
        now.appendChild(button);
      }
    }
    function go(to, quietly, along) {
      const step = Math.max(0, Math.min(last(), to));
      if (step === at) { return; }
      at = step;
      if (stage) { paint(spans[step]); follow(step); }
      const item = items[by][step];
      items[by].forEach((other) => { other.removeAttribute("aria-current"); });
      item.setAttribute("aria-current", "step");
      panel(item);
      if (!quietly) { said.textContent = item.getAttribute("data-say"); }
      slider.max = spans.length;
      slider.value = step + 1;
      slider.setAttribute("aria-valuetext",
        `Step ${step + 1} of ${last() + 1}, ${item.getAttribute("data-brief")}`);
      one(".place").textContent = `step ${step + 1} of ${last() + 1}`;
      one(".first").disabled = one(".previous").disabled = step === 0;
      one(".last").disabled = one(".next").disabled = step === last();
      if (scene.address && !quietly) {
        try { history.replaceState(null, "", `#step=${step + 1}`); } catch (_error) { /* no */ }
      }
      if (scene.address === false && !along) {
        document.dispatchEvent(new CustomEvent(MOVED,
          { detail: { from: root, step: at, atEnd: at === last() } }));
      }
    }
    // Go by another level, at the step that holds a single step.
    function cut(name, single) {
      if (!scene.levels[name]) { return; }
      lists[by].hidden = true;
      by = name;
      spans = scene.levels[by];
      lists[by].hidden = false;
      if (level) { level.value = by; }
      at = -1;
      go(spans.findIndex((span) => span[1] >= single));
    }
    function pause() {
      if (timer !== null) { clearInterval(timer); }
      timer = null;
      root.classList.remove("playing");
      one(".play .word").textContent = "Play";
    }
    function run() {
      timer = setInterval(() => {
        if (!root.isConnected) { pause(); return; }
        go(at + 1);
        if (at === last()) { pause(); }
      }, scene.pace / Number(one(".speed").value));
    }
    function toggle() {
      if (timer !== null) { pause(); return; }
      if (at === last()) { go(0); }
      root.classList.add("playing");
      one(".play .word").textContent = "Pause";
      run();
    }
    function move(step) { pause(); go(step); }
    function present(is) {
      root.classList.toggle("presenting", is);
      one(".present").setAttribute("aria-pressed", String(is));
      const page = document.documentElement;
      if (is && page.requestFullscreen) { page.requestFullscreen().catch(() => { /* as it is */ }); }
      if (!is && document.fullscreenElement) { document.exitFullscreen(); }
      if (stage) { fit(); offer(); follow(at); }
    }
    function key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      const control = event.target.closest?.("button, select");
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 1, ArrowLeft: at - 1,
        ArrowUp: at - 1, PageUp: at - 1, Home: 0, End: last() }[event.key];
      const presenting = root.classList.contains("presenting");
      if (event.target.closest?.("select")) { return; }
      if (event.key === " " && !control) { toggle(); }
      else if (to !== undefined) { move(to); }
      else if (event.key === "p" || event.key === "P") { present(!presenting); }
      else if (event.key === "Escape" && presenting) { present(false); }
      else if (event.key === "Enter" && !control && by !== "step") { cut("step", spans[at][0]); }
      else if (event.key === "Backspace" && by !== scene.by) { cut(scene.by, spans[at][0]); }
      else { return; }
      event.preventDefault();
      event.stopPropagation();
    }
    // A click on a box: where it gets its number or, once the pass goes back, its gradient.
    function clicked(event) {
      const box = event.target.closest?.(".box");
      const place = box ? boxes.indexOf(box) : -1;
      if (place < 0) { return; }
      const [forward, back] = scene.goes[place], single = root.classList.contains("back");
      pause();
      go(spans.findIndex((span) => span[1] >= (single && back ? back : forward)));
    }
    function theme() {
      const told = document.body.getAttribute("data-jp-theme-light");
      const names = document.body.classList;
      const dark = told === "false" || names.contains("vscode-dark");
      root.classList.toggle("theme-dark", dark);
      root.classList.toggle("theme-light", told === "true" || names.contains("vscode-light"));
    }
    function fromAddress() {
      const found = /(?:^#|&)step=([0-9]+)(?:&|$)/.exec(location.hash);
      if (found) { pause(); go(Number(found[1]) - 1, true, true); }
      return !!found;
    }
    one(".first").onclick = () => { move(0); };
    one(".previous").onclick = () => { move(at - 1); };
    one(".next").onclick = () => { move(at + 1); };
    one(".last").onclick = () => { move(last()); };
    play.onclick = toggle;
    slider.oninput = () => { move(Number(slider.value) - 1); };
    one(".speed").onchange = () => { if (timer !== null) { clearInterval(timer); run(); } };
    if (level) { level.onchange = () => { pause(); cut(level.value, spans[at][0]); }; }
    one(".present").onclick = () => { present(!root.classList.contains("presenting")); };
    one(".open").onclick = function () {
      const closed = root.classList.toggle("closed");
      this.setAttribute("aria-expanded", String(!closed));
    };
    root.addEventListener("keydown", key);
    theme();
    if (window.MutationObserver) {
      new MutationObserver(theme).observe(document.body,
        { attributes: true, attributeFilter: ["class", "data-jp-theme-light"] });
    }
    root.classList.add("live", "closed");
    if (stage) {
      whole.onclick = resize;
      stage.addEventListener("click", clicked);
      offer();
      if (window.ResizeObserver) {
        new ResizeObserver(() => { fit(); offer(); follow(at); }).observe(stage);
      }
    }
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && root.classList.contains("presenting")) { present(false); }
    });
    if (scene.address !== null) {
      window.addEventListener("hashchange", fromAddress);
      document.addEventListener("keydown", (event) => {
        const first = document.querySelector(".autograd-walk") === root;
        if (first && (event.target === document.body || event.target === document.documentElement)) {
          key(event);
        }
      });
      document.addEventListener(MOVED, (event) => {
        if (event.detail.from === root) { return; }
        pause();
        go(event.detail.atEnd ? last() : event.detail.step, true, true);
      });
    }
    window.addEventListener("beforeprint", () => { pause(); shown = at; go(last(), true, true); });
    window.addEventListener("afterprint", () => { go(shown, true, true); });
    if (scene.address === null || !fromAddress()) { go(0, true, true); }
  }
  Array.prototype.forEach.call(
    document.querySelectorAll(`[id="${scene.scope}"]:not([data-started])`), start);
})(SCENE);
