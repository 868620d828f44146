import type { InspectTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { inspectionOf } from "./inspection.ts";

const NAME_WIDTH = 12;
const ID_WIDTH = 20;

/** An inspected timeline, for people. */
export function inspectionText(
  viewer: bigint,
  owner: string,
  found: InspectTimelineResponse,
): string {
  const { facts, entries, degraded, next_page_token } = inspectionOf(viewer, owner, found);
  const lines = facts.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`);
  const rows = entries.map(({ post_id, author_id, create_time, source }) =>
    [post_id.padEnd(ID_WIDTH), author_id.padEnd(ID_WIDTH), create_time, ` ${source}`].join(" "),
  );
  const end = next_page_token === "" ? "the feed ends here" : `--token ${next_page_token}`;
  const more = `${"more".padEnd(NAME_WIDTH)}${end}`;
  const lacks = `${"degraded".padEnd(NAME_WIDTH)}${degraded.join(", ") || "no"}`;
  return [...lines, "", ...rows, "", lacks, more].join("\n");
}
