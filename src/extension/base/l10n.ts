/** Texts for people, for files without `vscode`: pages of the editor use them too. */
export { l10n, translateBy } from "../../views/index.js";
