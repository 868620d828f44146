import { expect, it } from "vitest";
import { callsAskedFor } from "./calls-asked-for.ts";

const NO_FLAGS = { arrivals: "poisson", rowsOrder: "in order" } as const;

it("names all scenarios there are, those of calls too, when one is unknown", async () => {
  await expect(callsAskedFor("ycbs-a", NO_FLAGS)).rejects.toThrow(
    /steady, .*, ycsb-a, .*, feedsim/,
  );
  expect(await callsAskedFor("steady", NO_FLAGS)).toBeUndefined();
  expect(await callsAskedFor("feedsim", NO_FLAGS)).toMatchObject({ kind: "calls" });
});
