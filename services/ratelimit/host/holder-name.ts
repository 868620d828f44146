import { hostname } from "node:os";

export interface ListeningProcess {
  readonly service: string;
  /** The address it listens on, which may be 0.0.0.0 on each machine. */
  readonly host: string;
  readonly port: number;
}

/**
 * Names a holder after its machine (or container) and address: the same after a restart, so that it takes
 * over its share, and another for each process that lives, so that no share is used twice.
 */
export function holderOf(
  { service, host, port }: ListeningProcess,
  machine: string = hostname(),
): string {
  return `${service}@${machine}/${host}:${port}`;
}
