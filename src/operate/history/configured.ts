import type { AutoscalerConfig } from "../../config/index.js";
import type { ContainerHistory } from "../../model/index.js";
import type { Gateway } from "../../proxmox/index.js";
import type { SampleStore } from "../samples/index.js";
import { localHistory } from "./local.js";
import { proxmoxHistory } from "./proxmox.js";
import { severalHistories } from "./several.js";
import type { HistorySource } from "./source.js";

export interface ConfiguredHistoryOptions {
  readonly config: Pick<AutoscalerConfig, "history">;
  readonly gateway: Gateway;
  readonly samples: SampleStore;
  /** The server that `history.prometheus` names, opened; absent where it can't be, or there is none. */
  readonly prometheus?: HistorySource;
}

/**
 * The source of recorded usage that the file asks for. `auto`: what was recorded on this side, then Prometheus where one is
 * named, then Proxmox's own records, each only where those before have gaps.
 */
export function configuredHistory({ config, gateway, samples, prometheus }: ConfiguredHistoryOptions): HistorySource {
  switch (config.history.source) {
    case "local":
      return localHistory(samples);
    case "proxmox":
      return proxmoxHistory(gateway);
    case "prometheus":
      return prometheus ?? unavailable;
    case "auto":
      return severalHistories([
        localHistory(samples),
        ...(prometheus === undefined ? [] : [prometheus]),
        proxmoxHistory(gateway),
      ]);
  }
}

const unavailable: HistorySource = () =>
  Promise.resolve({
    history: new Map<number, ContainerHistory>(),
    problems: [
      {
        node: null,
        message:
          "history.source is prometheus, but history.prometheus could not be opened: no recorded usage is known.",
      },
    ],
  });
