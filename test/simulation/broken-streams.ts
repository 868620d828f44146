import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { Answer, PageSources } from "../../services/timeline/domain/page/source.ts";
import type { Variant } from "./mesh/environment.ts";

/** Meshes that break what holds for who follows a timeline live, or counts what is new: no scroll notices. */
export const BROKEN_STREAMS: Readonly<Record<string, () => Variant>> = {
  "a stream resumes behind the newest entry that was seen": () => ({
    opening: (request) => ({ ...request, resumeCursor: "" }),
  }),
  "a stream hears of posts that are not pushed": () => ({
    pulledWatch: (watch) => void Object.assign(watch, { heard: () => {} }),
  }),
  "a stream names what it lacks": () => ({
    live: (sources, of) => (of === "streams" ? reading(sources, unnamed) : sources),
  }),
  "a count names what it lacks": () => ({
    live: (sources, of) => (of === "counts" ? reading(sources, unnamed) : sources),
  }),
};

function reading(sources: PageSources, read: (answer: Answer, stop: bigint) => Answer) {
  const inMemory: PageSources["inMemory"] = (viewer, friends) =>
    sources.inMemory(viewer, friends).map((source) => ({
      read: (stretch, visible) => read(source.read(stretch, visible), stretch.stop),
    }));
  return { ...sources, inMemory };
}

/** Says that it is all. */
function unnamed(answer: Answer, stop: bigint): Answer {
  const { from, end, missing } = answer;
  if (missing === undefined || missing === DegradedReason.BELOW_FLOOR) return answer;
  return end === "full" ? { from, end } : { from: stop, end: "reached" };
}
