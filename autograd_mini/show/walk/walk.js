// What makes one walk on a page move; it touches nothing but that walk. It finds it by its id, also
// where a notebook shows one output twice, and leaves alone what has been started. Without scripts
// the page shows the finished picture and the list of all steps. The argument in
// the last line becomes the scene, as JSON.
((scene) => {
  function start(root) {
    root.setAttribute("data-started", "");
    let at = -1, timer = null, shown = 0;
    const one = (selector) => root.querySelector(selector);
    if (scene.stage) { one(".stage").innerHTML = scene.stage; }
    const items = Array.prototype.slice.call(one(".list").children);
    const boxes = scene.first.map((_, i) => one(`.box-${i}`));
    const arrows = scene.arrows.map((_, i) => one(`.arrow-${i}`));
    const slider = one("input"), play = one(".play"), said = one(".said"), stage = one(".stage");
    const whole = one(".whole-picture");
    const last = items.length - 1;

    function write(box, lines) {
      const texts = box.querySelectorAll("text");
      for (let i = 0; i < lines.length; i++) {
        if (texts[i] && texts[i].textContent !== lines[i]) { texts[i].textContent = lines[i]; }
      }
    }
    function paint(step) {
      const lines = scene.first.slice(), born = {}, seen = {}, lit = scene.lit[step];
      for (let k = 0; k <= step; k++) {
        Object.keys(scene.changes[k]).forEach((i) => { lines[i] = scene.changes[k][i]; });
        if (scene.lit[k].forward) { scene.born[k].forEach((i) => { born[i] = true; }); }
        else { scene.lit[k].arrows.forEach((i) => { seen[i] = true; }); }
      }
      root.classList.toggle("back", !lit.forward);
      boxes.forEach((box, i) => {
        if (!box) { return; }
        write(box, lines[i]);
        box.classList.toggle("unborn", !born[i]);
        box.classList.toggle("lit", lit.boxes.indexOf(i) >= 0);
        box.classList.toggle("source", lit.source === i && lit.boxes.indexOf(i) < 0);
      });
      arrows.forEach((arrow, i) => {
        if (!arrow) { return; }
        arrow.classList.toggle("seen", !!seen[i]);
        arrow.classList.toggle("lit", lit.arrows.indexOf(i) >= 0);
      });
    }
    function overflows() {
      return stage.scrollWidth > stage.clientWidth + 1
        || stage.scrollHeight > stage.clientHeight + 1;
    }
    function follow(step) {
      const lit = scene.lit[step], box = boxes[lit.boxes[0]], source = boxes[lit.source];
      if (!box || !overflows()) { return; }
      const here = box.getBoundingClientRect(), frame = stage.getBoundingClientRect();
      const other = source ? source.getBoundingClientRect() : here;
      function middle(from, to, room) {
        const first = Math.min(here[from], other[from]), last = Math.max(here[to], other[to]);
        return last - first < room ? (first + last) / 2 : (here[from] + here[to]) / 2;
      }
      stage.scrollLeft += middle("left", "right", frame.width) - frame.left - frame.width / 2;
      stage.scrollTop += middle("top", "bottom", frame.height) - frame.top - frame.height / 2;
    }
    function offer() {
      if (!root.classList.contains("whole")) { whole.hidden = !overflows(); }
    }
    function resize() {
      const is = root.classList.toggle("whole");
      whole.setAttribute("aria-pressed", String(is));
      follow(at);
    }
    function go(step, quietly) {
      step = Math.max(0, Math.min(last, step));
      if (step === at) { return; }
      at = step;
      if (stage) { paint(step); follow(step); }
      items.forEach((item, i) => {
        if (i === step) { item.setAttribute("aria-current", "step"); }
        else { item.removeAttribute("aria-current"); }
      });
      one(".now").innerHTML = items[step].innerHTML;
      one(".now").className = `now ${items[step].className}`;
      if (!quietly) { said.textContent = items[step].getAttribute("data-say"); }
      slider.value = step + 1;
      slider.setAttribute("aria-valuetext",
        `Step ${step + 1} of ${last + 1}, ${items[step].getAttribute("data-brief")}`);
      one(".place").textContent = `step ${step + 1} of ${last + 1}`;
      one(".first").disabled = one(".previous").disabled = step === 0;
      one(".last").disabled = one(".next").disabled = step === last;
      if (scene.address && !quietly) {
        try { history.replaceState(null, "", `#step=${step + 1}`); } catch (_error) { /* no */ }
      }
    }
    function pause() {
      if (timer !== null) { clearInterval(timer); }
      timer = null;
      root.classList.remove("playing");
      one(".play .word").textContent = "Play";
    }
    function toggle() {
      if (timer !== null) { pause(); return; }
      if (at === last) { go(0); }
      root.classList.add("playing");
      one(".play .word").textContent = "Pause";
      timer = setInterval(() => {
        if (!root.isConnected) { pause(); return; }
        go(at + 1);
        if (at === last) { pause(); }
      }, scene.pace);
    }
    function move(step) { pause(); go(step); }
    function key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 1, ArrowLeft: at - 1,
        ArrowUp: at - 1, PageUp: at - 1, Home: 0, End: last }[event.key];
      const button = event.target.closest?.("button");
      if (event.key === " " && !button) { toggle(); }
      else if (to !== undefined) { move(to); }
      else { return; }
      event.preventDefault();
      event.stopPropagation();
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
      if (found) { pause(); go(Number(found[1]) - 1, true); }
      return !!found;
    }
    one(".first").onclick = () => { move(0); };
    one(".previous").onclick = () => { move(at - 1); };
    one(".next").onclick = () => { move(at + 1); };
    one(".last").onclick = () => { move(last); };
    play.onclick = toggle;
    slider.oninput = () => { move(Number(slider.value) - 1); };
    one(".open").onclick = function () {
      const closed = one(".list").classList.toggle("closed");
      this.setAttribute("aria-expanded", String(!closed));
    };
    root.addEventListener("keydown", key);
    theme();
    if (window.MutationObserver) {
      new MutationObserver(theme).observe(document.body,
        { attributes: true, attributeFilter: ["class", "data-jp-theme-light"] });
    }
    root.classList.add("live");
    one(".list").classList.add("closed");
    if (stage) {
      whole.onclick = resize;
      offer();
      if (window.ResizeObserver) {
        new ResizeObserver(() => { offer(); follow(at); }).observe(stage);
      }
    }
    if (scene.address !== null) {
      window.addEventListener("hashchange", fromAddress);
      document.addEventListener("keydown", (event) => {
        if (scene.address && event.target === document.body) { key(event); }
      });
    }
    window.addEventListener("beforeprint", () => { pause(); shown = at; go(last, true); });
    window.addEventListener("afterprint", () => { go(shown, true); });
    if (scene.address === null || !fromAddress()) { go(0, true); }
  }
  Array.prototype.forEach.call(
    document.querySelectorAll(`[id="${scene.scope}"]:not([data-started])`), start);
})(SCENE);
