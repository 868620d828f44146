import { fork } from "node:child_process";
import { join } from "node:path";
import { present } from "../../../services/model/invariant.ts";

/** A bare grpc-js server for one method that always answers `response` (an encoded message). */
export async function startEcho(
  method: "createPost" | "batchGetPosts" | "getTimeline",
  response: Uint8Array,
  afterMs = 0,
) {
  const hex = Buffer.from(response).toString("hex");
  const child = fork(join(import.meta.dirname, "echo-server.ts"), [method, hex, String(afterMs)]);
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once("message", (message) => resolve(message as { port: number })),
  );
  return {
    address: `127.0.0.1:${port}`,
    pid: present(child.pid),
    stop: () => {
      child.disconnect();
    },
  };
}
