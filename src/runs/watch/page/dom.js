/** @file Making elements. Text is always set as text: what a policy wrote is never read as HTML. */

/** An element with attributes (functions become listeners) and children, of which strings become text. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** The element of an id. */
export function at(id) {
  return document.getElementById(id);
}

/** Puts options into a select where they have changed, and keeps what is chosen while it is still there. */
export function fillSelect(select, options) {
  const key = JSON.stringify(options);
  if (select.dataset.options === key) return;
  select.dataset.options = key;
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}

/** Seconds for people: `8 s`, `3 min`, `2 h 05 min`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A part of a bar, in percent. */
export function bar(fraction) {
  const inner = h("div");
  inner.style.width = `${100 * Math.min(1, fraction)}%`;
  return h("div", { class: "bar" }, inner);
}
