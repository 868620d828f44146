import type { DescMethod } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import type { Driver } from "../../../loadtest/drivers/driver.ts";
import { openRawDriver } from "../../../loadtest/drivers/http2/raw-driver.ts";
import type { FuzzTarget } from "../play/target.ts";
import { fuzzedBytes } from "./message.ts";
import type { PlainClients } from "./plain-clients.ts";
import { Turns } from "./turns.ts";

/** What no request may bring a service to: a fault that nobody foresaw. */
const FAULTS: ReadonlySet<number> = new Set([status.INTERNAL, status.UNKNOWN, status.DATA_LOSS]);
const TIMEOUT_MS = 10_000;
/** A stream may have nothing to say: what it makes of its request it has said by then. */
const STREAM_MS = 500;
/** Of 100 streams each, to each process. */
const CONNECTIONS = 4;
/** The raw driver writes a call as a whole; half a window is always open, 32 KiB. */
const MAX_WHOLE_BYTES = 16_384;
const SHOWN_CHARACTERS = 400;

/** These methods at the processes that serve them; `plain` asks what is too large, and what was said. */
export async function openRpcTargets(
  methods: readonly DescMethod[],
  addressOf: (method: DescMethod) => string,
  plain: PlainClients,
): Promise<{ readonly targets: readonly FuzzTarget[]; readonly driver: Driver }> {
  const turns = new Turns();
  const driver = await openRawDriver(
    methods.map((method) => ({
      path: pathOf(method),
      addresses: [addressOf(method)],
      timeoutMs: TIMEOUT_MS,
      stopAfter: isUnary(method) ? undefined : { messages: 1, ms: STREAM_MS },
    })),
    { connections: CONNECTIONS, dial: turns.dial, scheme: "http" },
  );
  const targets = methods.map((method, operation): FuzzTarget => {
    const [name, address] = [pathOf(method), addressOf(method)];
    const askPlain = (bytes: Uint8Array) =>
      plain.ask(address, name, bytes, isUnary(method) ? TIMEOUT_MS : STREAM_MS);
    return {
      name,
      kind: isUnary(method) ? "unary" : "stream",
      ask: async (random) => {
        const bytes = fuzzedBytes(method.input, random);
        const isLarge = bytes.length > MAX_WHOLE_BYTES;
        turns.begin();
        const code = isLarge ? (await askPlain(bytes)).code : await sent(driver, operation, bytes);
        if (!FAULTS.has(code)) return { status: status[code] };
        const again = await askPlain(bytes);
        const request = Buffer.from(bytes).toString("hex").slice(0, SHOWN_CHARACTERS);
        const fault = `asked again: ${again.code} ${again.details}: ${request}`;
        return { status: status[code], fault };
      },
    };
  });
  return { targets, driver };
}

function isUnary({ methodKind }: DescMethod): boolean {
  return methodKind === "unary";
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function sent(driver: Driver, operation: number, message: Uint8Array): Promise<number> {
  const waits = { writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 0 };
  return new Promise((resolve) => driver.send({ operation, message, ...waits }, resolve));
}
