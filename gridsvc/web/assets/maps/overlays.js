// Layers of the legend that are drawn from vector tiles: cases and components (maps/tiles.py). They
// are read when they are switched on, kept as fresh as the data are, and listed for who does not
// point. What is in a tile goes in as text nodes.
"use strict";

(function () {
  const FRESH_MS = 30_000;
  const REACH = 10; // pixels around a dot
  const LISTED = 12;
  const CLOSER = 2; // zooms, towards a place with several

  function node(tag, className, ...children) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  }

  async function described(overlay) {
    const answer = await fetch(overlay.source);
    if (!answer.ok) throw new Error(`${answer.status} ${overlay.source}`);
    const { tiles, minzoom, maxzoom } = await answer.json();
    return { template: tiles[0], zooms: [minzoom, maxzoom] };
  }

  // Under whatever name the service knows itself, the tiles are asked of where the page came from.
  function sourceOf({ template, zooms }) {
    const address = (z, x, y) => {
      const filled = template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      const { pathname, search } = new URL(filled, location.href);
      return pathname + search;
    };
    return { address: address, zooms: zooms, shifted: false };
  }

  function looks(overlay, looks) {
    return overlay.key === "incidents" ? looks.cases((status) => overlay.open.includes(status)) : looks.components;
  }

  function told(overlay, feature) {
    const { count, overdue, status, state, category, class: kind } = feature.properties;
    const words = overlay.words;
    const facts = [
      [words.count, count],
      [words.open, count ? feature.properties.open : undefined],
      [words.overdue, overdue && count ? overdue : undefined],
      [words.status, status && (words[status] || status)],
      [words.state, state && (words[state] || state)],
      [words.category, category || kind],
    ];
    const said = facts.filter(([, value]) => value !== undefined && value !== null && value !== "");
    if (overdue && !count) said.unshift(["", words.overdue]);
    return said;
  }

  function name(overlay, feature) {
    const { id, reference, code, count } = feature.properties;
    if (count) return `${overlay.title} ${count.toLocaleString(document.documentElement.lang)}`;
    if (!id) return String(code);
    const link = node("a", "", reference);
    link.href = `/cases/${encodeURIComponent(id)}`;
    if (window.top !== window) link.target = "_top";
    return link;
  }

  function card(overlay, feature) {
    const facts = told(overlay, feature).map(([heading, value]) =>
      node("div", "", node("dt", "", heading), node("dd", "", node("bdi", "", String(value)))),
    );
    const kind = node("span", "kind", feature.properties.count ? "" : overlay.title);
    return node("section", "hit", kind, node("strong", "", name(overlay, feature)), node("dl", "", ...facts));
  }

  function placeOf(map, feature) {
    const scale = Math.pow(2, map.getZoom());
    return map.unproject([feature.lines[0][0] * scale, feature.lines[0][1] * scale]);
  }

  // One switch of the legend: the layer that it draws, and the list of what is seen of it.
  class Switched {
    constructor(map, overlay, box, popup) {
      Object.assign(this, { map, overlay, box, popup, layer: null, template: null });
      this.list = node("details", "seen", node("summary", ""), node("ul", ""));
      this.list.hidden = true;
      this.list.dataset.of = overlay.key;
      box.closest("label").after(this.list);
    }

    async show() {
      const [tiles, found, description] = await Promise.all([
        import("./tiles.js"),
        import("./looks.js"),
        described(this.overlay),
      ]);
      this.template = description.template;
      if (!this.box.checked) return;
      const options = { pane: "dots", className: "vector" };
      this.layer ??= tiles.vectorTiles(sourceOf(description), looks(this.overlay, found), options);
      this.layer.on("drawn load", () => this.tell());
      this.layer.addTo(this.map);
    }

    hide() {
      this.layer?.remove();
      this.list.hidden = true;
    }

    get shown() {
      return this.layer !== null && this.map.hasLayer(this.layer);
    }

    // The address of the tiles says which state of the data they are of.
    async refresh() {
      if (!this.shown || document.hidden) return;
      const description = await described(this.overlay);
      if (description.template === this.template) return;
      this.template = description.template;
      await this.layer.renew(sourceOf(description));
    }

    hits(at) {
      return this.shown ? this.layer.hits(at, REACH) : [];
    }

    tell() {
      if (!this.shown) return;
      const seen = this.layer.visible();
      const count = seen.reduce((sum, { properties }) => sum + (properties.count || 1), 0);
      const [summary, list] = this.list.children;
      summary.textContent = this.overlay.words.seen.replace("{count}", count.toLocaleString());
      this.list.hidden = false;
      const late = (feature) => feature.properties.overdue || 0;
      const most = [...seen].sort((one, other) => late(other) - late(one)).slice(0, LISTED);
      // Who stands on one of them with the keyboard stays there.
      const told = JSON.stringify(most.map((feature) => feature.properties));
      if (told === this.told) return;
      this.told = told;
      list.replaceChildren(...most.map((feature) => this.item(feature)));
    }

    item(feature) {
      const label = name(this.overlay, feature);
      const facts = told(this.overlay, feature).slice(feature.properties.count ? 1 : 0);
      const button = node("button", "go", typeof label === "string" ? label : label.textContent);
      button.type = "button";
      button.addEventListener("click", () => this.go(feature));
      return node("li", "", button, ` ${facts.map((pair) => pair.filter(Boolean).join(" ")).join(" · ")}`);
    }

    go(feature) {
      if (feature.properties.count) this.approach(feature);
      else this.open([feature], placeOf(this.map, feature));
    }

    approach(feature) {
      this.map.closePopup();
      this.map.setView(placeOf(this.map, feature), Math.min(this.map.getZoom() + CLOSER, 20));
    }

    open(features, at) {
      const cards = features.slice(0, LISTED).map((feature) => card(this.overlay, feature));
      this.popup.setLatLng(at).setContent(node("div", "hits", ...cards)).openOn(this.map);
    }
  }

  function tie(one, words) {
    const fail = () => {
      one.list.hidden = false;
      one.list.firstChild.textContent = words.unreachable;
    };
    const change = () => (one.box.checked ? one.show().catch(fail) : one.hide());
    // It may have been switched on before the map was there.
    one.box.checked ||= gridmaps.state.list("over").includes(one.overlay.key);
    one.box.addEventListener("change", change);
    one.map.on("moveend", () => one.tell());
    const refresh = () => one.refresh().catch(fail);
    setInterval(refresh, FRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    if (one.box.checked) change();
  }

  function keep(switched) {
    gridmaps.state.setList("over", switched.filter((one) => one.box.checked).map((one) => one.overlay.key));
  }

  // Gives a function that opens what lies at a place, and says whether there is anything.
  gridmaps.overlays = function (map, data) {
    const pane = map.createPane("dots");
    pane.style.zIndex = 435; // above areas and their pins, below labels and pop-ups
    pane.style.pointerEvents = "none";
    const popup = L.popup({ className: "inspect", maxWidth: 320, maxHeight: 260 });
    const switched = data.overlays.map((overlay) => {
      const box = document.querySelector(`[data-overlay="${CSS.escape(overlay.key)}"]`);
      return new Switched(map, overlay, box, popup);
    });
    for (const one of switched) {
      tie(one, data.words);
      one.box.addEventListener("change", () => keep(switched));
    }
    return (at) => {
      const hit = switched.map((one) => [one, one.hits(at)]).find(([, features]) => features.length);
      if (!hit) return false;
      const [one, features] = hit;
      features.length === 1 && features[0].properties.count ? one.approach(features[0]) : one.open(features, at);
      return true;
    };
  };
})();
