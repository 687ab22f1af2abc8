/** Names of autoscaler files, as a glob. */
export const fileNames = "**/{autoscaler,*.autoscaler}.{yaml,yml}";

/** The same for a path: what the configuration room says, without loading it. */
export function isNamedAsOurs(path: string): boolean {
  return /(?:^|\/)(?:[^/]+\.)?autoscaler\.ya?ml$/u.test(path);
}
