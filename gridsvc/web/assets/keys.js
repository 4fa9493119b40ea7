/* Single keys: off while somebody types, and off for good if they do not want them. */
const KEPT = "gridsvc.keys";
const TYPING = "input:not([type=checkbox], [type=hidden]), textarea, select";
const help = document.querySelector("#keys");
const wanted = help.querySelector("input");

wanted.checked = localStorage.getItem(KEPT) !== "off";
wanted.parentElement.hidden = false;
wanted.addEventListener("change", () => localStorage.setItem(KEPT, wanted.checked ? "on" : "off"));

function showHelp() {
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
}

/* Calls what `find` gives for a key; what it gives nothing for stays the browser's. */
export function onKey(find) {
  document.addEventListener("keydown", (event) => {
    if (!wanted.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(TYPING)) return;
    const act = event.key === "?" ? showHelp : find(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
