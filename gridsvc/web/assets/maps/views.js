// Changes a choropleth from one view to another: to one that stands in the page (maps/views.py), or
// to one that the page's own address gives. Without this script the form's button does the same.
"use strict";

(function () {
  function show(key) {
    for (const part of document.querySelectorAll("[data-view]")) {
      part.hidden = part.dataset.view !== key;
    }
  }

  // The address, and the links to this page in other languages, name the chosen view too.
  function remember(parts) {
    for (const link of [document.location, ...document.querySelectorAll("a[hreflang]")]) {
      const address = new URL(link.href);
      for (const part of parts) address.searchParams.set(part.name, part.value);
      if (link === document.location) history.replaceState(history.state, "", address);
      else link.href = address.href;
    }
  }

  function dataOf(page) {
    return JSON.parse(page.getElementById("map-data").textContent);
  }

  async function ask(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // Takes from a page of the same areas what a view changes, and gives its data.
  function swap(page) {
    for (const part of document.querySelectorAll("[data-swap]")) {
      const found = page.querySelector(`[data-swap="${part.dataset.swap}"]`);
      if (found) part.replaceWith(document.adoptNode(found));
    }
    return dataOf(page).views;
  }

  function told(view, row, words) {
    const value = view.values[row];
    if (value === null) return words.no_data;
    const decimals = { minimumFractionDigits: view.decimals, maximumFractionDigits: view.decimals };
    return (view.signed && value > 0 ? "+" : "") + value.toLocaleString("en-US", decimals);
  }

  // Gives what a tooltip says more of an area, and a function that shows a view from elsewhere, or
  // without one that of the page. `areas` are those that `paint(row => options)` paints.
  gridmaps.views = function (views, words, areas, paint) {
    const parts = [...document.querySelectorAll("[data-view-part]")].sort(
      (one, other) => one.dataset.viewPart - other.dataset.viewPart,
    );
    const asked = [...parts, ...document.querySelectorAll("[data-asked]")];
    let all = views;
    let view = null;
    let latest = 0;

    function choose(key, found) {
      view = found;
      paint((row) => view.looks[Number(view.classes[row])]);
      show(key);
    }

    function whole() {
      if (all.change) choose("change", all.change);
      else choose(all.chosen, all.all[all.chosen]);
      gridmaps.smalls(all.parts, areas);
    }

    async function change(part) {
      remember(parts.includes(part) ? parts : [part]);
      const key = parts.map((each) => each.value).join("-");
      const mine = ++latest;
      if (parts.includes(part) && all.all[key]) {
        all.chosen = key;
      } else if (document.location.protocol !== "file:") {
        const page = await ask(document.location.href);
        if (mine !== latest) return; // another choice was made meanwhile
        all = swap(page);
      }
      whole();
      document.dispatchEvent(new CustomEvent("gridmaps:view"));
    }

    for (const part of asked) part.addEventListener("change", () => change(part));
    whole();
    // What was chosen before there was an ear for it.
    asked.filter((part) => !part.selectedOptions[0].defaultSelected).forEach(change);
    return {
      more: (area) =>
        view.values && areas[0] && areas[0].set === area.set
          ? [[view.title, told(view, area.row, words)]]
          : [],
      show: (found) => (found ? choose("steps", found) : whole()),
    };
  };
})();
