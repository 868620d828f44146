import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { BlockChange, BlockParams } from "../../schemas/block.ts";

const schema = {
  operationId: "unblockUser",
  summary: "Lift a block",
  description: "What it ended does not come back. Doing it again does no harm.",
  tags: ["friends"],
  params: BlockParams,
  response: answers(BlockChange, "They are not blocked, durably."),
};

export function unblockUser(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.delete("/v1/blocks/:blocked_id", { schema }, async (request) => {
    const blockedId = idOf(request.params.blocked_id, "blocked_id");
    const { userId } = request.caller;
    const { changed } = await deps.friends.unblockUser(
      { userId, blockedId },
      deps.startCall(request),
    );
    return { blocked_id: String(blockedId), changed };
  });
}
