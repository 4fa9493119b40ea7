// Two tones, made here: off until somebody asks for them, and then kept in the address.
"use strict";

(function () {
  gridmaps.chime = function (button) {
    let context = null;

    function on() {
      return button.getAttribute("aria-pressed") === "true";
    }

    function turn(wanted) {
      button.setAttribute("aria-pressed", String(wanted));
      gridmaps.inAddress({ sound: wanted ? "1" : "" });
      if (wanted) context = context || new AudioContext();
    }

    function tone(frequency, after) {
      const at = context.currentTime + after;
      const source = context.createOscillator();
      const volume = context.createGain();
      source.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
      source.connect(volume).connect(context.destination);
      source.start(at);
      source.stop(at + 0.5);
    }

    button.addEventListener("click", () => turn(!on()));
    if (new URL(document.location).searchParams.get("sound")) turn(true);

    // Upwards for what is new, downwards for what is late.
    return (late) => {
      if (!on() || context.state !== "running") return;
      tone(late ? 660 : 523, 0);
      tone(late ? 440 : 659, 0.18);
    };
  };

  // Puts parts into the page's address, and into its links to other languages; empty ones leave it.
  gridmaps.inAddress = function (parts) {
    for (const link of [document.location, ...document.querySelectorAll("a[hreflang]")]) {
      const address = new URL(link.href);
      for (const [name, value] of Object.entries(parts)) {
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      if (link === document.location) history.replaceState(null, "", address);
      else link.href = address.href;
    }
  };
})();
