import type { ServerHttp2Stream } from "node:http2";
import { status } from "@grpc/grpc-js";
import { MAX_METADATA_BYTES } from "../../../../model/limits.ts";
import { answerEarly, statusHeaders } from "../early-answer.ts";

/** What HTTP/2 counts for each header beside its name and value, bytes (RFC 9113, 6.5.2). */
const EACH_BYTES = 32;

/** Answers a call with more metadata than is taken. `rawHeaders`: names and values in turns. True: it was refused. */
export function refuseLargeMetadata(
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
): boolean {
  const bytes = rawHeaders.reduce((sum, one) => sum + one.length, 0);
  const countedBytes = bytes + (EACH_BYTES * rawHeaders.length) / 2;
  if (countedBytes <= MAX_METADATA_BYTES) return false;
  const message = `metadata of ${countedBytes} bytes, at most ${MAX_METADATA_BYTES}: send less with a call`;
  answerEarly(stream, statusHeaders(status.RESOURCE_EXHAUSTED, message));
  return true;
}
