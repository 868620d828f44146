import { launchMesh, type MeshOptions } from "../mesh/mesh.ts";
import { settle } from "../mesh/settle.ts";
import { noErrors, oneRetry, retryAfter } from "../trial/one-retry.ts";
import { asked, json, type Person } from "../trial/people.ts";
import { makePeople } from "../trial/trial.ts";
import type { Acknowledged } from "../trial/verdict.ts";
import { packFolder, type RecordedData } from "./recorded-data.ts";

const PEOPLE = 6;
const POSTS_EACH = 4;
const RETRY = { retry: retryAfter(500), timeoutMs: 10_000 };

/** Has a version store a little of everything, and leave some of it undelivered; then it is killed. */
export async function recordData(mesh: MeshOptions, commit: string): Promise<RecordedData> {
  const launch = launchMesh(mesh);
  try {
    const running = await launch.ready;
    const people = await makePeople(running, { mesh, people: PEOPLE });
    const gateways = [`http://${running.host}:${running.ports.gateway}`];
    const send = oneRetry({ ...RETRY, gateways }, noErrors());
    const everyonePosts = async (round: string): Promise<readonly Acknowledged[]> => {
      const posts: Acknowledged[] = [];
      for (const person of people) {
        for (let i = 0; i < POSTS_EACH; i++) posts.push(await post(person, `${round} ${i}`));
      }
      return posts;
    };
    const post = async (person: Person, words: string): Promise<Acknowledged> => {
      const text = `${person.id} says ${words}`;
      const answer = await send("/v1/posts", json(person, { text }));
      return { author: person.id, postId: (answer as { post_id: string }).post_id, text };
    };
    const read = (person: Person, query: string) =>
      send(`/v1/timeline?${query}`, asked(person)) as Promise<Page>;

    for (const person of people) await read(person, "limit=5");
    const delivered = await everyonePosts("delivered");
    await settle(running);
    const [viewer] = people;
    const { next_page_token: token } = await read(viewer, "limit=5");
    const below = await read(viewer, `limit=200&page_token=${encodeURIComponent(token)}`);
    await running.kill("fanout", "SIGKILL");
    const waiting = await everyonePosts("not delivered yet");
    for (const label of running.processes.keys()) await running.kill(label, "SIGKILL");
    return {
      commit,
      people: PEOPLE,
      posts: [...delivered, ...waiting],
      cursor: { viewer: viewer.id, token, ids: below.entries.map(({ post_id }) => post_id) },
      files: await packFolder(mesh.dataDir),
    };
  } finally {
    await launch.stop();
  }
}

interface Page {
  readonly entries: readonly { readonly post_id: string }[];
  readonly next_page_token: string;
}
