import { Type } from "@sinclair/typebox";
import { relationsQuery } from "./friend.ts";
import { id, nextPageToken, time } from "./ids.ts";

export const BlockParams = Type.Object({ blocked_id: id("The other person") });

export const BlockChange = Type.Object({
  blocked_id: id("The other person"),
  changed: Type.Boolean({ description: "False when it was so already." }),
});

export const BlocksQuery = Type.Object(relationsQuery, { additionalProperties: false });

export const BlocksPage = Type.Object({
  blocks: Type.Array(
    Type.Object({ user_id: id("Who is blocked"), create_time: time("Since when") }),
    { description: "Ascending by user_id." },
  ),
  next_page_token: nextPageToken,
});
