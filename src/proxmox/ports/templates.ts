import type { Appliance } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

/** Templates for download; those that are there already are among what lies on storages, as `vztmpl`. */
export interface TemplatePort {
  /** Empty where the node has not fetched its index yet (`pveam update`). */
  available(node: string, options?: RequestOptions): Promise<readonly Appliance[]>;

  /** Starts to download one onto a storage and returns the task's UPID. */
  download(node: string, storage: string, file: string, options?: RequestOptions): Promise<string>;
}
