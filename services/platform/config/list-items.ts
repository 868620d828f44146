/** What the items of lists must be, so that one which could never be of use is named at the start. */
import { isIP, isIPv4 } from "node:net";

export interface ItemForm {
  /** Items of it, in words. */
  readonly plural: string;
  /** What is wrong with this one; undefined: nothing. */
  readonly problemOf: (item: string) => string | undefined;
}

/** A host, its port, and both as one text: "name:1", "1.2.3.4:1", "[::1]:1". */
export interface HostAndPort {
  readonly host: string;
  readonly port: string;
  readonly text: string;
}

const MAX_PORT = 65_535;
/** Of IPv4 and IPv6, bits. */
const [V4_BITS, V6_BITS] = [32, 128];
/** Words for networks that proxies are usually in (fastify's trustProxy). */
const NETWORK_NAMES: readonly string[] = ["loopback", "linklocal", "uniquelocal"];

/** Of "host:port" or "dns:///host:port"; undefined when it is neither. */
export function hostAndPortOf(address: string): HostAndPort | undefined {
  const text = address.trim().replace(/^dns:(\/\/\/)?/, "");
  const match = /^(?:\[([^\]]+)\]|([^:[\]/,\s]+)):(\d{1,5})$/.exec(text);
  if (!match || Number(match[3]) > MAX_PORT) return undefined;
  return { host: match[1] ?? match[2], port: match[3], text };
}

/** host:port of a server. */
export const ADDRESSES: ItemForm = {
  plural: "addresses, host:port (IPv6: [host]:port),",
  problemOf: (item) => (hostAndPortOf(item) ? undefined : "is not host:port"),
};

/** host:port of a node; a host alone has the usual port. */
export const NODES: ItemForm = {
  plural: "nodes, host or host:port,",
  problemOf: (item) =>
    hostAndPortOf(item) || hostAndPortOf(`${item}:1`) ? undefined : "is not host:port",
};

/**
 * What a browser says of a web page in `origin`: it is compared letter by letter, so a slash behind it, a large
 * letter or a port that the scheme has anyway would let nobody in, without a word.
 */
export const ORIGINS: ItemForm = {
  plural: "origins as https://app.example",
  problemOf: (item) => {
    const origin = originOf(item);
    if (origin === item) return undefined;
    return origin === undefined ? "is no origin" : `is never what a browser sends: ${origin} is`;
  },
};

/** Undefined for what is no address of a page. Apps have schemes of their own, as capacitor://localhost. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol, host } = new URL(text);
  if (host === "" || host.includes("*")) return undefined;
  return origin === "null" ? `${protocol}//${host}` : origin;
}

/** 10.0.0.7, 10.0.0.0/8, fd00::/8, or the name of a usual network. */
export const NETWORKS: ItemForm = {
  plural: "addresses (10.0.0.7) or networks (10.0.0.0/8)",
  problemOf: (item) => (isNetwork(item) ? undefined : "is neither an address nor a network"),
};

function isNetwork(text: string): boolean {
  if (NETWORK_NAMES.includes(text) || isIP(text) !== 0) return true;
  const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (address === undefined || isIP(address) === 0) return false;
  const most = isIPv4(address) ? V4_BITS : V6_BITS;
  return Number(bits) >= 1 && Number(bits) <= most;
}
