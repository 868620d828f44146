import type { Events } from "../../kernel/events.ts";
import type { Sampler } from "../../kernel/sampler.ts";
import type { Servers } from "../../kernel/servers.ts";
import type { Model } from "../../model.ts";
import type { Bundles } from "../bundles.ts";
import type { LagRecorder } from "../lags/lag-recorder.ts";
import type { Owners } from "../owners/owners.ts";

export interface AppendParts {
  readonly events: Events;
  readonly bundles: Bundles;
  readonly owners: Owners;
  readonly threads: Servers;
  readonly recorder: LagRecorder;
  readonly hop: Sampler;
  readonly model: Model;
  readonly seed: number;
  /** The kind of event that says that the acks of a bundle are at the bus. */
  readonly done: number;
}
