import { createServer } from "node:net";
import { expect, test } from "vitest";
import { claimPorts, isPortFree } from "./free-ports.ts";

const HOST = "127.0.0.1";
/** Not where meshes of other processes begin: those begin at the id of theirs. */
const START = process.pid + 100;

test("two who begin at the same block get two", async () => {
  await using both = new AsyncDisposableStack();
  const claims = await Promise.all([1, 2, 3].map(() => claimPorts(HOST, START)));
  for (const claim of claims) both.use(claim);
  expect(new Set(claims.map(({ base }) => base)).size).toBe(3);
});

test("a block with one port taken is passed over", async () => {
  const { base, ...claim } = await claimPorts(HOST, START);
  expect(await isPortFree(base, HOST)).toBe(true);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(base + 7, HOST, resolve));
  await claim[Symbol.asyncDispose]();
  await using other = await claimPorts(HOST, START);
  expect(other.base).not.toBe(base);
  await new Promise((resolve) => taken.close(resolve));
});
