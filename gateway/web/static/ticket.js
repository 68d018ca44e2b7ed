// The open ticket: takes the server's newest picture of it, and keeps what the call-taker is doing there.

import { element, morph } from "./morph.js";
import { showAges } from "./clock.js";
import { confirm, Refusal } from "./api.js";
import { restore, startEditor } from "./editor.js";
import { remark, startEvidence, unmark, unpin } from "./evidence.js";
import { startPlayer } from "./player.js";
import { announce, say } from "./texts.js";

const FOLLOW_PX = 40;

export const panel = document.getElementById("ticket");

export const openId = () => panel.querySelector("[data-ticket]")?.dataset.ticket ?? "";
export const openVersion = () => panel.querySelector("[data-ticket]")?.dataset.version;

export function startTicket(onChange, onFault) {
  startEvidence(panel);
  startPlayer(panel);
  startEditor(panel, onChange);
  panel.addEventListener("click", (event) => event.target.closest("[data-confirm]") && confirmOpen(onFault));
  settle(true);
}

export function showTicket(html) {
  const next = element(html);
  const isSame = Boolean(next.dataset.ticket) && next.dataset.ticket === openId();
  const follow = isFollowing();
  unmark(panel);
  if (isSame) morph(panel.querySelector("[data-ticket]"), next);
  else {
    unpin();
    panel.replaceChildren(next);
    panel.scrollTop = 0;
  }
  settle(!isSame || follow);
}

export function showNothing() {
  panel.replaceChildren(document.importNode(document.getElementById("none-open").content, true));
}

export function showLive(html) {
  const live = document.getElementById("partial");
  if (!live) return;
  const follow = isFollowing();
  unmark(panel);
  morph(live, element(html));
  settle(follow);
}

export function focusTicket() {
  document.getElementById("ticket-title")?.focus({ preventScroll: true });
}

export async function confirmOpen(onFault) {
  const button = panel.querySelector("[data-confirm]:not([disabled])");
  if (!button) return;
  button.disabled = true;
  try {
    await confirm(openId());
    announce(say("action.confirmed"));
    onFault("");
  } catch (error) {
    button.disabled = false;
    onFault(error instanceof Refusal ? error.message : say("edit.retry"));
  }
}

function settle(follow) {
  restore(panel);
  hideSpoken();
  remark(panel);
  showAges(panel);
  const transcript = panel.querySelector(".transcript");
  if (transcript && follow) transcript.scrollTop = transcript.scrollHeight;
}

// Words that have become final are not shown a second time as still being spoken.
function hideSpoken() {
  const partial = document.getElementById("partial");
  const ends = [...panel.querySelectorAll(".segment.caller[data-end]")].map((segment) => Number(segment.dataset.end));
  if (partial && !partial.hidden && Number(partial.dataset.start) < Math.max(0, ...ends)) partial.hidden = true;
}

function isFollowing() {
  const transcript = panel.querySelector(".transcript");
  if (!transcript) return true;
  return transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < FOLLOW_PX;
}
