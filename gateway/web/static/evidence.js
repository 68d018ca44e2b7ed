// Marks the words that a value rests on. Pointing at a value marks them for the moment, pressing it keeps them marked.

let pinned = null;

export function startEvidence(panel) {
  const value = (event) => event.target.closest?.("[data-evidence]");
  panel.addEventListener("pointerover", (event) => value(event) && show(panel, value(event)));
  panel.addEventListener("pointerout", (event) => value(event) && remark(panel));
  panel.addEventListener("focusin", (event) => value(event) && show(panel, value(event), true));
  panel.addEventListener("focusout", (event) => value(event) && remark(panel));
  panel.addEventListener("click", (event) => value(event) && pin(panel, value(event)));
}

// Takes the marks off before the panel changes, and puts those of the pinned value back on afterwards.
export function unmark(panel) {
  for (const mark of panel.querySelectorAll(".transcript mark")) mark.replaceWith(...mark.childNodes);
}

export function remark(panel) {
  unmark(panel);
  for (const value of panel.querySelectorAll("[data-evidence]")) {
    value.setAttribute("aria-pressed", String(fieldOf(value) === pinned));
  }
  const focused = document.activeElement?.closest?.("[data-evidence]");
  const kept = panel.querySelector('[data-evidence][aria-pressed="true"]');
  if (focused ?? kept) mark(panel, spans(focused ?? kept));
}

export function unpin() {
  pinned = null;
}

function pin(panel, value) {
  pinned = pinned === fieldOf(value) ? null : fieldOf(value);
  remark(panel);
  show(panel, value, true);
}

function show(panel, value, scroll = false) {
  unmark(panel);
  const marks = mark(panel, spans(value));
  if (scroll) marks[0]?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

const fieldOf = (value) => value.closest("[data-field]").dataset.field;

function spans(value) {
  return value.dataset.evidence.split(" ").map((span) => span.split("-").map(Number));
}

function mark(panel, wanted) {
  const marks = [];
  for (const segment of panel.querySelectorAll(".segment.caller")) {
    let open = null;
    for (const node of [...segment.childNodes]) {
      const isWord = node.nodeType === Node.ELEMENT_NODE && node.classList.contains("w");
      if (isWord && rests(node, wanted)) {
        if (!open) {
          open = document.createElement("mark");
          node.before(open);
          marks.push(open);
        }
        open.append(node);
      } else if (isWord) open = null;
      else if (open && node.nodeType === Node.TEXT_NODE && isInside(node, wanted)) open.append(node);
      else open = null;
    }
  }
  return marks;
}

const rests = (word, wanted) => wanted.some(([start, end]) => word.dataset.s < end && word.dataset.e > start);

// A blank belongs to the mark when the word after it does.
const isInside = (blank, wanted) => blank.nextSibling?.classList?.contains("w") && rests(blank.nextSibling, wanted);
