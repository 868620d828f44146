import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { NEIGHBOURS, type NeighbourName } from "../../services/platform/config/ports.ts";

const root = resolve(import.meta.dirname, "../..");

/** The value of `--with`: names separated by commas, or all. */
export function readNeighbours(text: string): readonly NeighbourName[] {
  const built = NEIGHBOURS.filter((name) => existsSync(resolve(root, `services/${name}/main.ts`)));
  if (text === "all") return built;
  return text.split(",").map((word) => {
    const name = built.find((one) => one === word.trim());
    if (name) return name;
    throw new InvalidArgumentError(`"${word}" is none of ${built.join(", ")}, all.`);
  });
}
