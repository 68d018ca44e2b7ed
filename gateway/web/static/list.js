// The list. Rows change in place; rows that are new, gone or elsewhere wait while somebody points at the list or works in it.

import { element, morph } from "./morph.js";
import { showAges } from "./clock.js";
import { announce, say } from "./texts.js";
import { hasDrafts } from "./drafts.js";

const SEEN = "intake101.seen";
const KEPT = 500;

const list = document.getElementById("list");
const rows = document.getElementById("rows");
const waiting = document.getElementById("waiting");
const seen = new Map(JSON.parse(sessionStorage.getItem(SEEN) ?? "[]"));
const held = new Map(); // id -> new element, or null for a row that left

let busy = false;
let open = "";

export function startList() {
  list.addEventListener("pointerenter", () => (busy = true));
  list.addEventListener("pointerleave", () => settle(false));
  list.addEventListener("focusin", () => (busy = true));
  list.addEventListener("focusout", (event) => settle(list.contains(event.relatedTarget)));
  waiting.addEventListener("click", () => {
    release();
    rows.querySelector("a")?.focus();
  });
  decorate();
}

export function takeRows(news, everything) {
  if (everything) {
    const kept = new Set(news.map((row) => row.id));
    for (const row of rows.children) if (!kept.has(row.dataset.id)) held.set(row.dataset.id, null);
    for (const id of held.keys()) if (!kept.has(id)) held.set(id, null);
  }
  for (const { id, html } of news) take(id, html ? element(html) : null);
  if (busy) showWaiting();
  else release();
  decorate();
}

export function setOpen(id, version) {
  open = id;
  if (id && version) look(id, version);
  decorate();
}

export function look(id, version) {
  if (seen.get(id) === version) return;
  seen.delete(id);
  seen.set(id, version);
  while (seen.size > KEPT) seen.delete(seen.keys().next().value);
  sessionStorage.setItem(SEEN, JSON.stringify([...seen]));
}

export function move(step) {
  const links = [...rows.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const from = at >= 0 ? at : links.findIndex((link) => link.parentElement.dataset.id === open);
  const to = from < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, from + step));
  links[to]?.focus();
}

export function decorate() {
  for (const row of rows.children) {
    const { id, version } = row.dataset;
    const link = row.firstElementChild;
    if (id === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    const known = seen.get(id);
    const unread = link.querySelector(".unread");
    unread.hidden = id === open || known === version;
    unread.textContent = say(known ? "list.changed" : "list.new");
    unread.classList.toggle("changed", Boolean(known));
    link.querySelector(".unsaved").hidden = !hasDrafts(id);
  }
  document.getElementById("count").textContent = rows.children.length;
  document.getElementById("empty").hidden = rows.children.length > 0;
  showAges(rows);
}

function take(id, next) {
  const row = document.getElementById(`row-${id}`);
  if (!row) {
    if (next && !held.has(id)) announceNew(next);
    if (next) held.set(id, next);
    else held.delete(id);
  } else if (!next || next.dataset.rank !== row.dataset.rank) {
    held.set(id, next);
    if (next) update(row, next.cloneNode(true), row.dataset.rank);
  } else {
    held.delete(id);
    update(row, next, next.dataset.rank);
  }
}

function update(row, next, rank) {
  next.dataset.rank = rank;
  morph(row, next);
}

function settle(staying) {
  if (staying || list.matches(":hover") || list.contains(document.activeElement)) return;
  busy = false;
  release();
}

function release() {
  for (const [id, next] of held) {
    const row = document.getElementById(`row-${id}`);
    if (!next) row?.remove();
    else place(row ?? next, next);
  }
  held.clear();
  decorate();
  showWaiting();
}

function place(row, next) {
  const rank = next.dataset.rank;
  row.dataset.rank = rank;
  const hadFocus = row.contains(document.activeElement);
  const before = [...rows.children].find((other) => other !== row && other.dataset.rank > rank) ?? null;
  if (row.nextSibling !== before || !row.parentElement) rows.insertBefore(row, before);
  if (row !== next) morph(row, next);
  if (hadFocus) row.firstElementChild.focus();
}

function showWaiting() {
  const fresh = [...held].filter(([id, next]) => next && !document.getElementById(`row-${id}`));
  const urgent = fresh.filter(([, next]) => next.dataset.priority === "1").length;
  waiting.hidden = fresh.length === 0;
  waiting.classList.toggle("urgent", urgent > 0);
  waiting.textContent = say(urgent ? "list.waiting_urgent" : "list.waiting", { count: fresh.length, urgent });
}

function announceNew(row) {
  const words = [".word", ".row-type", ".row-place"].map((part) => row.querySelector(part).textContent.trim());
  announce(say("list.announce", { what: words.join(", ") }));
}
