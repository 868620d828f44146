import { isIPv6 } from "node:net";

/** Whom an address stands for: whoever has one IPv6 address has the 2^64 of its network. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head, tail = ""] = address.split("::");
  const groups = head.split(":");
  const tailGroups = tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - groups.length - tailGroups.length)).fill("0");
  return [...groups, ...zeros, ...tailGroups].slice(0, 4).join(":");
}
