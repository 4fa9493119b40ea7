// Changes a choropleth from one view to another without asking the server: every view stands in the
// page (maps/views.py). Without this script the form's button does the same by a new page.
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
      if (link === document.location) history.replaceState(null, "", address);
      else link.href = address.href;
    }
  }

  // Gives what a tooltip says more of an area, and calls `paint(row => options)` for every change.
  gridmaps.views = function (views, painted, paint) {
    const parts = [...document.querySelectorAll("[data-view-part]")].sort(
      (one, other) => one.dataset.viewPart - other.dataset.viewPart,
    );
    let view = null;

    function choose(key) {
      view = views.all[key];
      paint((row) => view.looks[Number(view.classes[row])]);
      show(key);
    }

    for (const part of parts) {
      part.addEventListener("change", () => {
        choose(parts.map((each) => each.value).join("-"));
        remember(parts);
      });
    }
    choose(views.chosen);
    return (area) => (view.values && painted(area) ? [[view.title, view.values[area.row]]] : []);
  };
})();
