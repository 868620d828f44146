import { expect, it } from "vitest";
import { MAX_CONCURRENT_STREAMS } from "../../../model/limits.ts";
import type { Call } from "../call.ts";
import { connect, createClient } from "../client/client.ts";
import { follow } from "../client/follow.ts";
import { startEcho } from "../testing/echo-server.ts";
import { EchoService, type Note } from "../testing/echo-service.ts";
import { PATIENT } from "../testing/patient.ts";
import { untilClosed } from "./calls/until-closed.ts";

const STREAMS = 10_000;
const HELLO: Note = { text: "hello" };

it("keeps 10,000 streams open, answers others meanwhile, and lets go of them", async () => {
  let open = 0;
  const stay = untilClosed(async function* (note: Note, { signal }: Pick<Call, "signal">) {
    open++;
    yield note;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  });
  await using echo = await startEcho({ chat: stay });
  const channels = Array.from({ length: STREAMS / MAX_CONCURRENT_STREAMS }, () =>
    connect(echo.server.address, { ...PATIENT, retry: "none" }),
  );
  const streams = channels.flatMap((channel) => {
    const { chat: opened } = createClient(EchoService, channel);
    return Array.from({ length: MAX_CONCURRENT_STREAMS }, () =>
      follow(opened)(HELLO)[Symbol.asyncIterator](),
    );
  });
  const firsts = await Promise.all(streams.map((stream) => stream.next()));
  expect(firsts.every(({ value }) => value.text === HELLO.text)).toBe(true);
  expect(open).toBe(STREAMS);
  expect(await echo.client.say(HELLO)).toEqual(HELLO);
  await Promise.all(streams.map((stream) => stream.return?.()));
  for (const channel of channels) channel.close();
});
