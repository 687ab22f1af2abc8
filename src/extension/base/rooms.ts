import type * as config from "../../config/index.js";
import type * as engine from "../../engine/index.js";
import type * as operate from "../../operate/index.js";
import type * as proxmox from "../../proxmox/index.js";

/**
 * The heavy rooms, loaded on first use: activation must not pay for the HTTP client, the YAML parser
 * or the engine. The bundler makes each of these a file of its own.
 */
export const loadProxmox = (): Promise<typeof proxmox> => import("../../proxmox/index.js");
export const loadOperate = (): Promise<typeof operate> => import("../../operate/index.js");
export const loadEngine = (): Promise<typeof engine> => import("../../engine/index.js");
export const loadConfig = (): Promise<typeof config> => import("../../config/index.js");
