import { l10n, window } from "vscode";
import type { App } from "../../app.js";
import { focusView } from "../../notify.js";

/** Asks for a filter, which holds while it is typed; Escape brings the former one back. A text in its place is taken as it is. */
export async function filterContainers(app: App, target?: unknown): Promise<void> {
  const { arrangement } = app;
  if (typeof target === "string") arrangement.filter(target.trim());
  else await ask(app);
  await arrangement.keepFilter();
}

/** Shows all containers again. */
export async function clearFilter({ arrangement }: App): Promise<void> {
  arrangement.filter("");
  await arrangement.keepFilter();
}

async function ask({ arrangement, containersTree }: App): Promise<void> {
  const former = arrangement.current.filter;
  await focusView("containers");
  const input = window.createInputBox();
  const found = (): void => {
    const { shown, total } = containersTree.counts();
    input.prompt = l10n.t(
      "{0} of {1} · web, 101, tag:db, node:pve1, pool:…, policy:…, status:stopped, cpu>80, memory<20, is:trouble, is:favourite, -web",
      shown,
      total,
    );
  };
  input.title = l10n.t("Filter containers");
  input.placeholder = l10n.t("Empty shows all of them");
  input.value = former;
  found();
  input.onDidChangeValue((value) => {
    arrangement.filter(value.trim());
    found();
  });
  const kept = await new Promise<boolean>((resolve) => {
    input.onDidAccept(() => resolve(true));
    input.onDidHide(() => resolve(false));
    input.show();
  });
  input.dispose();
  if (!kept) arrangement.filter(former);
}
