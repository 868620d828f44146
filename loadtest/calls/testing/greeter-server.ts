import { join } from "node:path";
import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  loadPackageDefinition,
  type Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServiceClientConstructor,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";

interface Hello {
  readonly name: string;
  readonly user_id: string;
  readonly times: number;
}

interface Greeting {
  readonly text: string;
  readonly user_id: string;
  readonly token: string;
}

export const GREETER_PROTO = join(import.meta.dirname, "greeter.proto");
export const GREETER = "loadtest.greeter.v1.GreeterService";
/** Nobody of this name is greeted. */
export const UNKNOWN = "nobody";

export interface GreeterOptions {
  readonly credentials?: ServerCredentials;
  readonly withoutReflection?: boolean;
  /** Whoever shows another, or none, is told nothing. */
  readonly token?: string;
}

export interface GreeterServer extends AsyncDisposable {
  readonly port: number;
  /** Everyone who was greeted by SayHello, in order. */
  readonly greeted: readonly Hello[];
}

/** A server that is no part of the mesh: any gRPC server, with reflection. */
export async function startGreeter({
  credentials = ServerCredentials.createInsecure(),
  withoutReflection = false,
  token,
}: GreeterOptions = {}): Promise<GreeterServer> {
  const definition = loadSync(GREETER_PROTO, { keepCase: true, longs: String, defaults: true });
  const found = loadPackageDefinition(definition) as unknown as {
    loadtest: { greeter: { v1: { GreeterService: ServiceClientConstructor } } };
  };
  const server = new Server(token === undefined ? {} : { interceptors: [guard(token)] });
  const greeted: Hello[] = [];
  server.addService(found.loadtest.greeter.v1.GreeterService.service, handlers(greeted));
  if (!withoutReflection) new ReflectionService(definition).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    greeted,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

function guard(token: string): ServerInterceptor {
  return (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => {
            if (metadata.get("authorization")[0] === `Bearer ${token}`) go(metadata);
            else call.sendStatus({ code: status.UNAUTHENTICATED, details: "who is it?" });
          },
        }),
    });
}

function handlers(greeted: Hello[]) {
  const sayHello: handleUnaryCall<Hello, Greeting> = ({ request, metadata }, answer) => {
    if (request.name === UNKNOWN) {
      answer({ code: status.NOT_FOUND, details: "nobody is not here" });
      return;
    }
    greeted.push(request);
    answer(null, greetingOf(request, metadata));
  };
  const sayHellos: handleServerStreamingCall<Hello, Greeting> = (call) => {
    for (let i = 0; i < call.request.times; i++)
      call.write(greetingOf(call.request, call.metadata));
    call.end();
  };
  const greetForever: handleServerStreamingCall<Hello, Greeting> = (call) => {
    const timer = setInterval(() => call.write(greetingOf(call.request, call.metadata)), 1);
    call.on("cancelled", () => clearInterval(timer));
  };
  const greetAll: handleClientStreamingCall<Hello, Greeting> = (call, answer) => {
    const names: string[] = [];
    call.on("data", ({ name }: Hello) => names.push(name));
    call.on("end", () => answer(null, { text: names.join(" and "), user_id: "0", token: "" }));
  };
  const greetEach: handleBidiStreamingCall<Hello, Greeting> = (call) => {
    call.on("data", (one: Hello) => call.write(greetingOf(one, call.metadata)));
    call.on("end", () => call.end());
  };
  return {
    SayHello: sayHello,
    SayHellos: sayHellos,
    GreetForever: greetForever,
    GreetAll: greetAll,
    GreetEach: greetEach,
  };
}

function greetingOf({ name, user_id }: Hello, metadata: Metadata): Greeting {
  const [token = ""] = metadata.get("authorization");
  return { text: `Hello, ${name}`, user_id, token: String(token) };
}
