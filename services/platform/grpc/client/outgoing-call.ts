import { Metadata } from "@grpc/grpc-js";
import { TRACEPARENT_KEY } from "../../../model/traceparent.ts";
import { PRIORITY_KEY, type Priority, priorityOf } from "../../admission/priority.ts";
import type { Span } from "../../telemetry/tracing/tracer.ts";
import type { Call, CallOptions } from "../call.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { USER_TOKEN_KEY } from "../credentials/users/user-tokens.ts";
import { cancelled, DomainError, deadlineExceeded } from "../errors/errors.ts";
import { REQUEST_ID_KEY, ServedCall } from "../served-call.ts";
import type { Channel } from "./channel.ts";

const NO_METADATA = new Metadata();

/**
 * The metadata of a call: what there is to pass on of request id, user, priority and trace. grpc-js copies it.
 */
export function metadataOf(
  options: CallOptions | undefined,
  channel: Pick<Channel, "credentials" | "priority" | "metrics">,
  span: Span | undefined,
): Metadata {
  const { credentials } = channel;
  const requestId = options?.requestId ?? options?.parent?.requestId;
  const userToken = credentials.tls ? userTokenOf(options, credentials) : undefined;
  const priority = priorityOfCall(options, channel);
  const { tracer } = channel.metrics;
  if (requestId === undefined && userToken === undefined && priority === undefined && !tracer) {
    return NO_METADATA;
  }
  const metadata = new Metadata();
  if (requestId !== undefined) metadata.set(REQUEST_ID_KEY, requestId);
  if (userToken !== undefined) metadata.set(USER_TOKEN_KEY, userToken);
  if (priority !== undefined) metadata.set(PRIORITY_KEY, priority);
  if (tracer) {
    const given = options?.traceparent ?? options?.parent?.traceparent;
    metadata.set(TRACEPARENT_KEY, span?.traceparent ?? given ?? tracer.untraced);
  }
  return metadata;
}

/** The call's own, that of the call being served, or the channel's; undefined: as the server takes it. */
export function priorityOfCall(
  options: CallOptions | undefined,
  channel: Pick<Channel, "priority">,
): Priority | undefined {
  if (options?.priority !== undefined) return options.priority;
  const passedOn = options?.parent?.metadata.get(PRIORITY_KEY)[0];
  return passedOn === undefined ? channel.priority : priorityOf(passedOn);
}

/** For the user who is named, or for whom the call that is being served was made. */
function userTokenOf(options: CallOptions | undefined, credentials: Credentials) {
  const { forUser, parent } = options ?? {};
  if (forUser !== undefined) return credentials.userToken(forUser);
  const passedOn = parent?.metadata.get(USER_TOKEN_KEY)[0];
  return typeof passedOn === "string" ? passedOn : undefined;
}

/** When the caller stops waiting, ms since the Unix epoch: the earliest of parent's and own, or Infinity. */
export function deadlineOf(options: CallOptions | undefined, nowMs: number): number {
  if (!options) return Infinity;
  const { parent, deadlineMs = Infinity, timeoutMs = Infinity } = options;
  return Math.min(parent?.deadlineMs ?? Infinity, deadlineMs, nowMs + timeoutMs);
}

/** The deadline of a unary call, which always has one. */
export function unaryDeadlineOf(options: CallOptions | undefined, channel: Channel): number {
  const nowMs = channel.clock.nowMs();
  const deadlineMs = deadlineOf(options, nowMs);
  return deadlineMs === Infinity ? nowMs + channel.defaultDeadlineMs : deadlineMs;
}

/** Throws when there is no time left: such a call is not begun. */
export function assertTimeLeft(path: string, deadlineMs: number, nowMs: number): void {
  if (nowMs < deadlineMs) return;
  throw deadlineExceeded(`the deadline had passed before ${path} was called`);
}

/** Calls `cancel` when the parent call or the signal stops. Returns the way to stop listening. */
export function onStop(
  options: CallOptions | undefined,
  cancel: (reason: DomainError) => void,
): () => void {
  const { parent, signal } = options ?? {};
  const offParent = parent ? onParentStop(parent, cancel) : undefined;
  const offSignal = signal ? onAbort(signal, cancel) : undefined;
  return () => {
    offParent?.();
    offSignal?.();
  };
}

/** A served call tells without an AbortSignal having to be made. */
function onParentStop(parent: Call, cancel: (reason: DomainError) => void): () => void {
  return parent instanceof ServedCall ? parent.onStop(cancel) : onAbort(parent.signal, cancel);
}

function onAbort(signal: AbortSignal, cancel: (reason: DomainError) => void): () => void {
  const listener = () => {
    const { reason } = signal;
    cancel(reason instanceof DomainError ? reason : cancelled("the caller aborted the call"));
  };
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
