import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { present } from "../../../services/model/invariant.ts";
import { type Fault, seconds } from "../fault.ts";
import { ownName } from "../leftovers.ts";
import { startTcpProxy } from "../tcp-proxy.ts";

const run = promisify(execFile);
/** Longer than a lease and its margin, so that the other zone takes over. */
const GONE_MS = seconds(20);
const [HERE, THERE] = ["10.77.0.1", "10.77.0.2"];
const IN_ZONE = /-1$/;

/**
 * Half of the processes are in a network namespace of their own, and its cable is pulled: nothing arrives there or
 * comes from there, and nobody is told. The engines stay on this side, as two of three replicas would.
 */
export const ZONE_GONE: Fault = {
  name: "zone-gone",
  what: `a zone with one of two processes of each service is cut off for ${GONE_MS / 1_000} s`,
  engines: "cql",
  needsRoot: true,
  prepare: async ({ own, later }) => {
    const zone = ownName();
    const [near, far] = [`tn${process.pid}`, `tf${process.pid}`];
    const ip = (...args: readonly string[]) => run("ip", [...args]);
    const within = (...args: readonly string[]) => ip("-n", zone, ...args);
    await ip("netns", "add", zone);
    later.defer(async () => void (await ip("netns", "delete", zone)));
    await ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", zone);
    await ip("addr", "add", `${HERE}/24`, "dev", near);
    await ip("link", "set", near, "up");
    await within("addr", "add", `${THERE}/24`, "dev", far);
    for (const device of ["lo", far]) await within("link", "set", device, "up");

    const { env } = own.options;
    const open = async (port: number) => later.use(await startTcpProxy(() => port, HERE));
    const database = await open(
      Number(env.TIDINGS_CQL_CONTACT_POINTS?.split(",")[0].split(":")[1]),
    );
    const url = new URL(present(env.TIDINGS_AMQP_URL));
    url.host = (await open(Number(url.port))).address;
    return {
      mesh: {
        copies: 2,
        env: { ...env, TIDINGS_PLAINTEXT: "anyone-may-act-as-anyone" },
        hostOf: (label) => (IN_ZONE.test(label) ? THERE : HERE),
        throughOf: ({ label }) => (IN_ZONE.test(label) ? ["ip", "netns", "exec", zone] : []),
        envOf: ({ label }) =>
          IN_ZONE.test(label)
            ? { TIDINGS_CQL_CONTACT_POINTS: database.address, TIDINGS_AMQP_URL: url.href }
            : {},
      },
      happen: async () => {
        await within("link", "set", far, "down");
        await delay(GONE_MS);
        await within("link", "set", far, "up");
      },
    };
  },
};
