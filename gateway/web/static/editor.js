// Corrects a value in place. Nothing typed is lost: a draft outlives updates of the ticket, a lost connection and a reload.

import { correct, Refusal } from "./api.js";
import { allDrafts, draftedFields, dropDraft, getDraft, keepDraft } from "./drafts.js";
import { announce, say } from "./texts.js";

let changed = () => {};

// onChange(ticket?): a draft began or ended, or the server has taken a value
export function startEditor(panel, onChange) {
  changed = onChange;
  panel.addEventListener("click", (event) => {
    const field = event.target.closest("[data-field]");
    const rival = event.target.closest("[data-choose]");
    if (event.target.closest("[data-edit]")) edit(field);
    else if (event.target.closest("[data-cancel]")) cancel(field);
    else if (rival) choose(field, JSON.parse(rival.dataset.choose));
  });
  panel.addEventListener("input", (event) => keep(event.target.closest("form.editor"), { sending: false }));
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    save(event.target.closest("[data-field]"));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest("form.editor")) return;
    event.stopPropagation();
    cancel(event.target.closest("[data-field]"));
  });
}

export function edit(field) {
  if (!field) return;
  const form = field.querySelector("form.editor") ?? begin(field);
  const input = form.querySelector("input, select");
  input.focus();
  input.select?.();
}

// Opens the editors of drafts again, after a reload or a change of tickets.
export function restore(panel) {
  const id = panel.querySelector("[data-ticket]")?.dataset.ticket;
  for (const name of id ? draftedFields(id) : []) {
    const field = panel.querySelector(`[data-field="${name}"]`);
    if (field && !field.querySelector("form.editor")) begin(field);
  }
}

// Sends what could not be sent while connection or store was away, of whatever ticket.
export function resend(panel) {
  for (const [ticket, name] of allDrafts()) {
    if (getDraft(ticket, name).sending) send(panel, ticket, name);
  }
}

const ticketOf = (field) => field.closest("[data-ticket]").dataset;

function begin(field) {
  const { ticket, version } = ticketOf(field);
  const form = document.querySelector(`template[data-editor="${field.dataset.field}"]`).content.firstElementChild;
  const live = document.importNode(form, true);
  const draft = getDraft(ticket, field.dataset.field);
  fill(live, draft?.values ?? values(JSON.parse(field.dataset.value), live));
  live.dataset.version = draft?.version ?? version;
  field.append(live);
  if (draft) tell(field.closest("#ticket"), ticket, field.dataset.field, say("edit.unsaved"));
  return live;
}

function values(value, form) {
  if (form.elements.fr) return { fr: value?.fr ?? "", nl: value?.nl ?? "" };
  return { value: form.elements.value.nodeName === "SELECT" ? JSON.stringify(value) : value ?? "" };
}

function fill(form, wanted) {
  for (const [name, text] of Object.entries(wanted)) form.elements[name].value = text;
}

function entered(form) {
  const { fr, nl, value } = form.elements;
  if (fr) return { fr: fr.value, nl: nl.value };
  return value.nodeName === "SELECT" ? JSON.parse(value.value || "null") : value.value;
}

function keep(form, { sending }) {
  if (!form) return;
  const field = form.closest("[data-field]");
  const [ticket, name] = [ticketOf(field).ticket, field.dataset.field];
  const inputs = [...form.elements].filter((element) => element.name);
  const draft = {
    values: Object.fromEntries(inputs.map((input) => [input.name, input.value])),
    value: entered(form),
    version: getDraft(ticket, name)?.version ?? Number(form.dataset.version),
    sending,
  };
  keepDraft(ticket, name, draft);
  if (!sending) tell(field.closest("#ticket"), ticket, name, say("edit.unsaved"));
  changed();
}

function cancel(field) {
  dropDraft(ticketOf(field).ticket, field.dataset.field);
  close(field);
  changed();
}

function save(field) {
  keep(field.querySelector("form.editor"), { sending: true });
  return send(field.closest("#ticket"), ticketOf(field).ticket, field.dataset.field);
}

async function send(panel, ticket, name) {
  const { value, version } = getDraft(ticket, name);
  tell(panel, ticket, name, say("edit.saving"));
  try {
    const after = await correct(ticket, name, value, version);
    dropDraft(ticket, name);
    const field = find(panel, ticket, name);
    if (field) {
      close(field);
      announce(say("edit.saved", { field: field.dataset.label }));
    }
    changed(after);
  } catch (error) {
    refused(panel, ticket, name, error);
  }
}

// Offline or without the store it is sent again by itself; what the server refuses waits for the person.
function refused(panel, ticket, name, error) {
  const isTold = error instanceof Refusal;
  const draft = getDraft(ticket, name);
  keepDraft(ticket, name, {
    ...draft,
    version: (isTold && error.version) || draft.version,
    sending: !isTold || error.status === 503,
  });
  tell(panel, ticket, name, isTold ? error.message : say("edit.retry"), true);
  const input = find(panel, ticket, name)?.querySelector("form.editor :is(input, select)");
  input?.setAttribute("aria-invalid", String(isTold && error.status === 422));
}

async function choose(field, value) {
  const form = field.querySelector("form.editor") ?? begin(field);
  fill(form, values(value, form));
  await save(field);
}

function close(field) {
  field.querySelector("form.editor")?.remove();
  field.querySelector("[data-edit]").focus();
}

function find(panel, ticket, name) {
  return panel.querySelector(`[data-ticket="${ticket}"] [data-field="${name}"]`);
}

function tell(panel, ticket, name, text, wrong = false) {
  const line = find(panel, ticket, name)?.querySelector(".note");
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("wrong", wrong);
}
