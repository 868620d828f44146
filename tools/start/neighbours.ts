import { InvalidArgumentError } from "commander";
import { NEIGHBOURS, type NeighbourName } from "../../services/platform/config/ports.ts";

/** The value of `--with`: names separated by commas, or all; `before`: those of a `--with` before it. */
export function readNeighbours(
  text: string,
  before: readonly NeighbourName[] = [],
): readonly NeighbourName[] {
  if (text === "all") return NEIGHBOURS;
  const names = text.split(",").map((word) => {
    const name = NEIGHBOURS.find((one) => one === word.trim());
    if (name) return name;
    throw new InvalidArgumentError(`"${word}" is none of ${NEIGHBOURS.join(", ")}, all.`);
  });
  return [...new Set([...before, ...names])];
}
