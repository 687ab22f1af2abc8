import { window } from "vscode";
import type { Container } from "../../../model/index.js";
import type { PowerVerb } from "../../../proxmox/index.js";
import type { App } from "../../app.js";
import { loadProxmox } from "../../base/rooms.js";
import { containerName } from "../../containers/names.js";
import { refuseRestricted } from "../trust.js";
import { carryOut, type BatchWords } from "./batch.js";
import { namesOf, pickTarget, targetsInTree, type Target } from "./targets.js";

/** What makes one power verb different from another. */
export interface PowerWords extends BatchWords {
  readonly verb: PowerVerb;
  readonly canAct: (container: Container) => boolean;
  /** Where there is none to act on. */
  readonly none: string;
  /** Asked before what can lose something; absent where nothing can be lost. */
  readonly question?: {
    readonly message: (name: string, cluster: string) => string;
    readonly several: (count: number, cluster: string) => string;
    /** What will be lost. */
    readonly detail: string;
    readonly action: string;
  };
}

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
  await carryOut(app, words, chosen, (target) => act(app, words.verb, target));
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

async function act(app: App, verb: PowerVerb, { cluster, container }: Target): Promise<void> {
  const { waitForTask } = await loadProxmox();
  const gateway = await cluster.gateway();
  const upid = await gateway.power(container, verb, { signal: app.lifetime });
  await waitForTask(gateway, upid, { signal: app.lifetime });
  cluster.expect(container.vmid, { status: verb === "shutdown" || verb === "stop" ? "stopped" : "running" });
}
