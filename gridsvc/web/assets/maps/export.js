// Takes a map page away: on paper (or as PDF, by the browser's own print), or as a picture.
"use strict";

(function () {
  const menu = document.querySelector("details.export");
  if (!menu) return;
  const PIXELS_PER_MM = 96 / 25.4;
  const PAPER = { landscape: [277, 150], portrait: [190, 190] }; // millimetres for the map
  const said = menu.querySelector("[role=status]");
  const root = document.documentElement;
  let unfolded = [];

  function signature() {
    const time = new Date().toLocaleString(root.lang, { dateStyle: "medium", timeStyle: "short" });
    return menu.dataset.by.replace("{time}", time);
  }

  // Nothing is drawn anew for the paper: the map as it is on the screen is made to fit.
  function prepare() {
    const container = document.querySelector(".folium-map");
    const { width, height } = container.getBoundingClientRect();
    const paper = PAPER[root.dataset.paper || "landscape"].map((mm) => mm * PIXELS_PER_MM);
    const shrink = Math.min(paper[0] / width, paper[1] / height);
    const lengths = {
      "--map-width": width,
      "--map-height": height,
      "--fits-width": width * shrink,
      "--fits-height": height * shrink,
    };
    for (const [name, value] of Object.entries(lengths)) root.style.setProperty(name, value + "px");
    root.style.setProperty("--shrink", shrink);
    unfolded = [...document.querySelectorAll(".panel details:not([open])")];
    for (const details of unfolded) details.open = true;
    document.querySelector(".printed").textContent = signature();
  }

  function restore() {
    for (const details of unfolded) details.open = false;
    delete root.dataset.paper;
  }

  function print(paper) {
    menu.open = false;
    root.dataset.paper = paper;
    window.print();
  }

  function asFile(canvas) {
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  async function pictured() {
    const map = window.map_main;
    try {
      return await asFile(await gridmaps.picture(map, signature(), true));
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
      said.textContent = menu.dataset.untiled;
      return asFile(await gridmaps.picture(map, signature(), false));
    }
  }

  // Like paper, a picture is light: it is put into documents.
  async function inLight(work) {
    const theme = root.dataset.theme;
    root.dataset.theme = "light";
    try {
      return await work();
    } finally {
      root.dataset.theme = theme;
    }
  }

  async function save() {
    said.textContent = "";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await inLight(pictured));
    link.download = document.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) + ".png";
    link.click();
    URL.revokeObjectURL(link.href);
    menu.open = said.textContent !== "";
  }

  for (const button of menu.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => print(button.dataset.print));
  }
  menu.querySelector("[data-picture]").addEventListener("click", save);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  window.addEventListener("beforeprint", prepare);
  window.addEventListener("afterprint", restore);
  menu.hidden = false;
})();
