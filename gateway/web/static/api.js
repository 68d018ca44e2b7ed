// Changes made by a person. Returns the changed ticket; throws a Refusal with the server's words, or a TypeError offline.

export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.version = problem.version;
  }
}

export const correct = (id, field, value, version) => post(`/api/tickets/${id}/corrections`, { field, value, version });

export const confirm = (id) => post(`/api/tickets/${id}/confirm`, {});

export async function signedIn() {
  return (await fetch("/api/session")).status !== 401;
}

async function post(address, body) {
  const headers = { "Content-Type": "application/json", "X-Intake101": "desk" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal({ detail: answer.statusText, status: answer.status, ...problem });
}
