// Light or dark: as the address says, else as was chosen here before, else as the system prefers.
// Read in the head, so that no page is drawn in one and then in the other.
"use strict";

(function () {
  const KEY = "gridsvc.theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  // A browser may be told to keep nothing: then nothing is remembered.
  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      return;
    }
  }

  function wished() {
    const wishes = [new URLSearchParams(location.hash.slice(1)).get("theme"), kept()];
    return wishes.find((wish) => wish === "light" || wish === "dark");
  }

  function show(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("button.theme")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(theme === "dark"));
    }
  }

  function ask() {
    show(wished() ?? (system.matches ? "dark" : "light"));
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("button.theme")) return;
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep(theme);
    show(theme);
    window.gridmaps?.state.set("theme", theme);
  });
  document.addEventListener("DOMContentLoaded", ask);
  system.addEventListener("change", ask);
  // The other windows follow, and the maps that stand inside this one.
  addEventListener("storage", (event) => event.key === KEY && event.newValue && show(event.newValue));
  ask();
})();
