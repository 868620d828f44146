import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import type { Handlers } from "../../call.ts";
import { type Echo, type EchoOptions, startEcho } from "../../testing/echo-server.ts";
import type { EchoService, Note } from "../../testing/echo-service.ts";
import type { SessionLimits } from "./session-limits.ts";

const HELLO: Note = { text: "hello" };
const SAY = "/tidings.test.v1.EchoService/Say";
const REPEAT = "/tidings.test.v1.EchoService/Repeat";
const CHAT = "/tidings.test.v1.EchoService/Chat";

const raw: ClientHttp2Session[] = [];

afterEach(() => {
  for (const session of raw.splice(0)) session.destroy();
});

function start(
  sessionLimits: Partial<SessionLimits>,
  handlers: Partial<Handlers<typeof EchoService>> = {},
  options: EchoOptions = {},
): Promise<Echo> {
  return startEcho(handlers, { ...options, server: { sessionLimits, ...options.server } });
}

/** A caller that does with HTTP/2 as it likes. */
function open(echo: Echo): ClientHttp2Session {
  const session = connect(`http://${echo.server.address}`);
  session.on("error", () => {});
  raw.push(session);
  return session;
}

function call(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const headers = { ":path": path, ":method": "POST", "content-type": "application/grpc+proto" };
  const stream = session.request({ ...headers, te: "trailers" });
  stream.on("error", () => {});
  return stream;
}

/** The beginning of a message of `length` bytes. */
function half(length: number, sent = length / 2): Buffer {
  const bytes = Buffer.alloc(5 + sent);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function whole(note: Note): Buffer {
  const json = Buffer.from(JSON.stringify(note));
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(json.length, 1);
  return Buffer.concat([bytes, json]);
}

async function statusOf(stream: ClientHttp2Stream): Promise<string> {
  const [headers] = await once(stream, "response");
  return String(headers["grpc-status"]);
}

async function* stayOpen(note: Note, { signal }: { readonly signal: AbortSignal }) {
  yield note;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

/** Of requests that do arrive, on a machine that lets a process stand still between two parts of one. */
const ARRIVAL_MS = 1_000;

describe("a request that does not arrive whole in time", () => {
  it("is refused, with what was sent or without", async () => {
    await using echo = await start({ arrivalMs: ARRIVAL_MS });
    const session = open(echo);
    const nothing = call(session, SAY);
    const part = call(session, SAY);
    part.write(half(1_000));
    expect(await Promise.all([nothing, part].map(statusOf))).toEqual(["4", "4"]);
    expect(await echo.client.say(HELLO)).toEqual(HELLO);
  });

  it("ends its stream also when answers have begun, but a quiet stream is no request", async () => {
    await using echo = await start({ arrivalMs: ARRIVAL_MS });
    const session = open(echo);
    const quiet = call(session, CHAT);
    quiet.write(whole(HELLO));
    const chat = call(session, CHAT);
    chat.write(whole(HELLO));
    await Promise.all([once(quiet, "response"), once(chat, "response")]);
    chat.write(half(1_000));
    await once(chat, "close");
    expect(quiet.closed).toBe(false);
  });

  it("takes no more memory than a connection has, whatever its messages promise", async () => {
    await using echo = await start({ maxUnfinishedBytes: 100_000, arrivalMs: 60_000 });
    const session = open(echo);
    const calls = Array.from({ length: 5 }, () => call(session, SAY));
    const refused = Promise.race(calls.map(statusOf));
    for (const one of calls) one.write(half(60_000));
    expect(await refused).toBe("8");
  });

  it("nor than all connections have together", async () => {
    await using echo = await start({ maxUnfinishedBytesInAll: 100_000, arrivalMs: 60_000 });
    const calls = Array.from({ length: 5 }, () => call(open(echo), SAY));
    const refused = Promise.race(calls.map(statusOf));
    for (const one of calls) one.write(half(60_000));
    expect(await refused).toBe("8");
  });
});

it("a caller that answers pings and never reads is cut off", async () => {
  const dropped = Promise.withResolvers<void>();
  await using echo = await start(
    { slowConsumerMs: 50 },
    {
      repeat: async function* () {
        try {
          for (;;) yield { text: "x".repeat(10_000) };
        } finally {
          dropped.resolve();
        }
      },
    },
  );
  const session = open(echo);
  const stream = call(session, REPEAT);
  stream.end(whole(HELLO));
  stream.pause();
  await dropped.promise;
  await new Promise<void>((resolve, reject) => {
    session.ping((error) => (error ? reject(error) : resolve()));
  });
});

it("connections beyond the limit are refused, and those that are open stay", async () => {
  await using echo = await start({ maxConnections: 1 });
  expect(await echo.client.say(HELLO)).toEqual(HELLO);
  const refused = open(echo);
  await once(refused, "close");
  expect(await echo.client.say(HELLO)).toEqual(HELLO);
});

describe("a connection that has its age", () => {
  it("has its streams ended with the reason, and is told to go behind them", async () => {
    await using echo = await start({ maxConnectionAgeMs: 1, agingMs: 1_000 }, { repeat: stayOpen });
    const streams = Array.from({ length: 3 }, () =>
      echo.client.repeat(HELLO)[Symbol.asyncIterator](),
    );
    await Promise.all(streams.map((stream) => stream.next()));
    const reasons = streams.map((stream) => stream.next().catch(({ reason }) => reason));
    expect(await Promise.all(reasons)).toEqual(Array(3).fill("CONNECTION_AGED"));
    const session = open(echo);
    await once(session, "goaway");
  });

  it("goes, though its streams are resumed at once", async () => {
    await using echo = await start({ maxConnectionAgeMs: 1, agingMs: 1 }, { repeat: stayOpen });
    const session = open(echo);
    const gone = once(session, "goaway");
    const resume = () => {
      if (session.closed || session.destroyed) return;
      const stream = call(session, REPEAT);
      stream.resume().once("close", resume);
      stream.end(whole(HELLO));
    };
    resume();
    await gone;
  });

  it("lets short calls go on over the change of connections", async () => {
    await using echo = await start({ maxConnectionAgeMs: 1, agingMs: 1 });
    let looks = 0;
    // Each look at the connections tells those that are there to go.
    const looked = async () => {
      for (; looks < 2; looks++) await once(open(echo), "goaway");
    };
    const both = looked();
    while (looks < 2) expect(await echo.client.say(HELLO)).toEqual(HELLO);
    await both;
  });
});
