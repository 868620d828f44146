import {
  createFileRegistry,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { present } from "../../../services/model/invariant.ts";
import { findMethod, servicesOf } from "../../../tools/call/api.ts";
import { prefixed } from "../../drivers/http2/call-frames.ts";
import { answerShapeOf } from "../checks/answer-shape.ts";
import type { Answer } from "../checks/check.ts";
import { jsonTemplate, type Template } from "../data/template.ts";
import type { CallSpec, Json, TargetSpec } from "../spec/call-scenario.ts";
import { type CompiledCall, DEFAULT_TIMEOUT_MS } from "./compiled-call.ts";
import { messagesIn } from "./framed-messages.ts";
import { headersTemplate, sharedParts } from "./shared-parts.ts";
import { textsOf } from "./texts-of.ts";

/** Compiles calls of the methods in a descriptor set. */
export class GrpcCompiler {
  readonly registry: FileRegistry;
  readonly #target: TargetSpec;

  constructor(descriptors: Uint8Array, target: TargetSpec) {
    this.registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
    this.#target = target;
  }

  /** Throws a UsageError for a method that is not there, or a message that is none of its. */
  compile(spec: CallSpec): CompiledCall {
    const method = this.methodOf(spec);
    const framed = method.methodKind !== "unary";
    const own = headersTemplate(spec.headers);
    const encode = this.#encoder(method, spec.data ?? {});
    return {
      ...sharedParts(spec, { protocol: "grpc", shape: answerShapeOf(method) }),
      name: spec.name ?? `${shortName(method)}.${method.name}`,
      target: {
        path: `/${method.parent.typeName}/${method.name}`,
        addresses: this.#target.addresses,
        timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        framed,
        stopAfter: spec.stopAfter,
      },
      make: (filling) => ({
        message: encode.fill(filling),
        parts: own && { headers: own.fill(filling) },
      }),
      read: (status, message) =>
        this.#answer(method, status, message, spec.stopAfter !== undefined),
    };
  }

  /** Throws a RangeError or UsageError that names those there are for one that is not there. */
  methodOf({ method }: CallSpec): DescMethod {
    const [service = "", name = ""] = present(method).split("/");
    const found = this.registry.getService(service);
    if (found) return findMethod(found, name);
    const names = servicesOf(this.registry).map(({ typeName }) => typeName);
    throw new RangeError(
      `no service "${service}": by its whole name, package and all, there is ${names.join(", ") || "none"}`,
    );
  }

  #encoder(method: DescMethod, data: Json): Template<Uint8Array> {
    const template = jsonTemplate(data, textsOf(method.input));
    const encode = (value: Json) =>
      method.methodKind === "unary" ? this.#encode(method, value) : this.#frames(method, value);
    if (!template.isConstant) {
      return { isConstant: false, fill: (filling) => encode(template.fill(filling)) };
    }
    const message = encode(data);
    return { isConstant: true, fill: () => message };
  }

  /** A server's stream has one request; a list of messages is for streams of the client's. */
  #frames(method: DescMethod, value: Json): Uint8Array {
    const isList = method.methodKind !== "server_streaming" && Array.isArray(value);
    const messages: readonly Json[] = isList ? value : [value];
    return Buffer.concat(messages.map((one) => prefixed(this.#encode(method, one))));
  }

  #encode({ input, name }: DescMethod, value: Json): Uint8Array {
    try {
      const message = fromJson(input, value as JsonValue, { registry: this.registry });
      return toBinary(input, message);
    } catch (error) {
      const { message } = error as Error;
      throw new RangeError(
        `data: this is no ${input.typeName}, which ${name} takes: ${message}${this.#valuesFor(message)}.`,
      );
    }
  }

  /** What an enum takes, when it was given something else. */
  #valuesFor(message: string): string {
    const [, name = ""] = /enum ([\w.]+) from JSON/.exec(message) ?? [];
    const found = this.registry.getEnum(name);
    return found ? `; it is one of ${found.values.map((one) => one.name).join(", ")}` : "";
  }

  #answer(
    { output, methodKind }: DescMethod,
    status: number,
    bytes: Uint8Array | undefined,
    isStopped: boolean,
  ): Answer {
    const decode = (one: Uint8Array) =>
      toJson(output, fromBinary(output, one), {
        registry: this.registry,
        useProtoFieldName: true,
        alwaysEmitImplicit: true,
      }) as Json;
    let known: { readonly json: Json | undefined } | undefined;
    const json = () => {
      if (bytes === undefined || status !== 0) return undefined;
      if (methodKind === "unary") return decode(bytes);
      const messages = messagesIn(bytes, isStopped).map(decode);
      return methodKind === "client_streaming" ? messages[0] : messages;
    };
    const once = () => {
      known ??= { json: json() };
      return known.json;
    };
    return { status, head: undefined, json: once, text: () => JSON.stringify(once() ?? null) };
  }
}

/** "post" of tidings.post.v1.PostService. */
function shortName({ parent }: DescMethod): string {
  return parent.name.replace(/Service$/, "").toLowerCase();
}
