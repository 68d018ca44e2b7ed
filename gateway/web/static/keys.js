// The whole work by keyboard: one table. One-letter keys can be turned off (WCAG 2.1.4), as dictation would press them.

import { move } from "./list.js";
import { edit } from "./editor.js";
import { playFrom, toggle } from "./player.js";
import { confirmOpen, panel } from "./ticket.js";

const OFF = "intake101.keys-off";

const help = document.getElementById("help");
const keysOn = document.getElementById("keys-on");

const field = () => document.activeElement?.closest?.("[data-field]");

function play() {
  const from = field()?.querySelector("[data-play]")?.dataset.play;
  if (from === undefined) toggle(panel);
  else playFrom(panel, Number(from));
}

export function startKeys(onFault) {
  const KEYS = {
    j: () => move(+1),
    k: () => move(-1),
    ArrowDown: () => move(+1),
    ArrowUp: () => move(-1),
    c: () => confirmOpen(onFault),
    e: () => edit(field()),
    p: play,
    "?": () => help.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open || isTyping(event.target)) return;
    if (!keysOn.checked && event.key !== "?") return;
    if (event.key.startsWith("Arrow") && event.target.closest?.("#ticket")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  keysOn.checked = !localStorage.getItem(OFF);
  keysOn.addEventListener("change", () => {
    if (keysOn.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  document.querySelector("[data-help]").addEventListener("click", () => help.showModal());
}

const isTyping = (target) => Boolean(target.closest?.("input, select, textarea, audio"));
