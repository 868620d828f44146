import { type Engines, readEngines } from "../../tools/engines/engines.ts";

/** The engines that meshes of benchmarks use, where `engineSets` looks for them, too. */
export function benchEngines(): Promise<Engines | undefined> {
  return readEngines(process.env.TIDINGS_DATA_DIR ?? ".data");
}

/** Of those that are processes of this machine, the database first; none where others started them. */
export function pidsOf({ pids }: Engines): readonly number[] {
  return [pids.cassandra, pids.rabbitmq].flatMap((mark) => mark?.pid ?? []);
}

export async function databasePids(): Promise<readonly number[]> {
  const engines = await benchEngines();
  return engines?.pids.cassandra ? [engines.pids.cassandra.pid] : [];
}
