import { lookup } from "node:dns/promises";
import { isIPv4, isIPv6 } from "node:net";
import { type HostAndPort, hostAndPortOf } from "../../config/list-items.ts";

/**
 * The grpc-js targets for a service's addresses (host:port). Addresses of one IP family share one
 * target, whose round robin knows which of them are up. Every name is a target of its own, resolved
 * by DNS to as many addresses as it has.
 */
export function targetsOf(addresses: readonly string[]): readonly string[] {
  if (addresses.length === 0) throw new Error("no address to connect to");
  const parsed = addresses.map(parseAddress);
  const v4 = parsed.filter(({ host }) => isIPv4(host)).map(({ text }) => text);
  const v6 = parsed.filter(({ host }) => isIPv6(host)).map(({ text }) => text);
  const names = parsed.filter(({ host }) => !isIPv4(host) && !isIPv6(host));
  return [
    ...(v4.length > 0 ? [`ipv4:${v4.join(",")}`] : []),
    ...(v6.length > 0 ? [`ipv6:${v6.join(",")}`] : []),
    ...names.map(({ text }) => `dns:///${text}`),
  ];
}

/** Which hosts and ports these addresses (host:port) stand for now: a name for as many as DNS gives it. */
export async function replicasOf(
  addresses: readonly string[],
  addressesOf = hostAddresses,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    addresses.map(async (address) => {
      const { host, port, text } = parseAddress(address);
      if (isIPv4(host) || isIPv6(host)) return [text];
      const hosts = await addressesOf(host);
      return hosts.map((one) => (isIPv6(one) ? `[${one}]:${port}` : `${one}:${port}`));
    }),
  );
  return new Set(found.flat());
}

async function hostAddresses(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

function parseAddress(address: string): HostAndPort {
  const parsed = hostAndPortOf(address);
  if (parsed) return parsed;
  throw new Error(`address "${address}" is not host:port (IPv6: [host]:port)`);
}
