/**
 * The heavy rooms, loaded on first use: activation must not pay for the HTTP client, the YAML parser
 * or the engine. The bundler makes each of these a file of its own.
 */
export const loadProxmox = (): Promise<typeof import("../../proxmox/index.js")> => import("../../proxmox/index.js");
export const loadOperate = (): Promise<typeof import("../../operate/index.js")> => import("../../operate/index.js");
export const loadConfig = (): Promise<typeof import("../../config/index.js")> => import("../../config/index.js");
