// Makes a live element equal to a new one without replacing what stays: focus, selection, scroll and pointer survive.
// Elements with the same data-key (or id) are the same. `data-own` marks what the page itself put in: it is left alone.

const OURS = new Set(["open", "aria-current", "aria-pressed"]);

export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

export function morph(live, next) {
  if (live.isEqualNode(next)) return;
  if ("own" in live.dataset) return;
  attributes(live, next);
  children(live, next);
}

function attributes(live, next) {
  for (const { name } of [...live.attributes]) {
    if (!next.hasAttribute(name) && !OURS.has(name)) live.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (!OURS.has(name) && live.getAttribute(name) !== value) live.setAttribute(name, value);
  }
}

function children(live, next) {
  let at = live.firstChild;
  for (const wanted of [...next.childNodes]) {
    while (isOwn(at) && !same(at, wanted)) at = at.nextSibling;
    const match = same(at, wanted) ? at : find(at, wanted);
    if (!match) {
      live.insertBefore(wanted, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else live.insertBefore(match, at);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, wanted);
    else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
  }
  while (at) {
    const after = at.nextSibling;
    if (!isOwn(at)) at.remove();
    at = after;
  }
}

// Only elements with a name of their own are looked for further on.
function find(at, wanted) {
  if (!name(wanted)) return null;
  for (let node = at; node; node = node.nextSibling) if (same(node, wanted)) return node;
  return null;
}

function same(node, wanted) {
  return Boolean(node) && node.nodeName === wanted.nodeName && name(node) === name(wanted);
}

function name(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.dataset.key || node.id || "" : "";
}

function isOwn(node) {
  return node?.nodeType === Node.ELEMENT_NODE && "own" in node.dataset;
}
