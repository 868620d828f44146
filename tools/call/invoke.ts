import { type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, Metadata, type MethodDefinition } from "@grpc/grpc-js";
import {
  type Credentials,
  PLAINTEXT,
} from "../../services/platform/grpc/credentials/credentials.ts";
import { domainErrorOf } from "../../services/platform/grpc/errors/wire-errors.ts";

export interface Invocation {
  /** host:port. */
  readonly address: string;
  readonly method: DescMethod;
  /** One message, unless the method takes a stream. */
  readonly requests: AsyncIterable<Message> | Iterable<Message>;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined: it may go on for ever. */
  readonly deadlineMs: number | undefined;
  /** With TLS: what this side shows, and which process must answer. Plaintext by default. */
  readonly credentials?: Credentials;
  readonly to?: string;
}

/**
 * Makes any kind of call, and gives its answers as they come. Throws DomainError when it fails. (The
 * platform's client is for services: it sends no headers of the caller's choice.)
 */
export async function* invoke(invocation: Invocation): AsyncGenerator<Message, void, undefined> {
  const { address, requests, deadlineMs, credentials = PLAINTEXT } = invocation;
  const { channel, options } = credentials.toward(invocation.to);
  const client = new Client(address, channel, {
    ...options,
    "grpc.max_receive_message_length": -1,
  });
  const { path, requestSerialize, responseDeserialize } = definitionOf(invocation.method);
  const metadata = new Metadata();
  for (const [name, value] of invocation.headers) metadata.add(name, value);
  try {
    // On the wire every call is a stream of messages in both directions.
    const call = client.makeBidiStreamRequest<Message, Message>(
      path,
      requestSerialize,
      responseDeserialize,
      metadata,
      deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
    );
    send(call, requests).catch((error) => call.destroy(error));
    yield* call;
  } catch (error) {
    throw isServiceError(error) ? domainErrorOf(error) : error;
  } finally {
    client.close();
  }
}

async function send(
  call: ClientDuplexStream<Message, Message>,
  requests: Invocation["requests"],
): Promise<void> {
  for await (const request of requests) call.write(request);
  call.end();
}

function isServiceError(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === "number";
}

function definitionOf(
  method: DescMethod,
): Pick<MethodDefinition<Message, Message>, "path" | "requestSerialize" | "responseDeserialize"> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}
