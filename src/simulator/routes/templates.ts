import { holds, requireStorage } from "../cluster/storage.js";
import { badParameters, failure } from "../http/problem.js";
import { addTemplate, offeredTemplates } from "../scenarios/templates.js";
import type { Call, Route } from "./route.js";
import { anyone, needs, nodeOf } from "./route.js";

/** Bytes a second that a template is downloaded with. */
const speed = 20 * 1024 ** 2;
const source = "http://download.proxmox.com/images";

function list(): unknown {
  return offeredTemplates.map((template) => ({
    template: template.file,
    package: template.package,
    version: template.version,
    os: template.os,
    section: template.section,
    type: "lxc",
    architecture: "amd64",
    headline: template.headline,
    description: "",
    infopage: "https://linuxcontainers.org",
    location: `${source}/${template.section}/${template.file}`,
    maintainer: "Proxmox Support Team <support@proxmox.com>",
    source,
  }));
}

function download(call: Call): unknown {
  const { cluster, parameters } = call;
  const node = nodeOf(call);
  const file = parameters.text("template");
  const template = offeredTemplates.find((candidate) => candidate.file === file);
  if (template === undefined) throw badParameters({ template: "no such template" });
  const storage = requireStorage(cluster, parameters.text("storage"));
  if (!holds(storage, "vztmpl")) throw failure(`storage '${storage.name}' does not support templates`);
  return cluster.fork(node, "download", file, call.identity, async (worker) => {
    const path = `${storage.path}/template/cache/${file}`;
    worker.log(`downloading ${source}/${template.section}/${file} to ${path}`);
    await worker.work(Math.max(1, template.size / speed));
    addTemplate(cluster, node.name, storage.name, { ...template, ctime: cluster.clock.seconds() });
    worker.log(`download of '${source}/${template.section}/${file}' to '${path}' finished`);
  });
}

/** Templates that can be downloaded. */
export const templateRoutes: readonly Route[] = [
  { method: "GET", path: "/nodes/{node}/aplinfo", permission: anyone, protected: true, handle: list },
  {
    method: "POST",
    path: "/nodes/{node}/aplinfo",
    parameters: () => ({ storage: { type: "string" }, template: { type: "string", maxLength: 255 } }),
    permission: needs("/storage/{storage}", "Datastore.AllocateTemplate"),
    protected: true,
    handle: download,
  },
];
