import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import type { Client } from "../call.ts";
import { bidiStreamCaller, serverStreamCaller } from "./call-stream.ts";
import { unaryCaller } from "./call-unary.ts";
import { Channel, type ConnectOptions } from "./channel.ts";

export type { Channel, ConnectOptions };

/**
 * Connects to the replicas of a service (host:port, one or many), round robin, on first use.
 * Names are resolved by DNS, again and again; IPv6 is written [host]:port.
 */
export function connect(addresses: string | readonly string[], options: ConnectOptions): Channel {
  const all = typeof addresses === "string" ? addresses.split(",") : addresses;
  return new Channel(all, options);
}

/**
 * A client of the service: a function a method. Failed calls reject with DomainError. A hot client
 * gives `{ ...Def, m: { ...Def.m, requestSerialize } }` to write a request's bytes by itself.
 */
export function createClient<Definition>(
  definition: Definition,
  channel: Channel,
): Client<Definition> {
  const methods = Object.entries(definition as ServiceDefinition);
  const functions = methods.map(([name, method]) => [name, callerOf(method, channel)]);
  return Object.fromEntries(functions) as Client<Definition>;
}

function callerOf(method: MethodDefinition<unknown, unknown>, channel: Channel) {
  if (method.requestStream) return bidiStreamCaller(method, channel);
  if (method.responseStream) return serverStreamCaller(method, channel);
  return unaryCaller(method, channel);
}
