import type { App, StartCall } from "../../http/types.ts";
import { idOf, originOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { NewSignUp, SignUp } from "../../schemas/sign-up.ts";

const schema = {
  operationId: "signUp",
  summary: "Say that you are new here",
  description:
    "Tells whoever counts people that you joined, and who brought you. You count once: of several the " +
    "first that is heard. Nobody becomes a friend by it.",
  tags: ["friends"],
  body: NewSignUp,
  response: answers(SignUp, "It will be told, whatever crashes."),
};

export function signUp(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.post("/v1/sign-ups", { schema }, async (request) => {
    const { userId } = request.caller;
    const { referrer_id: referrer } = request.body;
    const referrerId = referrer === undefined ? 0n : idOf(referrer, "referrer_id");
    const { place, ...origin } = originOf(request.body);
    await deps.friends.signUp(
      // What somebody comes with is for others to say.
      { userId, referrerId, revenue: 0n, ...origin, place: place?.name ?? "" },
      deps.startCall(request),
    );
    return {
      user_id: String(userId),
      ...(referrer !== undefined && { referrer_id: String(referrerId) }),
    };
  });
}
