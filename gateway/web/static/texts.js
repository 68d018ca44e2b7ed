// The texts this page says by itself, in its language; the server put them in.

const table = JSON.parse(document.getElementById("texts").textContent);

export function say(key, values = {}) {
  return table[key].replace(/\{(\w+)\}/g, (braces, name) => (name in values ? String(values[name]) : braces));
}

// Tells a screen reader, politely; the same words twice in a row are told twice.
export function announce(text) {
  const announcer = document.getElementById("announcer");
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}
