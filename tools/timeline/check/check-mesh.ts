import { readPulledFrom } from "../../../services/friend/host/read-pulled.ts";
import { firstPostIdAt, type PostId } from "../../../services/model/ids.ts";
import { PulledTable } from "../../../services/model/pulled/pulled-table.ts";
import { readConfig } from "../../../services/platform/config/config.ts";
import { addressesVariable } from "../../../services/platform/config/mesh.ts";
import { type ConnectOptions, connect } from "../../../services/platform/grpc/client/client.ts";
import { createFriendSource } from "../../../services/timeline/adapters/grpc/friend-source.ts";
import { createPostLog } from "../../../services/timeline/adapters/grpc/post-log.ts";
import type { Owners, TimelineClient } from "../owners.ts";
import { checkOwner, type OwnerCheck, type Truth } from "./check-owner.ts";
import { readLogWindow } from "./read-log-window.ts";

export interface CheckOptions {
  readonly hours: number;
  readonly settleSeconds: number;
  readonly isRepair: boolean;
}

const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 30_000;
const UNKNOWN_VERSION = -1n;

/** Checks one owner after the other against the services that TIDINGS_* names. */
export async function checkMesh(
  owners: Owners,
  options: CheckOptions,
  connecting: Omit<ConnectOptions, "to">,
  onChecked: (address: string, check: OwnerCheck) => void,
): Promise<readonly OwnerCheck[]> {
  const nowMs = Date.now();
  const until = firstPostIdAt(nowMs - options.settleSeconds * 1_000);
  const since = firstPostIdAt(nowMs - options.hours * HOUR_MS);
  using truth = await openTruth({ since, until }, connecting);
  const checks: OwnerCheck[] = [];
  for (const address of owners.addresses) {
    const client = owners.at(address);
    const viewers = await activeViewers(client);
    const check = await checkOwner(client, viewers, truth, options.isRepair);
    onChecked(address, check);
    checks.push(check);
  }
  return checks;
}

async function openTruth(
  { since, until }: { readonly since: PostId; readonly until: PostId },
  connecting: Omit<ConnectOptions, "to">,
): Promise<Truth & Disposable> {
  const { posts, friends } = readConfig(
    {
      posts: addressesVariable("post", process.env),
      friends: addressesVariable("friend", process.env),
    },
    process.env,
  );
  using post = connect(posts, { ...connecting, to: "post" });
  const friend = connect(friends, { ...connecting, to: "friend" });
  try {
    const log = await readLogWindow(createPostLog(post, { timeoutMs: TIMEOUT_MS }), since, until);
    const pulled = await readPulledFrom(friend, TIMEOUT_MS)(UNKNOWN_VERSION);
    return {
      ...{ log, until, table: new PulledTable(pulled) },
      friends: createFriendSource(friend, TIMEOUT_MS),
      [Symbol.dispose]: () => friend.close(),
    };
  } catch (error) {
    friend.close();
    throw error;
  }
}

async function activeViewers(client: TimelineClient): Promise<readonly bigint[]> {
  const viewers: bigint[] = [];
  let place = 0n;
  do {
    const answer = await client.listActiveViewers({ place, shard: undefined });
    viewers.push(...answer.viewerIds);
    place = answer.nextPlace;
  } while (place !== 0n);
  return viewers;
}
