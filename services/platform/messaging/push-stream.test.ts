import { describe, expect, it } from "vitest";
import { PushStream } from "./push-stream.ts";

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("a push stream", () => {
  it("gives what was pushed before and after its reader came, then ends", async () => {
    const stream = new PushStream<number>();
    stream.push(1);
    const all = collect(stream);
    stream.push(2);
    stream.end();
    stream.push(3);
    expect(await all).toEqual([1, 2]);
  });

  it("throws its error after the items that came before it", async () => {
    const stream = new PushStream<number>();
    stream.push(1);
    stream.end(new Error("cut"));
    stream.end();
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toThrow("cut");
  });

  it("lets its reader go while it waits", async () => {
    const stream = new PushStream<number>();
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });
});
