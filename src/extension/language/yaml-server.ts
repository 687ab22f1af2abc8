import { extensions, languages, workspace, type TextDocument } from "vscode";
import { Emitter } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { languageId } from "../ids.js";
import { isNamedAsOurs } from "./names.js";

const redHat = "redhat.vscode-yaml";

/**
 * The other server for YAML, where it is installed. It looks after documents of the language `yaml`, ours too if they have
 * that: with the schema that we contribute. So that nothing is told or proposed twice, a file with one of our names that
 * was opened as YAML is given our language, and the server is told to leave alone what has the language `yaml` all the same.
 */
export class YamlServer extends Owner {
  readonly #changed = this.own(new Emitter());
  readonly onDidChange = this.#changed.event;
  /** Documents that were given our language: whoever takes it from one again keeps it so. */
  readonly #given = new Set<string>();
  #present = isInstalled();

  constructor() {
    super();
    this.own(
      extensions.onDidChange(() => {
        const before = this.#present;
        this.#present = isInstalled();
        if (this.#present === before) return;
        this.#changed.fire();
        for (const document of workspace.textDocuments) this.#look(document);
      }),
    );
    this.own(workspace.onDidOpenTextDocument((document) => this.#look(document)));
    for (const document of workspace.textDocuments) this.#look(document);
  }

  get present(): boolean {
    return this.#present;
  }

  #look(document: TextDocument): void {
    const address = document.uri.toString();
    if (!this.#present || document.languageId !== "yaml" || this.#given.has(address)) return;
    if (!isNamedAsOurs(document.uri.path) || isAssociated()) return;
    this.#given.add(address);
    void languages.setTextDocumentLanguage(document, languageId);
  }
}

function isInstalled(): boolean {
  return extensions.getExtension(redHat) !== undefined;
}

/** Somebody has said in the settings which language files of our names are to have. */
function isAssociated(): boolean {
  const associations = workspace.getConfiguration("files").get<Readonly<Record<string, string>>>("associations") ?? {};
  return Object.keys(associations).some((pattern) => pattern.includes("autoscaler"));
}
