import type { Population } from "../../population/population.ts";

const SAMPLED = 50_000;

/** Of what the people of this population write, UTF-8, on average. */
export function meanTextBytes({ people, text }: Pick<Population, "people" | "text">): number {
  let bytes = 0;
  for (let i = 0; i < SAMPLED; i++) bytes += text(Math.floor(1 + (i * people) / SAMPLED), i).bytes;
  return bytes / SAMPLED;
}
