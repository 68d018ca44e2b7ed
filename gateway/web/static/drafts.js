// What somebody is filling in, kept until it is saved or cancelled: over updates, other tickets, lost connections, reloads.

const KEY = "intake101.drafts";

const drafts = new Map(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

const name = (id, field) => `${id} ${field}`;

// draft: { values: {input name: text}, value: what is sent, version: the ticket's when it was begun, sending: Save was pressed }
export function keepDraft(id, field, draft) {
  drafts.set(name(id, field), draft);
  store();
}

export function dropDraft(id, field) {
  drafts.delete(name(id, field));
  store();
}

export const getDraft = (id, field) => drafts.get(name(id, field));

export const draftedFields = (id) => allDrafts().filter(([ticket]) => ticket === id).map(([, field]) => field);

export const hasDrafts = (id) => draftedFields(id).length > 0;

export const allDrafts = () => [...drafts.keys()].map((key) => key.split(" "));

function store() {
  sessionStorage.setItem(KEY, JSON.stringify([...drafts]));
}

addEventListener("beforeunload", (event) => {
  if (drafts.size) event.preventDefault();
});
