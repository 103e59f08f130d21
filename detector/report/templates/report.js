"use strict";
(() => {
  const first = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const filters = first("#filters");
  const cards = first("#cards");
  const zoom = first("#zoom");
  const keys = first("#keys");
  const value = (id) => first("#" + id).value;

  // Filters. A photo stays when it and, where asked for, one of its findings fit.
  const readFilters = () => ({
    search: value("search").trim().toLocaleLowerCase(),
    decision: value("decision"), mark: value("mark"), verdict: value("verdict"),
    status: value("status"), score: Number(value("score")),
  });
  const contains = (node, text) => node.dataset.text.toLocaleLowerCase().includes(text);
  const fitsFinding = (node, f) =>
    (!f.mark || node.dataset.mark === f.mark) && (!f.verdict || node.dataset.verdict === f.verdict)
    && Number(node.dataset.score) >= f.score;
  const fitsPhoto = (node, f) =>
    (!f.decision || node.dataset.decision === f.decision) && (!f.status || node.dataset.status === f.status);

  function keep(item, f) {
    const findings = all(".finding, .text", item);
    const named = contains(item, f.search);
    const asked = Boolean(f.mark || f.verdict || f.score > 0);
    for (const finding of findings) {
      finding.hidden = !(fitsFinding(finding, f) && (named || contains(finding, f.search)));
    }
    const fits = findings.length ? findings.some((finding) => !finding.hidden) : named && !asked;
    return fitsPhoto(item, f) && fits;
  }

  function apply() {
    const f = readFilters();
    first("#score-shown").value = f.score.toFixed(2);
    for (const item of all(".item")) item.hidden = !keep(item, f);
    for (const group of all("#unexamined, #found, #clean")) {
      group.hidden = !first(".item:not([hidden])", group) && Boolean(first(".item", group));
    }
    const photos = all(".item:not(.also)");
    const shown = photos.filter((item) => !item.hidden).length;
    first("#count").textContent = `${shown} of ${photos.length} photo${photos.length === 1 ? "" : "s"}`;
    first("#nothing").hidden = shown > 0 || photos.length === 0;
  }

  function sort() {
    const by = value("sort");
    const text = (a, b, key) => a.dataset[key].localeCompare(b.dataset[key]);
    const orders = {
      score: (a, b) => a.dataset.rank - b.dataset.rank,
      path: (a, b) => text(a, b, "path"),
      mark: (a, b) => text(a, b, "mark") || a.dataset.rank - b.dataset.rank,
    };
    cards.append(...all(".item", cards).sort(orders[by]));
  }

  // The state of the filters, and the finding that is looked at, stand in the address.
  const controls = ["search", "decision", "mark", "verdict", "status", "score", "sort"];
  const defaults = Object.fromEntries(controls.map((id) => [id, value(id)]));
  let lookedAt = "";

  function remember() {
    const state = new URLSearchParams();
    for (const id of controls) if (value(id) !== defaults[id]) state.set(id, value(id));
    if (lookedAt) state.set("at", lookedAt);
    history.replaceState(null, "", "#" + state);
  }

  function recall() {
    const told = location.hash.includes("=") ? location.hash.slice(1) : "";
    const state = new URLSearchParams(told);
    for (const id of controls) {
      first("#" + id).value = state.get(id) ?? defaults[id];
      if (!value(id)) first("#" + id).value = defaults[id];  // a choice that is not there
    }
    apply();
    sort();
    const there = state.get("at") && document.getElementById(state.get("at"));
    if (!there) return;
    lookedAt = there.id;
    if (there.matches(".finding")) first("details", there).open = true;
    there.scrollIntoView({ block: "start" });
    there.focus({ preventScroll: true });
  }

  // Enlarged pictures. The frame's content is copied, so outline and divider come along.
  const blend = first("#zoom-blend");
  let pictures = [];
  let at = 0;
  const setBlend = (node, percent) => node.style.setProperty("--at", percent + "%");

  function show(index) {
    at = (index + pictures.length) % pictures.length;
    const figure = pictures[at].closest("figure");
    const stage = first("#zoom-stage");
    const compare = figure.classList.contains("compare");
    stage.replaceChildren(...[...pictures[at].children].map((node) => node.cloneNode(true)));
    first("#zoom-caption").textContent = first("figcaption", figure).textContent;
    zoom.className = figure.className;
    blend.hidden = !compare;
    if (compare) blend.value = first('input[type="range"]', figure).value;
    setBlend(stage, blend.value);
  }

  function enlarge(button) {
    const finding = button.closest(".finding") || button.closest(".card");
    pictures = all(".zoom", finding).filter((node) => node.offsetParent);
    show(Math.max(0, pictures.indexOf(button)));
    zoom.showModal();
  }

  // Findings, one after the other.
  function step(by) {
    const findings = all(".card:not([hidden]) .finding:not([hidden])");
    if (!findings.length) return;
    const here = document.activeElement.closest?.(".finding");
    const index = findings.indexOf(here);
    const next = findings[index < 0 ? (by > 0 ? 0 : findings.length - 1)
      : Math.min(findings.length - 1, Math.max(0, index + by))];
    first("details", next).open = true;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (next.getBoundingClientRect().height > innerHeight / 2) next.scrollIntoView({ block: "start" });
  }

  function openAll(open) {
    first("#open-all").textContent = open ? "Close all" : "Open all";
    first("#open-all").setAttribute("aria-pressed", String(open));
    for (const details of all(".finding details")) details.open = open;
  }

  function focusSearch() {
    first("#search").focus();
    first("#search").select();
  }

  const actions = {
    j: () => step(1), ArrowRight: () => step(1), k: () => step(-1), ArrowLeft: () => step(-1),
    "/": focusSearch, "?": () => keys.showModal(),
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select, textarea");
    if (zoom.open || keys.open) {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by && zoom.open && !typing) show(at + by);
      return;
    }
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const onFinding = event.target.classList.contains("finding") && first(".seen", event.target);
    const action = event.key === "Enter" && onFinding ? () => enlarge(onFinding) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  filters.hidden = false;
  filters.addEventListener("input", () => { apply(); sort(); remember(); });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(() => { apply(); sort(); remember(); }));
  first("#open-all").addEventListener("click", () => openAll(first("#open-all").textContent === "Open all"));
  first("#show-keys").addEventListener("click", () => keys.showModal());
  blend.addEventListener("input", () => setBlend(first("#zoom-stage"), blend.value));
  for (const close of all("dialog .close")) close.addEventListener("click", () => close.closest("dialog").close());
  for (const dialog of [zoom, keys]) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".zoom");
    if (button) enlarge(button);
  });
  document.addEventListener("input", (event) => {
    const figure = event.target.closest?.("figure.compare");
    if (!figure) return;
    if (event.target.type === "range") setBlend(figure, event.target.value);
    else figure.classList.toggle("plainly", !event.target.checked);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    const finding = event.target.closest?.(".card .finding");
    if (!finding || finding.id === lookedAt) return;
    lookedAt = finding.id;
    remember();
  });
  addEventListener("hashchange", recall);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(".finding details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
  recall();
})();
