import { BinaryReader } from "@bufbuild/protobuf/wire";

/** Where the field stands in requests that reach the handler as bytes. */
const NUMBERS: Readonly<Record<string, number>> = {
  "/tidings.post.v1.PostService/CreatePost": 1,
};
const VARINT = 0;

/** The user id in a field ("viewer_id") of a request, decoded or not; undefined: there is none. */
export function userNamedIn(message: unknown, field: string, path: string): bigint | undefined {
  if (message instanceof Uint8Array) return inBytes(message, NUMBERS[path]);
  const name = field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value = (message as Readonly<Record<string, unknown>>)[name];
  return typeof value === "bigint" ? value : undefined;
}

/** As a decoder would have it: the last of several counts. */
function inBytes(bytes: Uint8Array, wanted: number | undefined): bigint | undefined {
  if (wanted === undefined) return undefined;
  let found = 0n;
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (number === wanted && type === VARINT) found = BigInt(reader.int64());
      else reader.skip(type, number);
    }
  } catch {
    // No message at all: nobody is named.
    return undefined;
  }
  return found;
}
