import {
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from "@grpc/grpc-js";
import type { FailedCall } from "../../errors/wire-errors.ts";
import type { GrpcCall } from "../../served-call.ts";

/** Takes a unary call whose request has come whole, and answers it once. */
export type ServeUnary = (call: UnaryCall, request: unknown) => void;

const OK = { code: status.OK, details: "OK", metadata: null };
const NO_METADATA = new Metadata();

/** The unary methods of a server, by path. */
export class UnaryMethods {
  readonly #byPath = new Map<string, ServeUnary>();

  add(path: string, serve: ServeUnary): void {
    this.#byPath.set(path, serve);
  }

  /**
   * Serves unary calls in place of grpc-js, which makes a Writable for each: Node's is kept alive, with all that hangs on
   * it, until the next major collection (see `letGoWhenClosed`). To be the last of a server's interceptors.
   */
  readonly interceptor: ServerInterceptor = ({ path }, call) => {
    const serve = this.#byPath.get(path);
    return serve ? new Intercepted(call, serve) : new ServerInterceptingCall(call);
  };
}

/** What grpc-js registers for a method that the interceptor serves. */
export function servedByInterceptor(): never {
  throw new Error("unary calls are served by an interceptor: this server has it not");
}

class Intercepted extends ServerInterceptingCall {
  readonly #call: ServerInterceptingCallInterface;
  readonly #serve: ServeUnary;

  constructor(call: ServerInterceptingCallInterface, serve: ServeUnary) {
    super(call);
    this.#call = call;
    this.#serve = serve;
  }

  override start(): void {
    this.#call.start(new UnaryCall(this.#call, this.#serve));
  }
}

/** One unary call, as grpc-js tells of it and is told. */
export class UnaryCall implements GrpcCall {
  metadata: Metadata = NO_METADATA;
  cancelled = false;
  readonly #call: ServerInterceptingCallInterface;
  readonly #serve: ServeUnary;
  #request: unknown;
  #hasRequest = false;
  #onCancelled: (() => void) | undefined;

  constructor(call: ServerInterceptingCallInterface, serve: ServeUnary) {
    this.#call = call;
    this.#serve = serve;
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.metadata = metadata;
    this.#call.startRead();
  }

  onReceiveMessage(message: unknown): void {
    if (this.#hasRequest) {
      this.#refuse("the call takes one request, and a second one came");
      return;
    }
    this.#hasRequest = true;
    this.#request = message;
    this.#call.startRead();
  }

  onReceiveHalfClose(): void {
    if (!this.#hasRequest) {
      this.#refuse("the call takes one request, and none came");
      return;
    }
    const request = this.#request;
    this.#request = undefined;
    this.#serve(this, request);
  }

  onCancel(): void {
    this.cancelled = true;
    this.#onCancelled?.();
  }

  /** Of one listener: a ServedCall tells all of its own. */
  once(_event: "cancelled", listener: () => void): void {
    this.#onCancelled = listener;
  }

  getDeadline(): Date | number {
    return this.#call.getDeadline();
  }

  getPeer(): string {
    return this.#call.getPeer();
  }

  succeed(response: unknown): void {
    this.#call.sendMessage(response, this.#sent);
  }

  fail({ code, details, metadata }: FailedCall): void {
    this.#call.sendStatus({ code, details, metadata });
  }

  readonly #sent = (): void => this.#call.sendStatus(OK);

  /** As grpc-js has it. */
  #refuse(details: string): void {
    this.#call.sendStatus({ code: status.UNIMPLEMENTED, details, metadata: null });
  }
}
