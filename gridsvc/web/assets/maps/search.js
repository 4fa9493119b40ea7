// The search box of a map page: a combobox that asks the service while one types. Choosing a place
// takes the map there, choosing a case opens it. What is found goes in as text.
"use strict";

(function () {
  const box = document.querySelector("[data-search]");
  if (!box) return;
  const PAUSE = 200; // milliseconds without a key
  const CLOSEST = 18;
  const input = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const said = box.querySelector("[role=status]");
  const english = document.documentElement.lang.startsWith("en");
  let found = [];
  let active = -1;
  let asking = null;
  let timer = 0;
  let marked = null;

  function inLanguage(text, inEnglish) {
    return (english && inEnglish) || text;
  }

  function part(className, text) {
    const made = document.createElement("bdi");
    made.className = className;
    made.textContent = text;
    return made;
  }

  function described(hit) {
    const kind = box.dataset[hit.kind] || "";
    const of = inLanguage(hit.of, hit.of_en);
    return [kind, of, hit.code].filter(Boolean).join(" · ");
  }

  function option(hit, place) {
    const made = document.createElement("li");
    made.id = "found-" + place;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.append(part("name", inLanguage(hit.name, hit.name_en)), part("of", described(hit)));
    // Before the input loses the focus, which would close the list.
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => choose(hit));
    return made;
  }

  function show(hits) {
    found = hits;
    list.replaceChildren(...hits.map(option));
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    point(-1);
  }

  function point(place) {
    active = place;
    [...list.children].forEach((each, index) => {
      each.setAttribute("aria-selected", String(index === place));
    });
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", "found-" + place);
    list.children[place].scrollIntoView({ block: "nearest" });
  }

  async function ask(words) {
    if (asking) asking.abort();
    asking = new AbortController();
    const address = box.dataset.search + "?" + new URLSearchParams({ q: words });
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      show(results);
      const count = box.dataset.some.replace("{count}", results.length);
      said.textContent = results.length ? count : box.dataset.none;
    } catch (error) {
      if (error.name === "AbortError") return;
      show([]);
      said.textContent = box.dataset.failed;
    }
  }

  function type() {
    clearTimeout(timer);
    const words = input.value.trim();
    if (words) timer = setTimeout(() => ask(words), PAUSE);
    else close();
  }

  function close() {
    clearTimeout(timer);
    if (asking) asking.abort();
    said.textContent = "";
    show([]);
  }

  function unmark() {
    if (marked) marked.remove();
    marked = null;
  }

  function mark(map, bounds, hit) {
    unmark();
    const label = document.createElement("div");
    label.append(part("name", inLanguage(hit.name, hit.name_en)), " ", part("kind", described(hit)));
    const tooltip = { permanent: true, className: "inspect", direction: "top" };
    const over = { pane: "halo", renderer: L.svg({ pane: "halo" }), fill: false, interactive: false };
    const frame = L.rectangle(bounds, { ...over, className: "sought" });
    const tag = L.tooltip(tooltip).setLatLng(bounds.getCenter()).setContent(label);
    marked = L.layerGroup([frame, tag]).addTo(map);
    map.once("click", unmark);
  }

  function goTo(hit) {
    const map = window.map_main;
    const [west, south, east, north] = hit.bbox;
    const bounds = L.latLngBounds([south, west], [north, east]);
    map.getContainer().scrollIntoView({ block: "nearest" });
    map.fitBounds(bounds, { maxZoom: CLOSEST, padding: [40, 40], animate: false });
    mark(map, bounds, hit);
  }

  function choose(hit) {
    close();
    input.value = inLanguage(hit.name, hit.name_en);
    if (hit.kind === "case") document.location.assign("/cases/" + hit.incident_id);
    else if (hit.bbox) goTo(hit);
    else said.textContent = box.dataset.nowhere;
  }

  function step(by) {
    if (found.length) point((active + by + found.length + (active < 0 && by < 0)) % found.length);
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => found.length && choose(found[Math.max(active, 0)]),
    Escape: close,
  };

  input.addEventListener("input", type);
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.isComposing) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  box.hidden = false;
})();
