import { UNSEEN } from "../sent-again.ts";

/** gRPC over HTTP/2, errors: what stands for an error code of RST_STREAM. */
const STATUS_OF_RESET: Readonly<Record<number, number>> = {
  7: UNSEEN, // REFUSED_STREAM
  8: 1, // CANCEL: CANCELLED
  11: 8, // ENHANCE_YOUR_CALM: RESOURCE_EXHAUSTED
  12: 7, // INADEQUATE_SECURITY: PERMISSION_DENIED
};
const INTERNAL = 13;

/** By the frame's payload; what is not named there is INTERNAL. */
export function statusOfReset(payload: Buffer): number {
  return STATUS_OF_RESET[payload.readUInt32BE(0)] ?? INTERNAL;
}
