/** HTTP/2 as bytes (RFC 9113), for callers that no library is: types of frames, their flags, and a connection's start. */
export const [DATA, HEADERS, RST_STREAM, SETTINGS, CONTINUATION] = [0, 1, 3, 4, 9];
export const [END_STREAM, END_HEADERS] = [1, 4];

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a caller says first: the preface, and its settings, of which it has none. */
export const OPENING = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1"),
  frame(SETTINGS, 0, 0, Buffer.alloc(0)),
]);
