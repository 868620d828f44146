import { type DescMethod, type FileRegistry, toBinary } from "@bufbuild/protobuf";
import { findMethod, findService, shortName, UsageError } from "../../../tools/call/api.ts";
import { parseMessage } from "../../../tools/call/json.ts";
import type { MixedCall } from "../../scenarios/scenario.ts";
import { remembered } from "./remembered.ts";

/** Whom a call is about. */
export interface Pair {
  readonly person: number;
  /** One of the person's friends. */
  readonly friend: number;
  /** One after the other, for each "{post}" of a message. */
  readonly posts?: readonly bigint[];
}

/** A call of a mix, ready to be made of anyone. */
export interface CompiledCall {
  /** As "/tidings.post.v1.PostService/CreatePost". */
  readonly path: string;
  readonly service: Service;
  /** How many "{post}" its message has. */
  readonly postCount: number;
  encode(pair: Pair): Uint8Array;
  /** Whose timeline it is about; undefined: nobody's. */
  viewerOf(pair: Pair): number | undefined;
}

const SERVICES = ["post", "friend", "timeline", "ranking", "engagement"] as const;
type Service = (typeof SERVICES)[number];
const POST = "{post}";
const FRIEND = "{friend}";

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
  const postCount = template.split(POST).length - 1;
  const anyone = { person: 1, friend: 2, posts: Array.from({ length: postCount }, () => 1n) };
  const always = encode(anyone);
  const isAlways = filled(template, anyone) === template;
  const isOfOne = postCount === 0 && !template.includes(FRIEND);
  // Writing JSON into a message takes longer than to send it.
  const encodeOnce = remembered(({ person }: Pair) => person, encode);
  const viewer = message.viewer_id ?? message.viewerId;
  return {
    path: `/${found.parent.typeName}/${found.name}`,
    service,
    postCount,
    encode: isAlways ? () => always : isOfOne ? encodeOnce : encode,
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
  let post = 0;
  return template
    .replaceAll(POST, () => String(pair.posts?.[post++] ?? 0n))
    .replaceAll("{person}", () => String(pair.person))
    .replaceAll(FRIEND, () => String(pair.friend));
}
