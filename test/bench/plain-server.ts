import { readFileSync } from "node:fs";
import { createServer } from "node:https";

/** Serves one file over HTTPS and nothing else: the bare work that the simulator and the gateway are compared with. */
const [body = "", certificate = ""] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const server = createServer({ cert: certificate, key: certificate }, (_request, response) => {
  response.setHeader("content-type", "application/json;charset=UTF-8");
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(JSON.stringify({ port: address.port }));
});
