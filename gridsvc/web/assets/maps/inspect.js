// Says what lies under the pointer, and in a pop-up what lies where one has clicked or asked to be
// taken. All text goes in as text nodes: no name is ever read as HTML.
"use strict";

(function () {
  const MOST = 9;
  const REACH = 9; // pixels around a dot

  function node(tag, className, ...children) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  }

  function name(text) {
    const isolated = document.createElement("bdi");
    isolated.textContent = text;
    return isolated;
  }

  // Numbers come as numbers, and have no more than one decimal.
  function text(told) {
    if (typeof told !== "number") return told;
    return told.toLocaleString("en-US", { maximumFractionDigits: 1 });
  }

  function facts(area, more) {
    const pairs = area.set.facts.map(([heading, told]) => [heading, text(told[area.row])]);
    return [...more(area), ...pairs]
      .filter(([, text]) => text !== "" && text !== null)
      .map(([heading, text]) => node("div", "", node("dt", "", name(heading)), node("dd", "", name(text))));
  }

  function headed(area) {
    const kind = node("span", "kind", name(area.set.title));
    return node("section", "hit", kind, node("strong", "", name(area.name)));
  }

  function described(area, more) {
    const hit = headed(area);
    hit.append(node("dl", "", ...facts(area, more)));
    return hit;
  }

  // `state.hits(at)` gives the areas at a place, `state.more(area)` what a view adds to them.
  gridmaps.inspect = function (map, state) {
    const tooltip = L.tooltip({ className: "inspect", direction: "auto", opacity: 1 });
    const popup = L.popup({ className: "inspect", maxWidth: 320, maxHeight: 260 });
    const halo = L.polygon([], {
      pane: "halo",
      renderer: L.svg({ pane: "halo" }),
      color: "#111111",
      weight: 3,
      fill: false,
      interactive: false,
    }).addTo(map);
    let waiting = null;

    // Of the first area all that is known; of the others so much that the pointer hides little.
    function brief(areas) {
      const others = areas.slice(1, MOST).map(headed);
      return node("div", "hits", described(areas[0], state.more), ...others);
    }

    function full(areas) {
      return node("div", "hits", ...areas.slice(0, MOST).map((area) => described(area, state.more)));
    }

    function leave() {
      waiting = null;
      map.closeTooltip(tooltip);
      halo.setLatLngs([]);
    }

    function follow() {
      if (!waiting) return;
      const at = waiting;
      waiting = null;
      const areas = state.hits(at);
      if (!areas.length) return leave();
      halo.setLatLngs(areas[0].rings);
      tooltip.setLatLng(at).setContent(brief(areas));
      map.openTooltip(tooltip);
    }

    function open(areas, at) {
      leave();
      popup.setLatLng(at).setContent(full(areas)).openOn(map);
      state.opened(areas[0]);
      halo.setLatLngs(areas[0].rings);
    }

    map.on("mousemove", (event) => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = event.latlng;
    });
    map.on("mouseout movestart", leave);
    map.on("click", (event) => {
      if (state.taken(event.latlng)) return;
      const areas = state.hits(event.latlng);
      if (areas.length) open(areas, event.latlng);
    });
    map.on("popupclose", () => {
      halo.setLatLngs([]);
      state.opened(null);
    });
    map.on("popupopen", (event) => {
      const button = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      button.setAttribute("aria-label", state.words.close);
      button.title = state.words.close;
    });
    return open;
  };

  gridmaps.near = function (map, area, at) {
    if (!area.spot) return false;
    const dot = map.latLngToContainerPoint(area.spot);
    return dot.distanceTo(map.latLngToContainerPoint(at)) <= REACH;
  };
})();
