import { findGoProgram, installGoProgram } from "../programs/go-program.ts";

/** The clients that engineers bring along, and the versions that tests and benchmarks run. */
const CLIENTS = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
  ghz: "github.com/bojand/ghz/cmd/ghz@v0.93.0",
  /** Over HTTP: what it says stands beside what we say. */
  vegeta: "github.com/tsenart/vegeta/v12@v12.13.0",
} as const;

export type ClientName = keyof typeof CLIENTS;
/** What the README's tour and the tests want. */
export const GRPC_CLIENTS = ["grpcurl", "ghz"] as const satisfies readonly ClientName[];

/** The path of a client that is here already: installed by this tool, or on the PATH. */
export async function findClient(name: ClientName): Promise<string | undefined> {
  return findGoProgram(name);
}

/** Builds a client with Go unless it is here already. Returns its path. */
export function installClient(name: ClientName): Promise<string> {
  return installGoProgram(name, CLIENTS[name]);
}
