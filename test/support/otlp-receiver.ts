import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { BinaryReader } from "@bufbuild/protobuf/wire";

/** A span as it was received, with what the tests look at. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** "": it is the first of its trace. */
  readonly parentId: string;
  readonly name: string;
  /** As in the proto: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string>>;
  /** Ids of spans that it names beside its parent. */
  readonly links: readonly string[];
}

/** Takes spans as OTLP over HTTP, protobuf (opentelemetry-proto, trace/v1). */
export interface OtlpReceiver extends AsyncDisposable {
  /** For TIDINGS_TRACES_URL. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Resolves when this holds; looks after each request. The test's timeout bounds it. */
  until(check: () => boolean): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    if (request.headers["content-type"] === "application/x-protobuf") {
      spans.push(...readRequest(await buffer(request)));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    } else response.writeHead(415).end();
    for (const wake of waiting) wake();
    waiting = [];
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    until: async (check) => {
      while (!check()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Field = (number: number, reader: BinaryReader) => boolean;

/** Reads a message: `field` takes the fields that it knows. */
function readFields(bytes: Uint8Array, field: Field): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!field(number, reader)) reader.skip(wireType);
  }
}

function readRequest(bytes: Uint8Array): readonly ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  readFields(bytes, (number, reader) => {
    if (number !== 1) return false;
    spans.push(...readResourceSpans(reader.bytes()));
    return true;
  });
  return spans;
}

function readResourceSpans(bytes: Uint8Array): readonly ReceivedSpan[] {
  const scopes: Uint8Array[] = [];
  const resource: Record<string, string> = {};
  readFields(bytes, (number, reader) => {
    if (number === 1) readFields(reader.bytes(), attributeAt(1, resource));
    else if (number === 2) scopes.push(reader.bytes());
    else return false;
    return true;
  });
  const spans: ReceivedSpan[] = [];
  for (const scope of scopes) {
    readFields(scope, (number, reader) => {
      if (number !== 2) return false;
      spans.push(readSpan(reader.bytes(), resource["service.name"] ?? ""));
      return true;
    });
  }
  return spans;
}

function readSpan(bytes: Uint8Array, service: string): ReceivedSpan {
  const hex = (part: Uint8Array) => Buffer.from(part).toString("hex");
  const attributes: Record<string, string> = {};
  const links: string[] = [];
  const span = { traceId: "", spanId: "", parentId: "", name: "", kind: 0, startNs: 0n, endNs: 0n };
  const takeAttribute = attributeAt(9, attributes);
  readFields(bytes, (number, reader) => {
    if (number === 1) span.traceId = hex(reader.bytes());
    else if (number === 2) span.spanId = hex(reader.bytes());
    else if (number === 4) span.parentId = hex(reader.bytes());
    else if (number === 5) span.name = reader.string();
    else if (number === 6) span.kind = reader.int32();
    else if (number === 7) span.startNs = BigInt(reader.fixed64());
    else if (number === 8) span.endNs = BigInt(reader.fixed64());
    else if (number === 13) links.push(linkedSpan(reader.bytes()));
    else return takeAttribute(number, reader);
    return true;
  });
  return { service, ...span, attributes, links };
}

function linkedSpan(bytes: Uint8Array): string {
  let spanId = "";
  readFields(bytes, (number, reader) => {
    if (number !== 2) return false;
    spanId = Buffer.from(reader.bytes()).toString("hex");
    return true;
  });
  return spanId;
}

/** A KeyValue at this field; values as texts. */
function attributeAt(field: number, into: Record<string, string>): Field {
  return (number, reader) => {
    if (number !== field) return false;
    let key = "";
    let value = "";
    readFields(reader.bytes(), (part, inside) => {
      if (part === 1) key = inside.string();
      else if (part === 2) value = readValue(inside.bytes());
      else return false;
      return true;
    });
    into[key] = value;
    return true;
  };
}

function readValue(bytes: Uint8Array): string {
  let value = "";
  readFields(bytes, (number, reader) => {
    if (number === 1) value = reader.string();
    else if (number === 2) value = String(reader.bool());
    else if (number === 3) value = String(reader.int64());
    else if (number === 4) value = String(reader.double());
    else return false;
    return true;
  });
  return value;
}
