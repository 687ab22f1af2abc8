import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

const validators = new Map<string, ValidateFunction>();

/** What a document has against the public schema of that name; nothing where it is as promised. */
export function schema(name: string): (document: unknown) => readonly string[] {
  const validate =
    validators.get(name) ??
    new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false }).compile(
      JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8")) as object,
    );
  validators.set(name, validate);
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
