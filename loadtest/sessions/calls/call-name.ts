import type { MixedCall } from "../../scenarios/scenario.ts";

/**
 * The names of calls as operations, in their order: "timeline.GetTimeline" for
 * "tidings.timeline.v1.TimelineService/GetTimeline", "timeline.GetTimeline-2" for the second of that method.
 */
export function callNames(calls: readonly Pick<MixedCall, "method">[]): readonly string[] {
  const seen = new Map<string, number>();
  return calls.map(({ method }) => {
    const [service = "", rpc = ""] = method.split("/");
    const short = service.slice(service.lastIndexOf(".") + 1).replace(/Service$/, "");
    const name = `${short.toLowerCase()}.${rpc}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  });
}
