import { parseDocument } from "yaml";

/** The text that a YAML scalar stands for, quoted or not; `null`: it is none, or empty. */
export function scalarText(source: string): string | null {
  // As text whatever it looks like: `0123` is no number here.
  const { contents, errors } = parseDocument(source, { schema: "failsafe" });
  const value: unknown = contents?.toJSON();
  return errors.length === 0 && typeof value === "string" && value !== "" ? value : null;
}
