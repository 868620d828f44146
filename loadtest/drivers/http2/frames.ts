/** HTTP/2 frames as bytes (RFC 9113, section 4 and 6): only what a gRPC client needs. */

export const FRAME = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const FRAME_HEADER_BYTES = 9;
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
export const MAX_WINDOW_BYTES = 2 ** 31 - 1;
export const INITIAL_WINDOW_BYTES = 65_535;

/** Settings that a server may announce (RFC 9113, 6.5.2). */
export const SETTING = { maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5 } as const;

/** Settings of this client: no dynamic table to keep, no push, windows that never stop the server. */
const SETTINGS: readonly (readonly [id: number, value: number])[] = [
  [1, 0], // HEADER_TABLE_SIZE: every header block decodes by itself, so decoded blocks can be cached
  [2, 0], // ENABLE_PUSH
  [4, MAX_WINDOW_BYTES], // INITIAL_WINDOW_SIZE
];

export function writeFrameHeader(
  out: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): number {
  out[at] = length >>> 16;
  out[at + 1] = length >>> 8;
  out[at + 2] = length;
  out[at + 3] = type;
  out[at + 4] = flags;
  out[at + 5] = stream >>> 24;
  out[at + 6] = stream >>> 16;
  out[at + 7] = stream >>> 8;
  out[at + 8] = stream;
  return at + FRAME_HEADER_BYTES;
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  out.set(payload, writeFrameHeader(out, 0, payload.length, type, flags, stream));
  return out;
}

/** What a client says first. */
export function greeting(): Buffer {
  const settings = Buffer.alloc(6 * SETTINGS.length);
  SETTINGS.forEach(([id, value], i) => {
    settings.writeUInt16BE(id, 6 * i);
    settings.writeUInt32BE(value, 6 * i + 2);
  });
  const wholeConnection = windowUpdate(0, MAX_WINDOW_BYTES - INITIAL_WINDOW_BYTES);
  return Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0, settings), wholeConnection]);
}

export function windowUpdate(stream: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(FRAME.windowUpdate, 0, stream, payload);
}

/** The payload of a settings frame, by identifier. */
export function readSettings(payload: Buffer): ReadonlyMap<number, number> {
  const settings = new Map<number, number>();
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    settings.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  }
  return settings;
}

export const SETTINGS_ACK = frame(FRAME.settings, FLAG.ack, 0, new Uint8Array());

export function pingAck(payload: Uint8Array): Buffer {
  return frame(FRAME.ping, FLAG.ack, 0, payload);
}

export function resetStream(stream: number): Buffer {
  const CANCEL = 8;
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(CANCEL);
  return frame(FRAME.rstStream, 0, stream, payload);
}

/** The header block of a gRPC call: literals without indexing (RFC 7541, 6.2.2), made once a method. */
export function headerBlock(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    headers.map(([name, value]) => Buffer.concat([Buffer.of(0), literal(name), literal(value)])),
  );
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length: number[] = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
