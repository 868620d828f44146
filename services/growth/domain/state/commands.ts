import type { Origin } from "../figures/day-figures.ts";
import type { Day } from "../figures/days.ts";
import type { Refusal } from "../ledger/referral-ledger.ts";
import type { EventKey } from "./event-key.ts";
import type { PersonId } from "./people.ts";

/** A user to be inserted. */
export interface InsertCommand {
  readonly revenue: number;
  /** 0: nobody. */
  readonly referrer: number;
  /** Undefined: the event has no name. */
  readonly key: EventKey | undefined;
}

interface PersonEvent {
  /** Undefined: it comes from a feed whose position says that it is new. */
  readonly key: EventKey | undefined;
  readonly day: Day;
  readonly person: PersonId;
  readonly origin: Origin;
}

/** What happened to a person of the mesh. */
export type GrowthEvent =
  | (PersonEvent & {
      readonly kind: "signed-up";
      readonly revenue: number;
      /** Undefined: nobody. */
      readonly referrer: PersonId | undefined;
    })
  | (PersonEvent & { readonly kind: "active" | "posted" });

export type EventRefusal =
  | Refusal
  | "key-conflict"
  | "person-known"
  | "self-referral"
  | "too-old"
  | "too-far-ahead";

/** How far a feed was taken in: of what one process of the mesh wrote under one lease, the last row. */
export interface FeedPosition {
  readonly generation: bigint;
  readonly seq: bigint;
}

/** What became of a command. */
export type Outcome =
  | { readonly kind: "done"; readonly user: number }
  | { readonly kind: "duplicate"; readonly user: number }
  | { readonly kind: "refused"; readonly refusal: EventRefusal };
