import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Echo, startEcho } from "../../testing/echo-server.ts";
import { EchoService } from "../../testing/echo-service.ts";

let open: AsyncDisposableStack;
let echo: Echo;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  echo = open.use(await startEcho());
});
afterEach(() => open.disposeAsync());

/** What a caller of grpc-js is told that sends values of these lengths. */
async function toldWith(...lengths: readonly number[]): Promise<ServiceError | null> {
  const metadata = new Metadata();
  for (const length of lengths) metadata.add("x-large", "x".repeat(length));
  const client = new Client(echo.server.address, credentials.createInsecure());
  open.defer(() => client.close());
  const { path, requestSerialize, responseDeserialize } = EchoService.say;
  return new Promise((resolve) => {
    const note = { text: "hello" };
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, note, metadata, resolve);
  });
}

it("announces how much metadata it takes", async () => {
  const session: ClientHttp2Session = connect(`http://${echo.server.address}`);
  open.defer(() => session.destroy());
  const [settings] = await once(session, "remoteSettings");
  expect(settings.maxHeaderListSize).toBe(32_768);
});

it("takes much, and refuses more by name", async () => {
  expect(await toldWith(15_000)).toBeNull();
  for (const lengths of [[17_000], Array<number>(80).fill(200)]) {
    expect(await toldWith(...lengths)).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringMatching(/^metadata of 1[0-9]{4} bytes, at most 16384: /),
    });
  }
});

it.each([[40_000], [60_000], [30_000, 30_000, 30_000]])(
  "and very much as clients understand it: %j",
  async (...lengths) => {
    expect(await toldWith(...lengths)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await echo.client.say({ text: "hi" })).toEqual({ text: "hi" });
  },
);
