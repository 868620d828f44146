import type { Measured } from "../../measure/measured.ts";

/** What one generator measured. */
export interface Part {
  /** Which, from 0. */
  readonly generator: number;
  readonly measured: Measured;
  /** What its probe has to say. */
  readonly sentences: readonly string[];
  /** What ended it before its time. */
  readonly failure: string | undefined;
}

/** Whoever makes the load of a run, as one. Disposing ends them, whatever they do. */
export interface Generators extends Disposable {
  /** All are connected, and their probes watch. Rejects with what to tell the person. */
  readonly ready: Promise<void>;
  /** All steps are over, of those generators who are left. */
  readonly sent: Promise<void>;
  /** Resolves with a sentence when one of them is lost, and what it measured with it. */
  readonly lost: Promise<string>;
  /** After `settled`: what those have measured who are left, and a sentence about each who is not. */
  readonly parts: Promise<{ readonly parts: readonly Part[]; readonly lost: readonly string[] }>;
  /** They begin together, at this time of the wall clock. */
  start(startAtMs: number): void;
  /** Shards have other owners than when they were started. */
  owners(ownerByShard: readonly number[]): void;
  /** No step begins any more. */
  stop(): void;
  /** The target is as quiet as it will be. `look`: probes look for what is missing. */
  settled(look: boolean): void;
  /** Those who still send, or after `settled` have not said what they measured, are lost. */
  giveUp(why: string): void;
}

/** Nothing could be measured. The message names what to do. */
export class GeneratorError extends Error {
  override readonly name = "GeneratorError";
}
