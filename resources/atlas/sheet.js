"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const sections = $$("section");
  const links = new Map($$("nav a").map((link) => [link.getAttribute("href").slice(1), link]));
  const dialog = $("dialog");
  const command = document.body.dataset.command;
  let shown = null;

  // The filter: every word must be in the layer's, the unit's or the seen class's name.
  const filter = $("#filter");
  const sift = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const section of sections) {
      let count = 0;
      for (const cell of $$("li", section)) {
        const text = `${section.dataset.text} ${cell.dataset.text}`;
        cell.hidden = !words.every((word) => text.includes(word));
        count += !cell.hidden;
      }
      section.hidden = count === 0;
      const link = links.get(section.id);
      if (link) {
        link.hidden = count === 0;
        $("i", link).textContent = count;
      }
      found += count;
    }
    $(".nothing").hidden = found > 0;
    // A few are laid out at once: what was off the screen a moment ago would come a frame late.
    document.body.classList.toggle("few", words.length > 0 && found < 2000);
    mark();
  };
  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(sift, 90);
  });

  const size = $("#size");
  const resize = () => document.documentElement.style.setProperty("--cell", `${size.value}px`);
  size.addEventListener("input", resize);
  resize();

  // The layer on the screen, in the list of layers.
  const mark = () => {
    const top = sections.filter((x) => !x.hidden && x.getBoundingClientRect().top < 160).pop();
    for (const [id, link] of links) {
      const here = top ? id === top.id : false;
      if (here && !link.classList.contains("here")) link.scrollIntoView({ block: "nearest" });
      link.classList.toggle("here", here);
    }
  };
  let marking = false;
  addEventListener("scroll", () => {
    if (marking) return;
    marking = true;
    requestAnimationFrame(() => { marking = false; mark(); });
  }, { passive: true });

  // One picture, large. A section's large pictures lie in its script, a line each.
  const large = (cell) => {
    const lines = $("script", cell.closest("section"));
    if (!lines) return "";
    lines.rows = lines.rows || lines.textContent.trim().split("\n");
    return lines.rows[Number(cell.dataset.row)] || "";
  };
  const show = (cell) => {
    shown = cell;
    const small = $("img", cell);
    const data = large(cell);
    const image = $("img", dialog);
    image.src = data ? `data:image/jpeg;base64,${data}` : small ? small.src : "";
    image.hidden = !small;
    image.alt = cell.dataset.unit;
    const section = cell.closest("section");
    $("h3", dialog).textContent = cell.dataset.title || cell.dataset.unit;
    $(".layer", dialog).textContent = section.dataset.about;
    const [f, top, p] = [cell.dataset.f, cell.dataset.top, cell.dataset.p];
    const told = $(".told", dialog);
    told.textContent = "";
    const word = (text, strong) => {
      const made = document.createElement(strong ? "b" : "span");
      made.textContent = text;
      told.append(made);
    };
    if (f) { word("f "); word(f, true); }
    if (top) { word("  ·  the network sees "); word(top, true); word(` ${p}`); }
    if (!small) word("f is no number for this unit: it has no picture.");
    $("code", dialog).textContent = command.replace("UNIT", cell.dataset.unit);
    if (!dialog.open) dialog.showModal();
  };
  const step = (by) => {
    const cells = $$("li:not([hidden])").filter((x) => !x.closest("section").hidden);
    const next = cells[cells.indexOf(shown) + by];
    if (next) show(next);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".grid button");
    if (button) show(button.parentElement);
    else if (event.target === dialog || event.target.closest(".close")) dialog.close();
    else if (event.target.closest(".before")) step(-1);
    else if (event.target.closest(".after")) step(1);
  });
  dialog.addEventListener("close", () => {
    const button = shown && $("button", shown);
    if (button) button.focus();
  });
  addEventListener("keydown", (event) => {
    if (dialog.open && event.key === "ArrowRight") step(1);
    else if (dialog.open && event.key === "ArrowLeft") step(-1);
    else if (!dialog.open && event.key === "/" && document.activeElement !== filter) {
      event.preventDefault();
      filter.focus();
    }
  });
  mark();
})();
