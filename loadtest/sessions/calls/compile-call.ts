import { type DescMethod, type FileRegistry, toBinary } from "@bufbuild/protobuf";
import { findMethod, findService, shortName, UsageError } from "../../../tools/call/api.ts";
import { parseMessage } from "../../../tools/call/json.ts";
import type { MixedCall } from "../../scenarios/scenario.ts";

/** Whom a call is about. */
export interface Pair {
  readonly person: number;
  /** One of the person's friends. */
  readonly friend: number;
}

/** A call of a mix, ready to be made of anyone. */
export interface CompiledCall {
  /** As "/tidings.post.v1.PostService/CreatePost". */
  readonly path: string;
  readonly service: Service;
  encode(pair: Pair): Uint8Array;
  /** Whose timeline it is about; undefined: nobody's. */
  viewerOf(pair: Pair): number | undefined;
}

const SERVICES = ["post", "friend", "timeline", "ranking"] as const;
type Service = (typeof SERVICES)[number];
const ANYONE: Pair = { person: 1, friend: 2 };

/** Throws a UsageError that says what is wrong with the method or its message. */
export function compileCall(api: FileRegistry, { method, message }: MixedCall): CompiledCall {
  const found = unaryMethod(api, method);
  const service = SERVICES.find((name) => name === shortName(found.parent));
  if (service === undefined) {
    throw new UsageError(`${method} is of none of the services ${SERVICES.join(", ")}`);
  }
  const template = JSON.stringify(message);
  const encode = (pair: Pair) =>
    toBinary(found.input, parseMessage(api, found.input, filled(template, pair)));
  const always = encode(ANYONE);
  const isAlways = filled(template, ANYONE) === template;
  const viewer = message.viewer_id ?? message.viewerId;
  return {
    path: `/${found.parent.typeName}/${found.name}`,
    service,
    encode: isAlways ? () => always : encode,
    viewerOf(pair) {
      if (service !== "timeline" || viewer === undefined) return undefined;
      return Number(filled(String(viewer), pair));
    },
  };
}

function unaryMethod(api: FileRegistry, method: string): DescMethod {
  const [service = "", name = ""] = method.split("/");
  const found = findMethod(findService(api, service), name);
  if (found.methodKind === "unary") return found;
  throw new UsageError(`${method} is a stream; a mix makes calls with one answer`);
}

function filled(template: string, pair: Pair): string {
  return template
    .replaceAll("{person}", () => String(pair.person))
    .replaceAll("{friend}", () => String(pair.friend));
}
