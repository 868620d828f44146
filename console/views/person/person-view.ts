import { unavailable } from "../../../services/platform/grpc/errors/errors.ts";
import { type Inspection, inspectionOf } from "../../../tools/timeline/inspection.ts";
import type { MeshClients } from "../../sources/mesh-clients.ts";
import { idIn } from "../ids.ts";
import type { View } from "../view.ts";
import { personPage } from "./person-page.ts";

const PAGE_ENTRIES = 50;

/**
 * /console/person/ID: a person's timeline, and where each entry lies. A timeline that is inactive stays so:
 * reading a page of it would fill it.
 */
export function personView({ timelines }: Pick<MeshClients, "timelines">): View {
  return {
    path: "/person/:person",
    open: async ({ params, query }) => {
      const viewer = idIn(params.person, "person");
      const data = await inspect(timelines, viewer, query.get("token") ?? "");
      return { title: `Timeline of ${viewer}`, data, body: personPage(data) };
    },
  };
}

async function inspect(
  timelines: MeshClients["timelines"],
  viewerId: bigint,
  pageToken: string,
): Promise<Inspection> {
  const [owner = ""] = (await timelines.byOwner([viewerId])).keys();
  if (owner === "") throw unavailable("nobody serves this person's shard now: try again later");
  const found = await timelines.at(owner).inspectTimeline({
    ...{ viewerId, pageToken },
    limit: PAGE_ENTRIES,
    onlyIfActive: true,
  });
  return inspectionOf(viewerId, owner, found);
}
