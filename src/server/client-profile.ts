import type { InitializeParams } from "vscode-languageserver/node";
import type { ClientCommands } from "./protocol.js";
import { fileName } from "./file-name.js";

/** What a client can do and has said about itself: it says so once, at the beginning. */
export interface ClientProfile {
  /** Places to type over in what a completion writes. */
  readonly snippets: boolean;
  /** It can be asked to ask for hints again. */
  readonly refreshesHints: boolean;
  readonly refreshesLenses: boolean;
  /** An outline may have levels. */
  readonly nestedSymbols: boolean;
  /** It watches files where it is asked to. */
  readonly watchesFiles: boolean;
  /** The folders that were opened, for a client that says no more about which files may be read. */
  readonly folders: readonly string[];
  /** Addresses of explanations; `undefined`: the client has none to show. */
  readonly findingsUrl: string | undefined;
  readonly presetsUrl: string | undefined;
  readonly commands: ClientCommands;
}

/** Before a client has said anything. */
export const unknownClient: ClientProfile = {
  snippets: false,
  refreshesHints: false,
  refreshesLenses: false,
  nestedSymbols: false,
  watchesFiles: false,
  folders: [],
  findingsUrl: undefined,
  presetsUrl: undefined,
  commands: {},
};

/** Reads what a client says; whatever of it has another form than is agreed counts as not said. */
export function clientProfile(parameters: InitializeParams): ClientProfile {
  const { capabilities } = parameters;
  const { findingsUrl, presetsUrl, commands, announcesFolders } = optionsOf(parameters);
  return {
    snippets: capabilities.textDocument?.completion?.completionItem?.snippetSupport === true,
    refreshesHints: capabilities.workspace?.inlayHint?.refreshSupport === true,
    refreshesLenses: capabilities.workspace?.codeLens?.refreshSupport === true,
    nestedSymbols: capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    watchesFiles: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    folders: announcesFolders === true ? [] : foldersOf(parameters),
    findingsUrl: textOrNone(findingsUrl),
    presetsUrl: textOrNone(presetsUrl),
    commands: commandsOf(commands),
  };
}

function optionsOf({ initializationOptions }: InitializeParams): Readonly<Record<string, unknown>> {
  const options: unknown = initializationOptions;
  return typeof options === "object" && options !== null ? { ...options } : {};
}

function foldersOf(parameters: InitializeParams): readonly string[] {
  const named = (parameters.workspaceFolders ?? []).map(({ uri }) => uri);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Older clients name one folder alone.
  const root = parameters.rootUri ?? null;
  const uris = named.length > 0 ? named : root === null ? [] : [root];
  return uris.filter((uri) => uri.startsWith("file:")).map(fileName);
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function commandsOf(value: unknown): ClientCommands {
  const given: Readonly<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  const named = (["dryRun", "replay", "migrate", "keepSecret"] as const).flatMap((key) => {
    const command = textOrNone(given[key]);
    return command === undefined ? [] : [[key, command]];
  });
  return Object.fromEntries(named) as ClientCommands;
}
