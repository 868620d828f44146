import { once } from "node:events";
import { type ClientHttp2Session, connect, createServer, type Http2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OldSpaceWatch } from "../memory/testing/old-space.ts";
import { letGoWhenClosed } from "./closed-streams.ts";

const STREAMS = 300;
const LOAD_BYTES = 40_000;

let client: ClientHttp2Session;
let server: ReturnType<typeof createServer>;

beforeEach(async () => {
  server = createServer((_, response) => response.end("well"));
  server.listen(0);
  await once(server, "listening");
  client = connect(`http://localhost:${(server.address() as AddressInfo).port}`);
});

afterEach(() => {
  client.destroy();
  server.close();
});

/** As a call hangs on its stream. */
function listenWith(stream: Http2Stream, load: readonly number[]): void {
  stream.on("aborted", () => load.length);
}

async function ask(see: (stream: Http2Stream) => void): Promise<Http2Stream> {
  const stream = client.request();
  see(stream);
  listenWith(stream, new Array<number>(LOAD_BYTES / 8).fill(Math.random()));
  stream.resume();
  await once(stream, "close");
  return stream;
}

/** Of what hung on streams that have closed, how much was in old space at one time. */
async function keptShare(see: (stream: Http2Stream) => void): Promise<number> {
  const askAll = async (watch: OldSpaceWatch) => {
    for (let asked = 1; asked <= STREAMS; asked++) {
      await ask(see);
      if (asked % 10 === 0) watch.collectYoung();
    }
  };
  await askAll(new OldSpaceWatch());
  const watch = new OldSpaceWatch();
  await askAll(watch);
  return watch.grownBytes / (STREAMS * LOAD_BYTES);
}

describe("a stream that has closed", () => {
  it("holds nothing of what hung on it", async () => {
    expect(await keptShare(letGoWhenClosed)).toBeLessThan(0.15);
  });

  it("holds all of it until the next major collection by itself: else this is needed no more", async () => {
    expect(await keptShare(() => {})).toBeGreaterThan(0.3);
  });

  it("has told everybody that it closed, and does not fail for what comes late", async () => {
    const told: string[] = [];
    const stream = await ask((one) => {
      one.on("close", () => told.push("before"));
      letGoWhenClosed(one);
      one.on("close", () => told.push("after"));
    });
    expect(told).toEqual(["before", "after"]);
    expect(stream.emit("error", new Error("late"))).toBe(true);
  });
});
