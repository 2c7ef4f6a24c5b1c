// One slide at a time, moved by keys, by a touch on the right or left, or by the two buttons. The
// number of the step stands in the page's address.
(() => {
  const deck = document.querySelector(".deck");
  const slides = Array.from(deck.querySelectorAll(".slide"));
  const last = slides.length - 1;
  let at = -1;

  function go(to, quietly) {
    const next = Math.max(0, Math.min(last, to));
    if (next === at) { return; }
    at = next;
    slides.forEach((slide, i) => { slide.classList.toggle("now", i === at); });
    if (!quietly) {
      slides[at].focus({ preventScroll: true });
      try { history.replaceState(null, "", `#step=${at}`); } catch (_error) { /* no */ }
    }
  }
  function overview(is) {
    deck.classList.toggle("overview", is);
    slides[at].scrollIntoView({ block: "center" });
  }
  function screen() {
    if (document.fullscreenElement) { document.exitFullscreen(); }
    else if (document.documentElement.requestFullscreen) {
      document.documentElement.requestFullscreen();
    }
  }
  function fromAddress() {
    const found = /(?:^#|&)step=([0-9]+)(?:&|$)/.exec(location.hash);
    go(found ? Number(found[1]) : 0, true);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    const isButton = event.target.closest?.("button");
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 1, ArrowLeft: at - 1,
      ArrowUp: at - 1, PageUp: at - 1, Backspace: at - 1, Home: 0, End: last }[event.key];
    if (event.key === " " && !isButton) { go(at + (event.shiftKey ? -1 : 1)); }
    else if (to !== undefined) { go(to); }
    else if (event.key === "f" || event.key === "F") { screen(); }
    else if (event.key === "o" || event.key === "O") {
      overview(!deck.classList.contains("overview"));
    } else if ((event.key === "Escape" || event.key === "Enter") && !isButton) { overview(false); }
    else { return; }
    event.preventDefault();
  });
  deck.addEventListener("click", (event) => {
    if (deck.classList.contains("overview")) {
      const slide = event.target.closest(".slide");
      if (slide) { go(slides.indexOf(slide)); overview(false); }
    } else if (String(getSelection()) === "") { go(at + (event.clientX * 3 < innerWidth ? -1 : 1)); }
  });
  document.querySelector(".previous").onclick = () => { go(at - 1); };
  document.querySelector(".next").onclick = () => { go(at + 1); };
  window.addEventListener("hashchange", fromAddress);
  deck.classList.add("live");
  fromAddress();
})();
