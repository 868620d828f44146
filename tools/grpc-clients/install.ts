import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, findProgram } from "../programs/find-program.ts";

const run = promisify(execFile);

/** The clients that engineers bring along, and the versions that the tests run. */
const CLIENTS = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
  ghz: "github.com/bojand/ghz/cmd/ghz@v0.93.0",
} as const;

export type ClientName = keyof typeof CLIENTS;
export const CLIENT_NAMES = Object.keys(CLIENTS) as readonly ClientName[];

/** Where clients are kept for all checkouts of this user. */
function binFolder(): string {
  return cacheFolder("bin");
}

/** The path of a client that is here already: installed by this tool, or on the PATH. */
export async function findClient(name: ClientName): Promise<string | undefined> {
  return findProgram(name, binFolder());
}

/** Builds a client with Go unless it is here already. Returns its path. */
export async function installClient(name: ClientName): Promise<string> {
  const found = await findClient(name);
  if (found) return found;
  await mkdir(binFolder(), { recursive: true });
  try {
    await run("go", ["install", CLIENTS[name]], { env: { ...process.env, GOBIN: binFolder() } });
  } catch (error) {
    throw new Error(
      `Can't build ${name} with Go: ${(error as Error).message}\n` +
        `Install Go, or put ${name} on the PATH.`,
    );
  }
  return join(binFolder(), name);
}
