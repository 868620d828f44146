import { createInterface } from "node:readline";
import type { DescMethod, FileRegistry, Message } from "@bufbuild/protobuf";
import { UsageError } from "./api.ts";
import { parseMessage } from "./json.ts";

const STDIN = "-";

/**
 * What to send: the JSON arguments, one message each; {} when there are none; "-" reads messages from
 * the input, a line each. Arguments are checked before the first is sent.
 */
export function requestsOf(
  api: FileRegistry,
  method: DescMethod,
  texts: readonly string[],
  input: NodeJS.ReadableStream,
): AsyncIterable<Message> | Iterable<Message> {
  const takesMany =
    method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
  if (texts.length > 1 && !takesMany) {
    throw new UsageError(`${method.name} takes one request; this is ${texts.length}`);
  }
  const parse = (text: string) => parseMessage(api, method.input, text);
  if (texts[0] === STDIN) return linesOf(input, parse, takesMany);
  return (texts.length === 0 ? ["{}"] : texts).map(parse);
}

async function* linesOf(
  input: NodeJS.ReadableStream,
  parse: (text: string) => Message,
  takesMany: boolean,
): AsyncGenerator<Message> {
  for await (const line of createInterface({ input })) {
    if (line.trim() === "") continue;
    yield parse(line);
    if (!takesMany) return;
  }
}
