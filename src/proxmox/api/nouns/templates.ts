import type { TemplatePort } from "../../ports/templates.js";
import { textOf } from "../numbers.js";
import { pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";

/** The {@link TemplatePort} over the API. */
export function templatesOver(requests: Requests): TemplatePort {
  return {
    async available(node, options = {}) {
      const attempted = `read the templates that ${node} can download`;
      const rows = listOf(await requests.get(attempted, pathOf`/nodes/${node}/aplinfo`, {}, options), attempted);
      return rows.flatMap((row) => {
        const file = textOf(row["template"]);
        if (file === null) return [];
        const text = (key: string) => textOf(row[key]) ?? "";
        return [
          {
            file,
            package: text("package"),
            version: text("version"),
            os: text("os"),
            section: text("section"),
            headline: text("headline"),
          },
        ];
      });
    },

    async download(node, storage, file, options = {}) {
      const attempted = `download ${file} to ${storage} of ${node}`;
      const path = pathOf`/nodes/${node}/aplinfo`;
      return requests.upidOf(await requests.post(attempted, path, { storage, template: file }, options), attempted);
    },
  };
}
