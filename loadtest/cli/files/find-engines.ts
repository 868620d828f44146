import { whereEnginesAre } from "../../target/adapters/cql-engine.ts";
import { LoadError } from "../options/load-error.ts";

/** Stores that are filled from this process read where their database is from the environment. */
export async function findEngines(): Promise<void> {
  const found = await whereEnginesAre().catch(({ message }: Error) => {
    throw new LoadError(message);
  });
  Object.assign(process.env, found);
}
