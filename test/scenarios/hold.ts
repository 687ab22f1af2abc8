import { expect } from "vitest";
import { breachesOf, type Allowances } from "./breaches.js";
import type { Course } from "./course.js";
import { goldenDifference } from "./golden.js";

/** Holds a course against what must never happen, and against its golden file; says both where both are broken. */
export async function hold(name: string, course: Course, allowed: Allowances): Promise<void> {
  const difference = await goldenDifference(name, course);
  const breaches = breachesOf(course, allowed).map((breach) => `! ${breach}`);
  const faults = [...breaches, ...(difference === null ? [] : [difference])];
  if (faults.length > 0) expect.fail(faults.join("\n"));
}
