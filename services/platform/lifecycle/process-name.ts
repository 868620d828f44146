import { hostname } from "node:os";

/** Who this process is, for people who look at a broker or a database: "tidings post@host:4711". */
export function processName(service: string): string {
  return `tidings ${service}@${hostname()}:${process.pid}`;
}
