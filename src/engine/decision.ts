import type { EffectiveSettings } from "../config/index.js";
import type { Action, Container, Decision, Resource } from "../model/index.js";
import type { Recommendation } from "./recommendation.js";
import { larger, smaller } from "./sizes.js";

/** What a plan says of a recommendation. */
export function decisionOf(
  { vmid, node, name }: Container,
  resource: Resource,
  { policies }: EffectiveSettings,
  recommendation: Recommendation,
): Decision {
  const { from, to, uncapped, reasons } = recommendation;
  return {
    vmid,
    node,
    name,
    policy: policies.at(-1) ?? null,
    policies,
    resource,
    unit: unitOf(resource),
    action: actionOf(recommendation),
    from,
    to,
    uncapped,
    reasons,
  };
}

function unitOf(resource: Resource): Decision["unit"] {
  switch (resource) {
    case "cores":
    case "cpulimit":
      return "cores";
    case "memory":
    case "swap":
      return "MiB";
    case "instances":
      return "instances";
    case "rootfs":
    default:
      return "GiB";
  }
}

function actionOf({ from, to, limited }: Recommendation): Action {
  if (from !== null && to !== null) {
    if (larger(to, from)) return "scale-up";
    if (smaller(to, from)) return "scale-down";
  }
  return limited ? "blocked" : "hold";
}
