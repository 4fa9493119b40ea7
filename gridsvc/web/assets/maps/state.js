// What one sees, kept in the address behind the `#`, so that a link shows it to a colleague and a
// reload to oneself. What the server must know stands in the query instead.
//
//   gridmaps.state.get("area")          text, or null
//   gridmaps.state.set("area", "a:b")   replaces the address; null takes the key out
//   gridmaps.state.list("on")           a list of texts, as setList(key, texts) wrote it
//
// Each part of a page keeps its own keys: at, area (place.js), on, off (draw.js), base
// (basemaps.js), over (overlays.js), theme (theme.js).
"use strict";

(function () {
  const written = () => new URLSearchParams(location.hash.slice(1));

  // The page in another language, or of another day, is to show the same.
  function carry(hash) {
    for (const link of document.querySelectorAll("a[hreflang], a.step")) link.hash = hash;
  }

  function set(key, text) {
    const parts = written();
    if (!location.hash.includes("=")) parts.delete(location.hash.slice(1));
    if (text === null || text === "") parts.delete(key);
    else parts.set(key, text);
    // These may stand there as they are, and people read them.
    const hash = parts.toString().replace(/%(2C|3A|2F)/g, decodeURIComponent);
    history.replaceState(history.state, "", hash ? "#" + hash : location.pathname + location.search);
    carry(hash);
  }

  const listed = (text) => text.replace(/[%,]/g, encodeURIComponent);

  // Takes that back; what somebody typed may be nothing of ours.
  function plain(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  gridmaps.state = {
    get: (key) => written().get(key),
    set: set,
    list: (key) => (written().get(key) || "").split(",").filter(Boolean).map(plain),
    setList: (key, texts) => set(key, texts.map(listed).join(",")),
  };

  // Only a secure page has a clipboard of its own; a closed network may be without certificates.
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  // Before a link is given away, each part of the page writes what it has not written yet.
  async function share(button) {
    document.dispatchEvent(new CustomEvent("gridmaps:share"));
    await copy(location.href);
    button.focus();
    const said = document.querySelector(".copied");
    said.textContent = button.dataset.done;
    setTimeout(() => (said.textContent = ""), 4000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) share(button);
    const skip = event.target.closest("a.skip");
    if (!skip) return;
    event.preventDefault(); // It would write over the address.
    document.querySelector(skip.hash).focus();
  });
  for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
  if (location.hash.includes("=")) carry(location.hash);
  // Another view of the same page was opened, from a bookmark or by hand.
  addEventListener("hashchange", () => location.reload());
})();
