/** What people write where they mean to write something else later. Names such as `my-app` or `edit-1` are none. */
const placeholder =
  /^(?:<[^<>]+>|x{3,}(?:-x+)*|\.{3}|…|(?:please[ _-]?)?(?:change|replace|edit|fill)[ _-]?(?:me|this)(?:[ _-].*)?|to-?do|tbd|fix-?me|your[ _-].+|(?:put|enter|insert|add|paste)[ _-].*[ _-]here)$/iu;

/** True for a text that still has to be replaced: as a whole, or the secret of a token, or the host of an address. */
export function isPlaceholder(text: string): boolean {
  // Nobody writes a longer one.
  if (text.length > 300) return false;
  const trimmed = text.trim();
  if (placeholder.test(trimmed)) return true;
  const part = /^[^\s=]+![^\s=]+=(.+)$/u.exec(trimmed)?.[1] ?? /^https?:\/\/([^/:@]+)(?:[:/].*)?$/iu.exec(trimmed)?.[1];
  return part !== undefined && placeholder.test(part);
}
