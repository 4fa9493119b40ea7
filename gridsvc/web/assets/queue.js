/* The queue by keys: up and down the cases, from tab to tab, to the search. */
import { onKey } from "/assets/keys.js";

const rows = [...document.querySelectorAll("a.row")];
const tabs = [...document.querySelectorAll(".tabs a")];
const search = document.querySelector("#q");

function move(by) {
  const here = rows.indexOf(document.activeElement);
  const there = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[there]?.focus();
  rows[there]?.closest("tr").scrollIntoView({ block: "nearest" });
}

function turn(by) {
  const here = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  tabs[(here + by + tabs.length) % tabs.length].click();
}

const ACTS = {
  "j": () => move(1),
  "ArrowDown": () => move(1),
  "k": () => move(-1),
  "ArrowUp": () => move(-1),
  "]": () => turn(1),
  "[": () => turn(-1),
  "/": () => search.select(),
};

onKey((key) => ACTS[key]);
