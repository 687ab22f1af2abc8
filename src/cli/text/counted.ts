/** A number with its noun: `1 change`, `2 changes`, `1,200 changes`. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString("en", { maximumFractionDigits: 0 })} ${noun}${Math.round(number) === 1 ? "" : "s"}`;
}
