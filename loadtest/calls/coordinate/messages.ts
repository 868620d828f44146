import type { PlayCallsOptions } from "../play/play-calls.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** The `server` header of a coordinator's answers: any server may be at an address that was typed wrong. */
export const COORDINATOR = "load-coordinator";

/** What a machine says when it joins. */
export interface Joining {
  /** As it calls itself. */
  readonly host?: string;
}

/** What a machine is told when it joins. */
export interface Joined {
  readonly run: string;
  /** Which part it makes, from 0. */
  readonly index: number;
  readonly of: number;
  readonly scenario: CallScenario;
  /** A FileDescriptorSet in base64; none over HTTP. */
  readonly descriptors: string | undefined;
  /** What of its trace was left out or changed, in sentences. */
  readonly notes?: readonly string[];
  readonly generator: PlayCallsOptions["generator"];
  /** So often it says that it is there. */
  readonly aliveEveryMs: number;
}

/** All machines have joined: now they connect. */
export interface Gathered {
  readonly machines: number;
}

/** What a machine says of itself: that it is there, that it is connected, or why it makes no part. */
export interface Of {
  readonly index: number;
  readonly problem?: string;
}

/** When all begin, by the coordinator's clock, ms since the Unix epoch. */
export interface Start {
  readonly startAtMs: number;
}

export interface Time {
  readonly nowMs: number;
}
