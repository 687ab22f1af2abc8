/** How far back recorded usage goes. Proxmox VE keeps a minute's step for a day, then ever coarser ones. */
export type UsageSpan = "hour" | "day" | "week" | "month" | "year";
