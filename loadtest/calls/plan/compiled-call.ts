import type { AnswerHead, CallParts, Target } from "../../drivers/driver.ts";
import type { Answer, Check } from "../checks/check.ts";
import type { Filling } from "../data/functions.ts";

/** What is sent for one call. */
export interface Sent {
  readonly message: Uint8Array;
  readonly parts: CallParts | undefined;
}

/** One step of a flow, ready to be made for any call of the run. */
export interface CompiledCall {
  /** Thresholds and reports call it so. */
  readonly name: string;
  readonly target: Target;
  /** Throws a TemplateError when what it asks for is not there. */
  make(filling: Filling): Sent;
  read(status: number, message: Uint8Array | undefined, head: AnswerHead | undefined): Answer;
  readonly checks: readonly Check[];
  /** JSONPaths by the name of what they save. */
  readonly save: ReadonlyMap<string, string>;
  /** Between the step before and this one, ms: at least and at most. */
  readonly thinkMs: readonly [least: number, most: number];
}

/** Steps one after the other, ready to be made. */
export interface CompiledFlow {
  readonly weight: number;
  readonly steps: readonly { readonly call: CompiledCall; readonly operation: number }[];
}

/** How long an answer may take unless the call says otherwise. */
export const DEFAULT_TIMEOUT_MS = 10_000;
