import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { present } from "../../services/model/invariant.ts";

/** The platform's server in a process of its own; see guarded-server.ts. */
export async function startGuarded(afterMs = 0) {
  const child = fork(join(import.meta.dirname, "guarded-server.ts"), [String(afterMs)]);
  const [{ port }] = await once(child, "message");
  return {
    address: `127.0.0.1:${port}`,
    pid: present(child.pid),
    /** Calls that it has begun. */
    served: async (): Promise<number> => {
      child.send("served");
      const [{ served }] = await once(child, "message");
      return served;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

export type Guarded = Awaited<ReturnType<typeof startGuarded>>;
