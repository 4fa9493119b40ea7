/* One case: a digit chooses a step, Ctrl+Enter sends it. Everything works without this. */
import { onKey } from "/assets/keys.js";

const steps = [...document.querySelectorAll("details.step")];
const FIELDS = "textarea, select, input:not([type=hidden])";

function choose(step) {
  step.open = true;
  (step.querySelector(FIELDS) ?? step.querySelector("button")).focus();
  step.scrollIntoView({ block: "nearest" });
}

function foldAway(event) {
  const open = steps.find((step) => step.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
}

function send(event) {
  const form = event.target.closest("form");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
  event.preventDefault();
  form.requestSubmit();
}

/* A second press sends nothing twice. */
function rest(event) {
  for (const button of event.target.querySelectorAll("button")) button.disabled = true;
}

onKey((key) => {
  const step = steps.find((one) => one.dataset.digit === key);
  if (step) return () => choose(step);
  const way = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return way && (() => way.click());
});
document.addEventListener("keydown", foldAway);
document.addEventListener("keydown", send);
for (const step of steps) step.addEventListener("submit", rest);

/* Where a reader is to look first: at what is to be mended, or at what was done. */
document.querySelector("[data-first]")?.focus();
