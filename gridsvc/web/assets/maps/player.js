// Steps through time on the map: the numbers of all steps come in one answer, with classes that hold
// for each of them, so that a step is shown at once.
"use strict";

(function () {
  const PACE = 1000; // milliseconds

  function swatch(look) {
    const space = "http://www.w3.org/2000/svg";
    const [svg, box] = [document.createElementNS(space, "svg"), document.createElementNS(space, "rect")];
    const given = { x: 2, y: 2, width: 24, height: 12, stroke: look.color };
    given["stroke-width"] = look.weight;
    given["stroke-dasharray"] = look.dashArray || "none";
    given.fill = look.fillColor || "none";
    given["fill-opacity"] = look.fillOpacity;
    for (const [name, value] of Object.entries(given)) box.setAttribute(name, value);
    svg.setAttribute("class", "swatch");
    svg.setAttribute("width", 28);
    svg.setAttribute("height", 16);
    svg.setAttribute("aria-hidden", "true");
    svg.append(box);
    return svg;
  }

  function writeLegend(steps) {
    const title = document.createElement("h3");
    const list = document.createElement("ul");
    title.textContent = steps.title;
    for (const entry of steps.legend) {
      const line = document.createElement("li");
      line.append(swatch(entry.look), entry.label);
      list.append(line);
    }
    document.querySelector('.classes[data-view="steps"]').replaceChildren(title, list);
  }

  // The address names the step, and a link to the page leads to it.
  function remember(each, step) {
    const address = new URL(document.location.href);
    for (const [name, value] of [["each", each], ["step", each && step]]) {
      value === "" ? address.searchParams.delete(name) : address.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", address);
  }

  // `show(view)` puts a step on the map, and without a view the whole period.
  gridmaps.player = function (show) {
    const box = document.querySelector("[data-steps]");
    if (!box) return;
    const [each, play] = [box.querySelector("[data-each]"), box.querySelector("[data-play]")];
    const [slider, output] = [box.querySelector("input"), box.querySelector("output")];
    const labels = { play: play.textContent, pause: play.dataset.pause };
    let steps = null;
    let beat = null;

    function pause() {
      clearInterval(beat);
      beat = null;
      play.textContent = labels.play;
    }

    function showStep() {
      const step = steps.parts[Number(slider.value)];
      show({ ...steps, ...step });
      const told = box.dataset.told.replace("{label}", step.label).replace("{measure}", steps.title);
      const total = step.total === null ? "" : step.total.toLocaleString("en-US");
      output.textContent = told.replace("{total}", total).trim();
      slider.setAttribute("aria-valuetext", step.label);
      remember(each.value, slider.value);
    }

    function forward() {
      if (Number(slider.value) >= Number(slider.max)) return pause();
      slider.value = Number(slider.value) + 1;
      showStep();
    }

    function start() {
      if (beat) return pause();
      if (slider.value === slider.max) slider.value = -1;
      forward();
      // Who wishes no motion goes on by the button, step by step.
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      play.textContent = labels.pause;
      beat = setInterval(forward, PACE);
    }

    function close() {
      steps = null;
      output.textContent = "";
      remember("", "");
      show(null);
    }

    async function open(at) {
      pause();
      play.disabled = slider.disabled = true;
      if (!each.value) return close();
      const address = new URL(box.dataset.steps, document.location);
      new URL(document.location.href).searchParams.forEach((value, name) => {
        address.searchParams.set(name, value);
      });
      address.searchParams.set("each", each.value);
      const answer = await fetch(address);
      if (!answer.ok) {
        output.textContent = box.dataset.tooMany;
        return;
      }
      steps = await answer.json();
      writeLegend(steps);
      slider.max = steps.parts.length - 1;
      slider.value = at;
      play.disabled = slider.disabled = false;
      showStep();
    }

    box.hidden = false;
    each.addEventListener("change", () => open(0));
    play.addEventListener("click", start);
    slider.addEventListener("input", () => {
      pause();
      showStep();
    });
    document.addEventListener("gridmaps:view", () => steps && open(slider.value));
    const asked = new URL(document.location.href).searchParams;
    each.value = asked.get("each") || "";
    if (each.value) open(asked.get("step") || 0);
  };
})();
