import { isPortFree } from "../../mesh/free-ports.ts";
import { runTool } from "../processes/spawning.ts";

/**
 * A broker that misses its epmd starts another, as a daemon whose id nobody has: removing any
 * Erlang package, for one, ends every epmd of the machine. What listens on our private port after
 * our broker has ended is asked to end by that port. epmd refuses while a node is registered.
 */
export async function endStrayEpmd(port: number): Promise<void> {
  if (await isPortFree(port, "127.0.0.1")) return;
  await runTool("epmd", ["-port", String(port), "-kill"]);
}
