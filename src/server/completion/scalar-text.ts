/** A text as a YAML scalar: plain where every reader takes it for that text, else in double quotes. */
export function scalarText(text: string, flow: boolean): string {
  const isPlain = /^[A-Za-z0-9_./~][\w./@+~ :-]*\*?[\w./@+-]*$/u.test(text) && !/: |:$|^~$|\s$| {2}/u.test(text);
  const isReference = !flow && /^\$\{[^}\s]+\}$/u.test(text);
  // What YAML, or an older version of it, takes for something else.
  const isOther =
    /^(?:true|false|yes|no|on|off|y|n|null)$/iu.test(text) || /^[-+.]?\d[\d_.:]*(?:e[-+]?\d+)?$/iu.test(text);
  const isCode = /^0[xob][\da-f_]+$/iu.test(text);
  return (isPlain && !isOther && !isCode) || isReference ? text : JSON.stringify(text);
}

/** How a value of the schema is written; maps and lists in brackets, `null` for what is none of these. */
export function plainText(value: unknown, type: string, flow = false): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    // A time without quotes would be a number of base sixty to older readers of YAML, and a date a moment.
    if (type === "time" || type === "dates") return `"${value}"`;
    return /^\d+(?:\.\d+)?(?:%|[A-Za-z]+)$/u.test(value) ? value : scalarText(value, flow);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    const items = value.map((item) => plainText(item, type === "list" ? "" : type, true));
    return items.includes(null) ? null : `[${items.join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${plainText(item, "", true) ?? '""'}`);
    return entries.length === 0 ? null : `{ ${entries.join(", ")} }`;
  }
  return null;
}
