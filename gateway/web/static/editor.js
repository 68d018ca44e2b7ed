// Corrects a value in place. Nothing typed is lost: a draft outlives updates of the ticket, a lost connection and a reload.

import { correct, Refusal } from "./api.js";
import { draftedFields, dropDraft, getDraft, keepDraft } from "./drafts.js";
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

// Sends what could not be sent while the connection was lost.
export function resend(panel) {
  const id = panel.querySelector("[data-ticket]")?.dataset.ticket;
  for (const name of id ? draftedFields(id) : []) {
    if (getDraft(id, name).sending) save(panel.querySelector(`[data-field="${name}"]`));
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
  const inputs = [...form.elements].filter((element) => element.name);
  const draft = {
    values: Object.fromEntries(inputs.map((input) => [input.name, input.value])),
    version: Number(form.dataset.version),
    sending,
  };
  keepDraft(ticketOf(field).ticket, field.dataset.field, draft);
  if (!sending) note(form, say("edit.unsaved"));
  changed();
}

function cancel(field) {
  dropDraft(ticketOf(field).ticket, field.dataset.field);
  close(field);
  changed();
}

async function save(field) {
  const form = field.querySelector("form.editor");
  const { ticket } = ticketOf(field);
  keep(form, { sending: true });
  note(form, say("edit.saving"));
  try {
    const after = await correct(ticket, field.dataset.field, entered(form), Number(form.dataset.version));
    dropDraft(ticket, field.dataset.field);
    if (form.isConnected) close(field);
    announce(say("edit.saved", { field: field.dataset.label }));
    changed(after);
  } catch (error) {
    if (!(error instanceof Refusal)) return note(form, say("edit.retry"), true);
    if (error.version) form.dataset.version = error.version;
    keep(form, { sending: error.status === 503 });
    note(form, error.message, true);
    form.querySelector("input, select").setAttribute("aria-invalid", String(error.status === 422));
  }
}

async function choose(field, value) {
  const { ticket, version } = ticketOf(field);
  try {
    changed(await correct(ticket, field.dataset.field, value, Number(version)));
    announce(say("edit.saved", { field: field.dataset.label }));
  } catch (error) {
    const form = field.querySelector("form.editor") ?? begin(field);
    fill(form, values(value, form));
    keep(form, { sending: !(error instanceof Refusal) });
    note(form, error instanceof Refusal ? error.message : say("edit.retry"), true);
  }
}

function close(field) {
  field.querySelector("form.editor")?.remove();
  field.querySelector("[data-edit]").focus();
}

function note(form, text, wrong = false) {
  const line = form.querySelector(".note");
  line.textContent = text;
  line.classList.toggle("wrong", wrong);
}
