import type { ContainerRef, RecordedFigures } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";
import type { UsageSpan } from "../usage-span.js";

/** Everything that Proxmox VE itself records of containers and nodes, for people to look at. No rule reads it. */
export interface FigurePort {
  /** Where nothing was ever recorded of the container it rejects with kind `not-found`. */
  ofContainer(container: ContainerRef, span: UsageSpan, options?: RequestOptions): Promise<RecordedFigures>;

  /** It needs Sys.Audit on the node. */
  ofNode(node: string, span: UsageSpan, options?: RequestOptions): Promise<RecordedFigures>;

  /** What a storage held and had room for, as `disk` and `diskLimit`; all else is `null`. */
  ofStorage(node: string, storage: string, span: UsageSpan, options?: RequestOptions): Promise<RecordedFigures>;
}
