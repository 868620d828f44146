import { createServer } from "node:net";
import type { ServicePlan } from "./services.ts";

/** Whether a TCP port can be bound on this host now. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The ports of these plans that something else holds, each with who wanted it. */
export async function takenPorts(
  plans: readonly ServicePlan[],
  host: string,
): Promise<readonly { port: number; label: string }[]> {
  const wanted = plans.flatMap(({ label, port, metricsPort }) => [
    ...(port === undefined ? [] : [{ port, label }]),
    { port: metricsPort, label: `${label} metrics` },
  ]);
  const free = await Promise.all(wanted.map(({ port }) => isPortFree(port, host)));
  return wanted.filter((_, i) => !free[i]);
}
