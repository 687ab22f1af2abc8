import type { Inventory, Outcome, Plan } from "../model/index.js";
import type { ChartDocument } from "../views/index.js";

/** A row of one of our trees, as it is painted. */
export interface ShownRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  readonly icon: string | null;
  readonly checked: boolean | null;
  readonly children: readonly ShownRow[];
}

/** A connection for {@link ExtensionApi.connect}. Kept in memory, and forgotten with the window. */
export interface ApiConnection {
  /** `https://host:port`. */
  readonly url: string;
  /** SHA-256 of the certificate to accept. */
  readonly fingerprint: string;
  /** `user@realm!name=secret`. */
  readonly token: string;
}

/**
 * What `activate` gives: as much as a test inside the editor needs to see and no more. Nothing here changes a
 * container; whatever does, asks a person.
 */
export interface ExtensionApi {
  /** The inventory of the first cluster, as the tree shows it; `null` before there is one. */
  readonly inventory: () => Inventory | null;
  /** Why the first cluster can't be shown, in a sentence; `null` where it can. */
  readonly problem: () => { readonly kind: string; readonly sentence: string } | null;
  readonly plan: () => Plan | null;
  readonly outcomes: () => readonly Outcome[];
  /** The rows of a view, all but those below a container. */
  readonly rows: (view: "containers" | "scaling" | "overview") => Promise<readonly ShownRow[]>;
  /** The rows below a container of the first cluster. */
  readonly details: (vmid: number) => Promise<readonly ShownRow[]>;
  /** What the Containers view says instead of a tree (`none`, `connecting`, `untrusted`, …), or `tree`. */
  readonly containersState: () => string;
  /** What the Containers view says above its tree. */
  readonly containersMessage: () => string;
  readonly statusBar: () => string;
  /** The charts that are open, in the order in which they were opened. `ready`: its page runs. */
  readonly charts: () => readonly {
    readonly title: string;
    readonly visible: boolean;
    readonly ready: boolean;
    readonly document: ChartDocument;
  }[];
  /** What the Scaling view says above its rows. */
  readonly planMessage: () => string;
  /** Rows of the Containers view that are asked to be painted again, by id; `null`: all. */
  readonly onDidRepaint: (listener: (ids: readonly string[] | null) => void) => { dispose(): void };
  /** Connects beside what is saved, for as long as the window lives. Rejects never: see {@link problem}. */
  readonly connect: (connection: ApiConnection) => Promise<void>;
  /** The process of the language server; `null` where none runs. */
  readonly languageServerPid: () => Promise<number | null>;
  /** The last notifications, the newest at the end. */
  readonly told: () => readonly string[];
  /** Settles when nothing is being read, planned, written or started. */
  readonly whenIdle: () => Promise<void>;
  /** The row of a container of the first cluster, to be handed to a command as a click on it does. */
  readonly element: (vmid: number) => unknown;
  /**
   * Answers questions before a change in place of a person. There only where the editor was started for tests
   * (`LXC_AUTOSCALER_HOST_RESULTS` is set in its environment).
   */
  readonly answerQuestions?: (
    answer: (question: { readonly message: string; readonly detail: string }) => boolean,
  ) => void;
}
