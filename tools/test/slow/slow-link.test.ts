import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, it } from "vitest";
import { passedOnMs, startSlowLink } from "./slow-link.ts";

it("holds an answer back for its time, and over a stall", () => {
  const slowness = { answerMs: [10, 30], stallMs: 300, stallEveryMs: 1_000 } as const;
  const passedOn = (nowMs: number, random: number) =>
    passedOnMs(nowMs, { ...slowness, random: () => random });
  expect([0, 0.5, 1].map((random) => passedOn(500, random))).toEqual([510, 520, 530]);
  // The last 300 ms of each second.
  expect([689, 690, 850, 989, 990].map((nowMs) => passedOn(nowMs, 0))).toEqual([
    699, 1_000, 1_000, 1_000, 1_000,
  ]);
  expect(passedOn(3_685, 1)).toBe(4_000);
});

it("passes on all that is answered, late and in order", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const delays = [1, 0, 0.5, 0].values();
  {
    await using link = await startSlowLink((server.address() as AddressInfo).port, {
      answerMs: [40, 80],
      stallMs: 0,
      stallEveryMs: 1_000,
      random: () => delays.next().value ?? 0,
    });
    const socket = connect(link.port, "127.0.0.1");
    const startedMs = performance.now();
    socket.write("a");
    expect(String((await once(socket, "data"))[0])).toBe("a");
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes;
    });
    for (const letter of "bcdefgh") socket.write(letter);
    socket.end();
    await once(socket, "end");
    expect(text).toBe("bcdefgh");
  }
  server.close();
});
