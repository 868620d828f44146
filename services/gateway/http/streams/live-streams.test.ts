import { expect, it } from "vitest";
import { LiveStreams } from "./live-streams.ts";

it("leaves room for other addresses, whoever one address stands for", () => {
  const streams = new LiveStreams({ maxStreams: 10, maxStreamsPerUser: 8 });
  const open = Array.from({ length: 8 }, (_, index) =>
    streams.enter(BigInt(index + 1), `2001:db8:1:2::${index + 1}`),
  );
  expect(() => streams.enter(9n, "2001:db8:1:2::9")).toThrow(/this address has its share/);
  streams.enter(10n, "192.0.2.1").close();
  open[0]?.close();
  streams.enter(9n, "2001:db8:1:2::9");
  expect(streams.size).toBe(8);
});
