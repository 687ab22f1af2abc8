import pLimit from "p-limit";
import { l10n, window } from "vscode";
import type { Container } from "../../../model/index.js";
import type { PowerVerb } from "../../../proxmox/index.js";
import type { App } from "../../app.js";
import { isCancelled, sentenceOf } from "../../base/problem.js";
import { loadProxmox } from "../../base/rooms.js";
import { containerName } from "../../containers/names.js";
import { viewIds } from "../../ids.js";
import { nextStepOf, tell } from "../../notify.js";
import { refuseRestricted } from "../trust.js";
import { namesOf, pickTarget, targetsInTree, type Target } from "./targets.js";

/** What makes one power verb different from another. */
export interface PowerWords {
  readonly verb: PowerVerb;
  readonly canAct: (container: Container) => boolean;
  /** Title of the picker: `Start container`. */
  readonly title: string;
  /** Where there is none to act on. */
  readonly none: string;
  /** At the row meanwhile: `Starting…`. */
  readonly doing: string;
  /** After it has ended well: `web-1 (101) has started.` */
  readonly done: (name: string) => string;
  /** Where it has ended badly: `web-1 (101) was not started`. */
  readonly failed: (name: string) => string;
  /** Asked before what can lose something; absent where nothing can be lost. */
  readonly question?: {
    readonly message: (name: string, cluster: string) => string;
    readonly several: (count: number, cluster: string) => string;
    /** What will be lost. */
    readonly detail: string;
    readonly action: string;
  };
}

/** Proxmox is given no more than this many power tasks of one command at once. */
const atOnce = 4;
/** Seconds after which the end of an action is worth a notification. */
const longSeconds = 10;

/** Carries a power verb out: on what is selected in the tree, or on what is picked. */
export async function power(words: PowerWords, app: App, target: unknown, targets: unknown): Promise<void> {
  if (refuseRestricted()) return;
  const inTree = targetsInTree(target, targets);
  const asked = inTree ?? (await pickTarget(app, words.canAct, words));
  const chosen = asked.filter(({ container }) => words.canAct(container));
  if (chosen.length === 0) {
    if (inTree !== null) void window.showInformationMessage(words.none);
    return;
  }
  if (words.question !== undefined && !(await ask(app, words.question, chosen))) return;
  await window.withProgress({ location: { viewId: viewIds.containers } }, () => carryOut(app, words, chosen));
}

async function ask(
  app: App,
  question: NonNullable<PowerWords["question"]>,
  chosen: readonly Target[],
): Promise<boolean> {
  const clusters = [...new Set(chosen.map(({ cluster }) => cluster.fullName))].join(", ");
  const [first] = chosen;
  const one = chosen.length === 1 && first !== undefined;
  return app.confirm({
    message: one
      ? question.message(containerName(first.container), clusters)
      : question.several(chosen.length, clusters),
    detail: one ? question.detail : `${namesOf(chosen)}\n\n${question.detail}`,
    action: question.action,
  });
}

interface Failure {
  readonly target: Target;
  readonly error: unknown;
}

/** Goes on past a failure; tells of all of them in one notification. */
async function carryOut(app: App, words: PowerWords, chosen: readonly Target[]): Promise<void> {
  const began = performance.now();
  const limit = pLimit(atOnce);
  const failures: Failure[] = [];
  await Promise.all(
    chosen.map((target) =>
      limit(async () => {
        const { cluster, container } = target;
        try {
          await cluster.during(container, words.doing, () => act(app, words.verb, target));
          app.log.info(`${words.done(containerName(container))} (${cluster.fullName})`);
        } catch (error) {
          failures.push({ target, error });
        }
      }),
    ),
  );
  const [first] = failures;
  if (first !== undefined) tellFailures(app, words, failures, first, chosen.length);
  else if (performance.now() - began > longSeconds * 1000) {
    const [only] = chosen;
    tell(
      "information",
      chosen.length === 1 && only !== undefined
        ? words.done(containerName(only.container))
        : l10n.t("{0}: all {1} done.", words.title, chosen.length),
    );
  }
}

async function act(app: App, verb: PowerVerb, { cluster, container }: Target): Promise<void> {
  const { waitForTask } = await loadProxmox();
  const gateway = await cluster.gateway();
  const upid = await gateway.power(container, verb, { signal: app.lifetime });
  await waitForTask(gateway, upid, { signal: app.lifetime });
  cluster.expect(container.vmid, { status: verb === "shutdown" || verb === "stop" ? "stopped" : "running" });
}

function tellFailures(app: App, words: PowerWords, failures: readonly Failure[], first: Failure, count: number): void {
  for (const { target, error } of failures) {
    app.log.error(`${words.failed(containerName(target.container))}: ${sentenceOf(error)}`);
  }
  const { target, error } = first;
  if (isCancelled(error)) return;
  const one = `${words.failed(containerName(target.container))}. ${sentenceOf(error)}`;
  const message = count === 1 ? one : l10n.t("{0} of {1} went wrong. {2}", failures.length, count, one);
  tell("error", message, nextStepOf(app, error, target.cluster));
}
