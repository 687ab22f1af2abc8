type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A new element. An attribute that is `true` stands without a value, one that is `false` not at all. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** A new element of a drawing. */
export function drawing(tag: "svg" | "line", attributes: Attributes, ...children: readonly Node[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(to: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) to.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Sets a text only where it is another one: a screen reader would read it again. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

/** Puts these in the place of what is there, where any of it is another. */
export function setChildren(of: Element, children: readonly Node[]): void {
  const same = children.length === of.childNodes.length && children.every((child, at) => child === of.childNodes[at]);
  if (!same) of.replaceChildren(...children);
}
