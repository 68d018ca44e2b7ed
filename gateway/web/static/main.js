// Puts the page together: what comes on the stream goes to the list and the open ticket; opening goes the other way.

import { signedIn } from "./api.js";
import { clockTime, setServerTime, startClock } from "./clock.js";
import { startKeys } from "./keys.js";
import { decorate, look, setOpen, startList, takeRows } from "./list.js";
import { resend } from "./editor.js";
import { Stream } from "./stream.js";
import { announce, say } from "./texts.js";
import { focusTicket, openId, openVersion, panel, showLive, showNothing, showTicket, startTicket } from "./ticket.js";

const link = document.getElementById("link");
const lost = document.getElementById("lost");
const store = document.getElementById("store");
const fault = document.getElementById("fault");

let open = panel.dataset.open;
let wanted = ""; // the ticket whose first picture takes the focus
let lastNews = panel.dataset.now;

function news(data) {
  setServerTime(data.now);
  lastNews = data.now;
  takeRows(data.rows, data.everything);
  if (data.open !== undefined) {
    showTicket(data.open);
    if (wanted && wanted === open) focusTicket();
    wanted = "";
  }
  if (data.live !== undefined) showLive(data.live);
  if (openId()) look(openId(), openVersion());
  decorate();
  showStore(data.store);
}

function state(name) {
  const before = link.dataset.state;
  link.dataset.state = name;
  link.querySelector(".link-text").textContent = say(name === "online" ? "link.online" : "link.connecting");
  if (name === "online") {
    lost.hidden = true;
    if (before === "lost") resend(panel);
  } else if (lost.hidden) {
    lost.textContent = say("link.lost", { time: clockTime(lastNews) });
    lost.hidden = false;
  }
}

async function refused() {
  const mayStay = await signedIn().catch(() => true);
  if (mayStay) return;
  const again = document.createElement("a");
  again.href = "/login";
  again.target = "_blank";
  again.textContent = say("login.expired");
  lost.replaceChildren(again);
}

function showStore({ ok, at }) {
  const text = at ? store.dataset.away.replace("{time}", clockTime(at)) : store.dataset.never;
  if (!ok && store.textContent !== text) store.textContent = text;
  if (!ok && store.hidden) announce(text);
  if (ok && !store.hidden) resend(panel);
  store.hidden = ok;
}

function showFault(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function go(id, { push }) {
  open = wanted = id;
  if (push) history.pushState({ id }, "", id ? `/tickets/${id}` : "/");
  if (!id) showNothing();
  setOpen(id);
  stream.open(id);
}

function onChange(ticket) {
  if (ticket) look(ticket.id, String(ticket.version));
  decorate();
}

setServerTime(panel.dataset.now);
startClock();
startList();
startTicket(onChange, showFault);
startKeys(showFault);
setOpen(open, openVersion());
history.replaceState({ id: open }, "");

const stream = new Stream(panel.dataset.cursor, open, { news, state, refused });

document.getElementById("rows").addEventListener("click", (event) => {
  const row = event.target.closest("li");
  if (!row || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(row.dataset.id, { push: true });
});
addEventListener("popstate", (event) => go(event.state?.id ?? "", { push: false }));
