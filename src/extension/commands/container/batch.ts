import pLimit from "p-limit";
import { l10n, window } from "vscode";
import type { App } from "../../app.js";
import { isCancelled, sentenceOf } from "../../base/problem.js";
import { containerName } from "../../containers/names.js";
import { viewIds } from "../../ids.js";
import { nextStepOf, tell } from "../../notify.js";
import type { Target } from "./targets.js";

/** How a verb is told of. */
export interface BatchWords {
  /** `Start container`. */
  readonly title: string;
  /** At the row meanwhile: `starting…`. */
  readonly doing: string;
  /** After it has ended well: `web-1 (101) has started.` */
  readonly done: (name: string) => string;
  /** Where it has ended badly: `web-1 (101) was not started`. */
  readonly failed: (name: string) => string;
}

/** Proxmox is given no more than this many tasks of one command at once. */
const atOnce = 4;
/** Seconds after which the end of an action is worth a notification. */
const longSeconds = 10;

interface Failure {
  readonly target: Target;
  readonly error: unknown;
}

/** Does something with each of the containers; goes on past a failure, and tells of all of them in one notification. */
export async function carryOut(
  app: App,
  words: BatchWords,
  chosen: readonly Target[],
  act: (target: Target) => Promise<void>,
): Promise<void> {
  await window.withProgress({ location: { viewId: viewIds.containers } }, async () => {
    const began = performance.now();
    const limit = pLimit(atOnce);
    const failures: Failure[] = [];
    await Promise.all(
      chosen.map((target) =>
        limit(async () => {
          const { cluster, container } = target;
          try {
            await cluster.during(container, words.doing, () => act(target));
            app.log.info(`${words.done(containerName(container))} (${cluster.fullName})`);
          } catch (error) {
            failures.push({ target, error });
          }
        }),
      ),
    );
    const [first] = failures;
    if (first !== undefined) tellFailures(app, words, failures, first, chosen.length);
    else if (performance.now() - began > longSeconds * 1000) tellDone(words, chosen);
  });
}

function tellDone(words: BatchWords, chosen: readonly Target[]): void {
  const [only] = chosen;
  tell(
    "information",
    chosen.length === 1 && only !== undefined
      ? words.done(containerName(only.container))
      : l10n.t("{0}: all {1} done.", words.title, chosen.length),
  );
}

function tellFailures(app: App, words: BatchWords, failures: readonly Failure[], first: Failure, count: number): void {
  for (const { target, error } of failures) {
    app.log.error(`${words.failed(containerName(target.container))}: ${sentenceOf(error)}`);
  }
  const { target, error } = first;
  if (isCancelled(error)) return;
  const one = `${words.failed(containerName(target.container))}. ${sentenceOf(error)}`;
  const message = count === 1 ? one : l10n.t("{0} of {1} went wrong. {2}", failures.length, count, one);
  tell("error", message, nextStepOf(app, error, target.cluster));
}
