import { type ArrivalRates, Arrivals, type Span } from "../../kernel/arrivals.ts";
import { Choice } from "../../kernel/choice.ts";
import { Random } from "../../kernel/random.ts";
import type { Model } from "../../model.ts";
import { STREAM } from "../streams.ts";

/** The posts that come to one process: when, and of authors with how many friends. */
export class PostSource {
  readonly arrivals: Arrivals;
  readonly #friends: Int32Array;
  readonly #groups: Choice;

  constructor(
    { audience }: Model,
    rates: ArrivalRates,
    span: Span,
    { seed, process }: { readonly seed: number; readonly process: number },
  ) {
    const stream = STREAM.posts + 2 * process;
    this.arrivals = new Arrivals(rates, span, seed, stream);
    this.#friends = Int32Array.from(audience.authors, ({ friends }) => friends);
    const shares = audience.authors.map(({ share }) => share);
    this.#groups = new Choice(shares, new Random(seed, stream + 1));
  }

  /** Of the next post's author. */
  friends(): number {
    return this.#friends[this.#groups.draw()];
  }
}
