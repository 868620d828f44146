import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { tokenFileIn } from "../../../console/access/admin-token.ts";
import { EXAMPLES } from "../../../loadtest/report/testing/examples.ts";
import { present } from "../../../services/model/invariant.ts";
import { until } from "../until.ts";
import { startTestMesh, type TestMesh } from "./mesh.ts";

export const AUTHOR = 1n;
/** A friend who reads. */
export const READER = 2n;
/** A friend who does not. */
export const AWAY = 3n;

/** A mesh with a console and one post, which is where it should be. */
export interface ConsoleMesh {
  readonly mesh: TestMesh;
  readonly origin: string;
  readonly token: string;
  readonly post: bigint;
  /** One address of each thing that has pages, below /console. */
  readonly pages: readonly string[];
  end(): Promise<void>;
}

/** What any view may have missed: a process that it waited for in vain. */
interface Lacking {
  readonly problems?: readonly string[];
  readonly processes?: readonly { readonly state?: string }[];
}

/**
 * A page below /console as JSON, once it misses nothing. It waits 2 s for each process, which one of a busy machine may
 * take; and after a start nobody coordinates the limits for a moment.
 */
export async function wholeView<T>(
  { origin, token }: Pick<ConsoleMesh, "origin" | "token">,
  path: string,
): Promise<T> {
  const url = `${origin}/console${path}${path.includes("?") ? "&" : "?"}as=json`;
  let view: (T & Lacking) | undefined;
  await until(async () => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status === 503) return false;
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    view = (await answer.json()) as T & Lacking;
    const { problems = [], processes = [] } = view;
    return problems.length === 0 && processes.every(({ state }) => state !== "silent");
  });
  return present(view);
}

/** `env`: of the mesh, beside what the console is told. */
export async function startConsoleMesh(
  env: Readonly<Record<string, string>> = {},
): Promise<ConsoleMesh> {
  const folder = mkdtempSync(join(tmpdir(), "tidings-console-test-"));
  writeFileSync(join(folder, "steady.json"), JSON.stringify(EXAMPLES[0].result));
  const mesh = await startTestMesh({
    console: true,
    neighbours: ["erasure", "ratelimit", "bookstore"],
    env: { ...env, TIDINGS_CONSOLE_REPLAY: "true", TIDINGS_CONSOLE_RUNS_DIR: folder },
  });
  for (const friendId of [READER, AWAY]) await mesh.friends.addFriend({ userId: AUTHOR, friendId });
  // A read makes a timeline active.
  await mesh.timelines[0].getTimeline({
    ...{ viewerId: READER, fromTimeMs: 0n, limit: 1, pageToken: "" },
    order: TimelineOrder.UNSPECIFIED,
  });
  const draft = { authorId: AUTHOR, text: "Seen by whom?", requestId: "", client: "", device: "" };
  const { postId } = await mesh.posts.createPost({ ...draft, place: undefined });
  await mesh.settle();
  return {
    mesh,
    origin: `http://${mesh.host}:${mesh.ports.console}`,
    token: readFileSync(tokenFileIn(mesh.dataDir), "utf8").trim(),
    post: postId,
    pages: [
      ...["", "/queues", "/shards", "/erasures", "/limits", "/bookstore", "/runs"],
      ...[`/post/${postId}`, `/person/${READER}`],
    ],
    end: async () => {
      await mesh.end();
      rmSync(folder, { recursive: true });
    },
  };
}
