import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../../services/model/invariant.ts";
import { type Fault, type Ground, seconds } from "../fault.ts";
import { type LinkFault, startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";

const FAULT_MS = seconds(5);
const LATENCY_MS = 200;

/** What all others reach through a proxy, as far as it can be chosen by a variable. */
type Far = "post" | "friend" | "timeline" | "database" | "broker";

const WORDS: Readonly<Record<LinkFault["kind"], string>> = {
  latency: `takes ${LATENCY_MS} ms more each way`,
  blackhole: "passes nothing, and keeps all connections",
  "one-way": "passes what is asked, and no answers",
  reset: "resets every connection",
  "half-open": "has lost the far ends of its connections, silently",
};

const FAULTS: readonly LinkFault[] = [
  { kind: "latency", ms: LATENCY_MS },
  { kind: "blackhole" },
  { kind: "one-way" },
  { kind: "reset" },
  { kind: "half-open" },
];

/** Every fault on the way to every far end. */
export const LINK_FAULTS: readonly Fault[] = (
  ["post", "friend", "timeline", "database", "broker"] as const
).flatMap((far) => FAULTS.map((fault) => linkFault(far, fault)));

function linkFault(far: Far, fault: LinkFault): Fault {
  return {
    name: `${fault.kind}-${far}`,
    what: `the way to ${far} ${WORDS[fault.kind]} for ${FAULT_MS / 1_000} s`,
    engines: far === "database" || far === "broker" ? "cql" : "any",
    prepare: async (ground) => {
      const { proxies, env } = await throughProxies(far, ground);
      return {
        mesh: { envOf: () => env },
        happen: async () => {
          for (const proxy of proxies) proxy.setFault(fault);
          await delay(FAULT_MS);
          for (const proxy of proxies) proxy.setFault(undefined);
        },
      };
    },
  };
}

async function throughProxies(far: Far, { own, ports, later }: Ground) {
  const { env } = own.options;
  const open = async (port: number) => later.use(await startTcpProxy(() => port));
  const addresses = (proxies: readonly TcpProxy[]) =>
    proxies.map(({ address }) => address).join(",");
  if (far === "database") {
    const proxy = await open(portIn(env.TIDINGS_CQL_CONTACT_POINTS?.split(",")[0]));
    return { proxies: [proxy], env: { TIDINGS_CQL_CONTACT_POINTS: proxy.address } };
  }
  if (far === "broker") {
    const url = new URL(present(env.TIDINGS_AMQP_URL));
    const proxy = await open(Number(url.port));
    url.host = proxy.address;
    return { proxies: [proxy], env: { TIDINGS_AMQP_URL: url.href } };
  }
  const behind = far === "timeline" ? ports.timeline : [ports[far]];
  const proxies: TcpProxy[] = [];
  for (const port of behind) proxies.push(await open(port));
  return { proxies, env: { [`TIDINGS_${far.toUpperCase()}_ADDRESSES`]: addresses(proxies) } };
}

function portIn(address: string | undefined): number {
  return Number(present(address).split(":")[1]);
}
