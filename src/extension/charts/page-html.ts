export interface PageAddresses {
  /** What VS Code serves a page's files from. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
  /** Made anew for each page: only a script that carries it runs. */
  readonly nonce: string;
  readonly language: string;
}

/**
 * The page of a chart. It may run one script and use one style sheet, and talk to nobody: no requests, no pictures, no
 * fonts, no frames.
 */
export function pageHtml({ source, script, style, nonce, language }: PageAddresses): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${attribute(style)}" />
    <title>Chart</title>
  </head>
  <body>
    <main></main>
    <script type="module" nonce="${nonce}" src="${attribute(script)}"></script>
  </body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
