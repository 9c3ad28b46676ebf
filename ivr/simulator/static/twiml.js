/** Shows a TwiML document with its tags in colour, built from text nodes only. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Fills `element` with the document, indented; what is not XML is shown as it came. */
export function showTwiml(element, xml) {
  const parsed = new DOMParser().parseFromString(xml, "text/xml");
  element.replaceChildren();
  if (parsed.querySelector("parsererror")) element.textContent = xml;
  else write(element, parsed.documentElement, 0);
}

/** Marks the sentence that is being said, where the document holds it. */
export function markSaid(element, sentence) {
  for (const text of element.querySelectorAll(".text")) {
    text.classList.toggle("said", text.textContent.trim() === escaped(sentence));
  }
}

function write(into, node, depth) {
  const indent = "  ".repeat(depth);
  into.append(indent);
  span(into, "tag", `<${node.tagName}`);
  for (const { name, value } of node.attributes) {
    span(into, "attribute", ` ${name}=`);
    span(into, "value", `"${escaped(value)}"`);
  }
  if (!node.childNodes.length) {
    span(into, "tag", "/>");
    into.append("\n");
    return;
  }
  span(into, "tag", ">");
  if (node.children.length) {
    into.append("\n");
    for (const child of node.children) write(into, child, depth + 1);
    into.append(indent);
  } else {
    span(into, "text", escaped(node.textContent));
  }
  span(into, "tag", `</${node.tagName}>`);
  into.append("\n");
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character]);
}

function span(into, className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  into.append(element);
}
