import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { BlockChange, BlockParams } from "../../schemas/block.ts";

const schema = {
  operationId: "blockUser",
  summary: "Block somebody",
  description:
    "Ends a friendship and requests between the two of you, and hides each from the other. They are not " +
    "told: what they ask stays unanswered. Doing it again does no harm.",
  tags: ["friends"],
  params: BlockParams,
  response: answers(BlockChange, "They are blocked, durably."),
};

export function blockUser(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.put("/v1/blocks/:blocked_id", { schema }, async (request) => {
    const blockedId = idOf(request.params.blocked_id, "blocked_id");
    const { userId } = request.caller;
    const { changed } = await deps.friends.blockUser(
      { userId, blockedId },
      deps.startCall(request),
    );
    return { blocked_id: String(blockedId), changed };
  });
}
