import { findGoProgram, installGoProgram } from "../programs/go-program.ts";

/** The clients that engineers bring along, and the versions that the tests run. */
const CLIENTS = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
  ghz: "github.com/bojand/ghz/cmd/ghz@v0.93.0",
} as const;

export type ClientName = keyof typeof CLIENTS;
export const CLIENT_NAMES = Object.keys(CLIENTS) as readonly ClientName[];

/** The path of a client that is here already: installed by this tool, or on the PATH. */
export async function findClient(name: ClientName): Promise<string | undefined> {
  return findGoProgram(name);
}

/** Builds a client with Go unless it is here already. Returns its path. */
export function installClient(name: ClientName): Promise<string> {
  return installGoProgram(name, CLIENTS[name]);
}
