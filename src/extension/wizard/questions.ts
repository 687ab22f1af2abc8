import { QuickInputButtons, window, type QuickInput, type QuickPickItem } from "vscode";
import type { Disposable } from "../base/lifetime.js";

/** What came of a question. */
export type Answer<Value> =
  { readonly kind: "value"; readonly value: Value } | { readonly kind: "back" } | { readonly kind: "cancelled" };

export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  /** True: there is a step to go back to. */
  readonly back: boolean;
}

export interface TextQuestion extends Place {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  /** A sentence that says what is wrong with the text; may ask the network. The input is busy meanwhile. */
  readonly check: (text: string, signal: AbortSignal) => Promise<string | undefined> | string | undefined;
}

export interface Choice<Value> extends QuickPickItem {
  readonly value: Value;
}

export interface ChoiceQuestion<Value> extends Place {
  readonly placeholder: string;
  readonly choices: readonly (Choice<Value> | QuickPickItem)[];
  /** The choice that is marked at first; the first otherwise. */
  readonly active?: number;
}

/** Asks for a text, until it passes its check. It stays open when the person goes to look something up. */
export async function askText(question: TextQuestion): Promise<Answer<string>> {
  const input = window.createInputBox();
  place(input, question);
  input.prompt = question.prompt;
  input.placeholder = question.placeholder ?? "";
  input.value = question.value ?? "";
  input.password = question.password ?? false;
  const abort = new AbortController();
  const listeners: Disposable[] = [input];
  try {
    return await new Promise<Answer<string>>((resolve, reject) => {
      const accept = async (): Promise<void> => {
        if (!input.enabled) return;
        const text = input.value;
        input.enabled = false;
        input.busy = true;
        input.validationMessage = "";
        try {
          const fault = await question.check(text, abort.signal);
          if (abort.signal.aborted) return;
          if (fault === undefined) {
            resolve({ kind: "value", value: text });
            return;
          }
          input.validationMessage = fault;
        } finally {
          input.enabled = true;
          input.busy = false;
        }
      };
      listeners.push(
        input.onDidAccept(() => {
          accept().catch(reject);
        }),
        input.onDidChangeValue(() => (input.validationMessage = "")),
        input.onDidTriggerButton(() => resolve({ kind: "back" })),
        input.onDidHide(() => resolve({ kind: "cancelled" })),
      );
      input.show();
    });
  } finally {
    abort.abort();
    for (const listener of listeners) listener.dispose();
  }
}

/** Asks for one of several. */
export async function askChoice<Value>(question: ChoiceQuestion<Value>): Promise<Answer<Value>> {
  const pick = window.createQuickPick<Choice<Value> | QuickPickItem>();
  place(pick, question);
  pick.placeholder = question.placeholder;
  pick.items = question.choices;
  pick.matchOnDetail = true;
  const active = question.choices[question.active ?? 0];
  if (active !== undefined) pick.activeItems = [active];
  const listeners: Disposable[] = [pick];
  try {
    return await new Promise<Answer<Value>>((resolve) => {
      listeners.push(
        pick.onDidAccept(() => {
          const [chosen] = pick.selectedItems;
          if (chosen !== undefined && "value" in chosen) resolve({ kind: "value", value: chosen.value });
        }),
        pick.onDidTriggerButton(() => resolve({ kind: "back" })),
        pick.onDidHide(() => resolve({ kind: "cancelled" })),
      );
      pick.show();
    });
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

function place(input: QuickInput & { buttons: readonly (typeof QuickInputButtons)["Back"][] }, where: Place): void {
  input.title = where.title;
  if (where.totalSteps > 1) {
    input.step = where.step;
    input.totalSteps = where.totalSteps;
  }
  input.ignoreFocusOut = true;
  input.buttons = where.back ? [QuickInputButtons.Back] : [];
}
