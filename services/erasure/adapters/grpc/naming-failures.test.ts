import { expect, it } from "vitest";
import { DomainError, unavailable } from "../../../platform/grpc/errors/errors.ts";
import { HoldingFailed } from "../../ports.ts";
import { namingFailures } from "./naming-failures.ts";

async function* broken(): AsyncGenerator<readonly bigint[]> {
  yield [1n];
  throw unavailable(
    "No connection established. Last error: Error: connect ECONNREFUSED 10.0.3.7:50061",
  );
}

const REACTIONS = namingFailures(
  "engagement",
  { by: (_user: unknown, table: string) => table, erase: "likes", setState: "users" },
  {
    by: (_user: bigint, _table: string) => broken(),
    erase: async () => {
      throw new DomainError("NOT_FOUND", "shard 3 is at tidings-post-0.post:50051 or [::1]:50052");
    },
    setState: async (change: number) => change,
  },
);

it("says which service does not answer, about which table, and no address", async () => {
  const heard: bigint[] = [];
  const hear = async () => {
    for await (const part of REACTIONS.by(7n, "comments")) heard.push(...part);
  };
  await expect(hear()).rejects.toMatchObject({
    ...{ name: "HoldingFailed", code: "UNAVAILABLE", table: "comments" },
    message: "the engagement service does not answer (comments)",
  });
  expect(heard).toEqual([1n]);
});

it("says what the service said, and no address", async () => {
  const failed = await REACTIONS.erase().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(HoldingFailed);
  expect(failed).toMatchObject({
    code: "NOT_FOUND",
    message: "the engagement service: shard 3 is at another or another (likes)",
  });
  expect(await REACTIONS.setState(3)).toBe(3);
});
