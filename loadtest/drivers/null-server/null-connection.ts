import type { Socket } from "node:net";
import {
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frame,
  headerBlock,
  PREFACE,
  pingAck,
  SETTING,
  SETTINGS_ACK,
  windowUpdate,
  writeFrameHeader,
} from "../http2/frames.ts";
import type { Pace } from "./exact-pace.ts";

export interface NullAnswer {
  /** An encoded message; every call is answered with it. */
  readonly message: Uint8Array;
  /** Announced stream limit. */
  readonly maxStreams: number;
  /** Runs before the calls of one read are answered: stalls are injected here. */
  readonly beforeAnswers?: () => void;
  /** When a call is answered; at once without. */
  readonly pace?: Pace;
}

const WINDOW_BYTES = 2 ** 30;
const TOP_UP_BYTES = 2 ** 29;
const STREAM_BITS = 0x7fffffff;

/**
 * The least that a gRPC client takes for a server: it looks at frame headers only, never decodes a
 * request, and answers every call at once. One write for all calls of one read, unless it has a pace.
 */
export function serveNull(socket: Socket, answer: NullAnswer): void {
  const { pace } = answer;
  const template = answerTemplate(answer.message);
  const refusal = refusalTemplate();
  let rest: Buffer = Buffer.alloc(0);
  let unread = PREFACE.length;
  let receivedBytes = 0;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.write(Buffer.concat([settings(answer.maxStreams), windowUpdate(0, WINDOW_BYTES)]));
  socket.on("data", (chunk: Buffer) => {
    const out: Buffer[] = [];
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = Math.min(unread, bytes.length);
    unread -= at;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const type = bytes[at + 3];
      const flags = bytes[at + 4];
      if (type === FRAME.data) receivedBytes += length;
      if (type <= FRAME.headers && flags & FLAG.endStream) {
        const stream = bytes.readUInt32BE(at + 5) & STREAM_BITS;
        if (!pace) out.push(answerTo(template, stream));
        else pace((isRefused) => socket.write(answerTo(isRefused ? refusal : template, stream)));
      } else if (type === FRAME.settings && !(flags & FLAG.ack)) out.push(SETTINGS_ACK);
      else if (type === FRAME.ping && !(flags & FLAG.ack)) {
        out.push(pingAck(bytes.subarray(at + FRAME_HEADER_BYTES, end)));
      }
      at = end;
    }
    rest = bytes.subarray(at);
    if (receivedBytes >= TOP_UP_BYTES) {
      out.push(windowUpdate(0, receivedBytes));
      receivedBytes = 0;
    }
    if (out.length === 0) return;
    answer.beforeAnswers?.();
    socket.write(out.length === 1 ? out[0] : Buffer.concat(out));
  });
}

function settings(maxStreams: number): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeUInt16BE(SETTING.maxConcurrentStreams, 0);
  payload.writeUInt32BE(maxStreams, 2);
  payload.writeUInt16BE(SETTING.initialWindowSize, 6);
  payload.writeUInt32BE(WINDOW_BYTES, 8);
  return frame(FRAME.settings, 0, 0, payload);
}

interface Template {
  readonly bytes: Buffer;
  /** Where the stream's number stands: only that differs between calls. */
  readonly streamsAt: readonly number[];
}

/** Headers, data and trailers as one piece. */
function answerTemplate(message: Uint8Array): Template {
  const data = Buffer.alloc(5 + message.length);
  data.writeUInt32BE(message.length, 1);
  data.set(message, 5);
  const head = headerBlock([
    [":status", "200"],
    ["content-type", "application/grpc"],
  ]);
  const tail = headerBlock([["grpc-status", "0"]]);
  return templateOf([
    { type: FRAME.headers, flags: FLAG.endHeaders, payload: head },
    { type: FRAME.data, flags: 0, payload: data },
    { type: FRAME.headers, flags: FLAG.endHeaders | FLAG.endStream, payload: tail },
  ]);
}

/** Trailers alone, of RESOURCE_EXHAUSTED. */
function refusalTemplate(): Template {
  const payload = headerBlock([
    [":status", "200"],
    ["content-type", "application/grpc"],
    ["grpc-status", "8"],
  ]);
  return templateOf([{ type: FRAME.headers, flags: FLAG.endHeaders | FLAG.endStream, payload }]);
}

interface Part {
  readonly type: number;
  readonly flags: number;
  readonly payload: Buffer;
}

function templateOf(parts: readonly Part[]): Template {
  const streamsAt: number[] = [];
  const bytes = Buffer.alloc(
    parts.reduce((sum, { payload }) => sum + FRAME_HEADER_BYTES + payload.length, 0),
  );
  let at = 0;
  for (const { type, flags, payload } of parts) {
    streamsAt.push(at + 5);
    at = writeFrameHeader(bytes, at, payload.length, type, flags, 0);
    bytes.set(payload, at);
    at += payload.length;
  }
  return { bytes, streamsAt };
}

function answerTo({ bytes, streamsAt }: Template, stream: number): Buffer {
  const out = Buffer.from(bytes);
  for (const at of streamsAt) out.writeUInt32BE(stream, at);
  return out;
}
