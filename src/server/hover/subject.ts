import type { MatchSubject } from "../../config/index.js";
import type { Container } from "../../model/index.js";

/** A live container as policies see it. */
export function subjectOf({ vmid, name, node, tags, pool }: Container): MatchSubject {
  return { vmid, name, node, tags, pool };
}
