import { once } from "node:events";
import { connect, createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { keepStreamsFlat } from "./flat-streams.ts";

const server = createServer();
const sessions: Http2Session[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
  server.close();
});

async function open() {
  server.listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const atServer = once(server, "session");
  const client = connect(`http://localhost:${port}`);
  const [served] = await atServer;
  sessions.push(client, served);
  return { client, served: served as Http2Session };
}

describe("streams that are kept flat", () => {
  it("are found, answered and ended with their session, by this Node", async () => {
    const { client, served } = await open();
    expect([keepStreamsFlat(client), keepStreamsFlat(served)]).toEqual([true, true]);
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      if (headers[":path"] === "/answered") stream.end(String(stream.id));
    });
    const streams = Array.from({ length: 200 }, () => client.request({ ":path": "/answered" }));
    const answers = streams.map(async (stream) => Number((await stream.toArray()).join("")));
    expect(await Promise.all(answers)).toEqual(streams.map(({ id }) => id));
    const unanswered = Array.from({ length: 100 }, () => client.request({ ":path": "/open" }));
    const ends = unanswered.map((stream) =>
      once(
        stream.on("error", () => {}),
        "close",
      ),
    );
    client.destroy();
    await Promise.all(ends);
    expect(unanswered.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it("are not, once there are some: nothing is lost", async () => {
    const { client } = await open();
    await once(client, "connect");
    const stream = client.request({ ":path": "/" });
    stream.on("error", () => {});
    expect(keepStreamsFlat(client)).toBe(false);
    stream.close();
  });
});
