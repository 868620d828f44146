import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostAndPort } from "../../drivers/connect-to.ts";
import type { TargetProcess } from "../../target/target.ts";

const LOCAL = /^(localhost|127\.|::1$|0\.0\.0\.0$)/;
const LISTENING = "0A";

/** Processes of this machine that listen at these addresses, so that their CPU can be seen; Linux only. */
export function listeningProcesses(addresses: readonly string[]): readonly TargetProcess[] {
  const local = addresses.map(hostAndPort).filter(({ host }) => LOCAL.test(host));
  const inodes = new Map(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => [...listenersIn(textOf(table))]),
  );
  const wanted = new Map<string, number>(
    local.flatMap(({ port }) => {
      const inode = inodes.get(port);
      return inode === undefined ? [] : [[`socket:[${inode}]`, port] as const];
    }),
  );
  if (wanted.size === 0) return [];
  return processIds().flatMap((pid) =>
    socketsOf(pid).flatMap((socket) => {
      const port = wanted.get(socket);
      return port === undefined ? [] : [{ label: `port ${port}`, pid }];
    }),
  );
}

/** Inodes by port, of proc_net_tcp(5). */
function* listenersIn(table: string): Generator<readonly [port: number, inode: string]> {
  for (const line of table.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] !== LISTENING) continue;
    yield [Number.parseInt(fields[1].split(":")[1], 16), fields[9]];
  }
}

function processIds(): readonly number[] {
  return namesIn("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function socketsOf(pid: number): readonly string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** None where it is not Linux, or another's. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
