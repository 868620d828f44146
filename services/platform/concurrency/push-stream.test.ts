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

  it("is drained when its reader has taken all, or wants no more", async () => {
    const stream = new PushStream<number>();
    expect(stream.isDrained).toBe(true);
    await stream.drained();
    stream.push(1);
    stream.push(2);
    const drained = stream.drained();
    await stream.next();
    expect(stream.isDrained).toBe(false);
    await stream.next();
    await drained;
    stream.push(3);
    const left = stream.drained();
    await stream.return();
    await left;
    expect(stream.isDrained).toBe(true);
  });

  it("lets its reader go while it waits", async () => {
    const stream = new PushStream<number>();
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });
});
