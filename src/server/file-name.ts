/** The path of a document's address; the address itself where it is no proper one. */
export function fileName(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    // Not an address, or broken percent signs: it still names the document.
    return uri;
  }
}
