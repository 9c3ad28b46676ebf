/** Shows a TwiML document with its tags in colour, built from text nodes only. */

/** Fills `element` with the document. */
export function showTwiml(element, xml) {
  const document_ = new DOMParser().parseFromString(xml, "text/xml");
  element.replaceChildren();
  write(element, document_.documentElement, 0);
}

function write(into, node, depth) {
  const indent = "  ".repeat(depth);
  into.append(indent);
  span(into, "tag", `<${node.tagName}`);
  for (const { name, value } of node.attributes) {
    span(into, "attribute", ` ${name}=`);
    span(into, "value", `"${value}"`);
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
    into.append(node.textContent);
  }
  span(into, "tag", `</${node.tagName}>`);
  into.append("\n");
}

function span(into, className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  into.append(element);
}
