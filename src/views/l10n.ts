type Argument = string | number;
type Translate = (message: string, ...values: Argument[]) => string;

let translate: Translate = fill;

/**
 * Texts for people, for files without `vscode`: used as VS Code's own `l10n`, so that the same tools find them. In English
 * until {@link translateBy} says who knows better.
 */
export const l10n = {
  t: (message: string, ...values: Argument[]): string => translate(message, ...values),
};

/** From now on texts are translated by this: VS Code's `l10n.t`, or in a page {@link translateFrom}. */
export function translateBy(by: Translate): void {
  translate = by;
}

/** Translates by a table of messages; what is not in it stays English. */
export function translateFrom(table: Readonly<Record<string, string>>): Translate {
  return (message, ...values) => fill(table[message] ?? message, ...values);
}

function fill(message: string, ...values: Argument[]): string {
  return message.replaceAll(/\{(\d+)\}/gu, (whole, index: string) => String(values[Number(index)] ?? whole));
}
