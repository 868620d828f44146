import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { residentMiB } from "../loadtest/measure/machine/process-use.ts";
import { present } from "../services/model/invariant.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { circleEnv, clientsOf, makeCircle, personAt } from "./support/circle-world.ts";
import type { Benchmark } from "./support/table.ts";

const SERVICES = ["post", "friend", "ranking", "timeline", "fanout", "gateway"] as const;
const CIRCLE = { people: 1_000, friendsEach: 200, ringEntries: 800 };
const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
const SAMPLE_MS = 5_000;
/** The first part of the samples, in which heaps and stores still find their size. */
const WARM_UP_SHARE = 0.3;
const POSTERS = 2;
const READERS = 4;

/** Resident memory of every service while people post and read, and how fast it grows. */
export const memory: Benchmark = {
  name: "memory",
  about: `resident memory of each service over ${MINUTES} minutes of traffic on full rings`,
  async run() {
    const mesh = await startBenchMesh(SERVICES, circleEnv(CIRCLE));
    const { posts, timelines, close } = clientsOf(mesh);
    try {
      await makeCircle(mesh, CIRCLE);
      const endMs = performance.now() + MINUTES * 60_000;
      const counts = { posts: 0, pages: 0 };
      const isOver = () => performance.now() >= endMs;
      const poster = async () => {
        while (!isOver()) {
          const authorId = personAt(counts.posts++, CIRCLE.people);
          await posts.createPost(
            CreatePostRequest.fromPartial({ authorId, text: "x".repeat(120) }),
          );
        }
      };
      const reader = async () => {
        while (!isOver()) {
          const viewerId = personAt(counts.pages++, CIRCLE.people);
          await timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId }));
        }
      };
      const samples = sampling(
        SERVICES.map((name) => mesh.process(name).pid),
        isOver,
      );
      await Promise.all([
        ...Array.from({ length: POSTERS }, poster),
        ...Array.from({ length: READERS }, reader),
      ]);
      const series = await samples;
      return SERVICES.map((name, i) => {
        const values = series.map((sample) => sample[i]);
        return {
          what: `memory of ${name}`,
          measured: `${values[0].toFixed(0)} to ${present(values.at(-1)).toFixed(0)} MiB in ${MINUTES} min (${counts.posts} posts, ${counts.pages} pages)`,
          ratio: `${slopePerMinute(values).toFixed(2)} MiB/min`,
          aim: "near 0",
        };
      });
    } finally {
      close();
      await mesh.stop();
    }
  },
};

async function sampling(pids: readonly number[], isOver: () => boolean) {
  const samples: number[][] = [];
  while (!isOver()) {
    samples.push(pids.map(residentMiB));
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  return samples;
}

/** Least squares over the samples after the warm-up. */
export function slopePerMinute(values: readonly number[]): number {
  const from = Math.floor(values.length * WARM_UP_SHARE);
  const ys = values.slice(from);
  const meanX = (ys.length - 1) / 2;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
  const covariance = ys.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0);
  const variance = ys.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return (covariance / variance) * (60_000 / SAMPLE_MS);
}
