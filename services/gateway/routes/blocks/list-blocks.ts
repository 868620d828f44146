import { DEFAULT_RELATIONS_PAGE } from "../../../model/limits.ts";
import { ID_CURSOR, pageTokens } from "../../../platform/grpc/page-tokens.ts";
import type { App, StartCall } from "../../http/types.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { BlocksPage, BlocksQuery } from "../../schemas/block.ts";

const schema = {
  operationId: "listBlocks",
  summary: "List whom one has blocked",
  description: "In ascending order of ids. Read the next page with next_page_token.",
  tags: ["friends"],
  querystring: BlocksQuery,
  response: answers(BlocksPage, "A page of blocks."),
};

export function listBlocks(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.get("/v1/blocks", { schema }, async (request) => {
    const { limit = DEFAULT_RELATIONS_PAGE, page_token: token = "" } = request.query;
    const { userId } = request.caller;
    const tokens = pageTokens(ID_CURSOR, "blocks", userId);
    const fromUserId = BigInt(tokens.cursorOf(token));
    const { blocks, nextUserId } = await deps.friends.listBlocks(
      { userId, fromUserId, limit },
      deps.startCall(request),
    );
    return {
      blocks: blocks.map(({ userId: other, createTimeMs }) => ({
        user_id: String(other),
        create_time: new Date(Number(createTimeMs)).toISOString(),
      })),
      ...(nextUserId > 0n && { next_page_token: tokens.tokenOf(String(nextUserId)) }),
    };
  });
}
