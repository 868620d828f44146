import type { Server, ServiceDefinition, UntypedHandleCall } from "@grpc/grpc-js";
import type { Handlers, Implementation } from "../../call.ts";
import { callTypeOf } from "../../call-metrics.ts";
import { MethodServer, type MethodServerOptions, Undecodable } from "./method-server.ts";
import { serveBidiStream, serveServerStream } from "./serve-stream.ts";
import { serveUnary } from "./serve-unary.ts";
import { servedByInterceptor, type UnaryMethods } from "./unary-call.ts";

type Method = ServiceDefinition[string];

/** Binds handlers to a service's definition. A hot path may replace a method's (de)serializers there. */
export function implement<Definition>(
  definition: Definition,
  handlers: Handlers<Definition>,
): Implementation {
  return {
    definition: definition as ServiceDefinition,
    handlers: handlers as Record<string, unknown>,
  };
}

/** The full name of a service, as in the paths of its methods. */
export function serviceNameOf(definition: ServiceDefinition): string {
  return Object.values(definition)[0].path.split("/")[1];
}

/** Adds a service to a server, each method wrapped so that its handler can be an async function. */
export function addImplementation(
  server: Server,
  unaryMethods: UnaryMethods,
  { definition, handlers }: Implementation,
  options: MethodServerOptions,
): void {
  const methods: Record<string, Method> = {};
  const functions: Record<string, UntypedHandleCall> = {};
  for (const [name, method] of Object.entries(definition)) {
    const handler = handlers[name];
    if (typeof handler !== "function") throw new Error(`${method.path} has no handler`);
    methods[name] = guarded(method, options);
    const served = new MethodServer(method.path, callTypeOf(method), options);
    const isUnary = !method.requestStream && !method.responseStream;
    if (isUnary) unaryMethods.add(method.path, serveUnary(served, handler as never));
    functions[name] = isUnary ? servedByInterceptor : serveStream(method, served, handler as never);
  }
  server.addService(methods, functions);
}

function serveStream(method: Method, served: MethodServer, handler: never): UntypedHandleCall {
  return method.requestStream
    ? serveBidiStream(served, handler)
    : serveServerStream(served, handler);
}

/**
 * grpc-js answers INTERNAL when a request does not decode, though the caller is at fault; and says
 * to nobody why an answer could not be encoded.
 */
function guarded(method: Method, { log }: MethodServerOptions): Method {
  return {
    ...method,
    requestDeserialize: (bytes) => {
      try {
        return method.requestDeserialize(bytes);
      } catch (error) {
        return new Undecodable(error);
      }
    },
    responseSerialize: (response) => {
      try {
        return method.responseSerialize(response);
      } catch (error) {
        log.error({ err: error, path: method.path }, "an answer could not be encoded");
        throw error;
      }
    },
  };
}
