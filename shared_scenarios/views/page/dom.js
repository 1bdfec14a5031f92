// Elements. Text is always text here: nothing of a report is ever read as markup.

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/**
 * An element with its attributes and what it holds; what is null or false is left out.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...(Node | string | number | null | false | undefined | (Node | string | null | false)[])} children
 * @returns {any}
 */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (isGiven(value)) made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (isGiven(child)) made.append(child instanceof Node ? child : visible(String(child)));
  }
  return made;
}

/** @template T @param {T | null | undefined | false} value @returns {value is T} */
function isGiven(value) {
  return value !== null && value !== undefined && value !== false;
}

/**
 * The text with what would change the direction or the place of other text made visible.
 * @param {string} text
 */
function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (letter) =>
    `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text whose long names may break between their words. @param {string} text @returns {Node[]} */
function breakable(text) {
  return text.split(/(?<=[a-z])(?=[A-Z])/).flatMap((part, place) => [...(place ? [el("wbr")] : []), document.createTextNode(visible(part))]);
}

/** A link that leaves the page, if that is what the address is; else its text. @param {string} address */
function outward(address) {
  if (!/^https:\/\/[^\s]+$/.test(address)) return el("span", {}, address);
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, address.replace(/^https:\/\//, ""));
}

/** A button that copies a text and says so. @param {string} label @param {() => string} text */
function copier(label, text) {
  const button = el("button", { type: "button", class: "quiet", click: () => copy(text()).then(
    () => say(button, "Copied"), () => say(button, "Select and copy it by hand")) }, label);
  return button;
}

/** @param {HTMLElement} button @param {string} word */
function say(button, word) {
  const before = button.textContent;
  button.textContent = word;
  announce(word);
  setTimeout(() => { button.textContent = before; }, 1500);
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text);
}

/** Told to people who listen to the page. @param {string} text */
function announce(text) {
  byId("announcer").textContent = text;
}

/** A file for the reader to keep. @param {string} name @param {string} text */
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
