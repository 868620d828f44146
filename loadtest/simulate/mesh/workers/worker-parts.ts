import type { Events } from "../../kernel/events.ts";
import type { Sampler } from "../../kernel/sampler.ts";
import type { Servers } from "../../kernel/servers.ts";
import type { Model } from "../../model.ts";
import type { Bundles } from "../bundles.ts";
import type { BusQueue } from "../bus.ts";
import type { FriendService } from "../friend-service.ts";
import type { Posts } from "../posts/posts.ts";

/** What is around the workers, and what they all have. */
export interface WorkerParts {
  readonly events: Events;
  readonly model: Model;
  readonly seed: number;
  readonly hop: Sampler;
  readonly queues: { readonly posts: BusQueue; readonly chunks: BusQueue };
  readonly posts: Posts;
  readonly friends: FriendService;
  readonly threads: Servers;
  readonly bundles: Bundles;
}
