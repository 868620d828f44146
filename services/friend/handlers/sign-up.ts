import { createHash } from "node:crypto";
import { Event } from "#gen/event/v1/event.ts";
import type { FriendServiceService, SignUpRequest } from "#gen/friend/v1/friend.ts";
import type { UserId } from "../../model/ids.ts";
import {
  MAX_CLIENT_BYTES,
  MAX_DEVICE_BYTES,
  MAX_PLACE_NAME_BYTES,
  MAX_SIGN_UP_REVENUE,
} from "../../model/limits.ts";
import { unreadableLabel } from "../../model/texts/readable-text.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";
import { type GonePeople, refuseGone } from "../../platform/people/refuse-gone.ts";
import type { PeopleNews } from "../ports.ts";
import { userId } from "./arguments.ts";

const MAX_BYTES = {
  client: MAX_CLIENT_BYTES,
  device: MAX_DEVICE_BYTES,
  place: MAX_PLACE_NAME_BYTES,
} as const;
const MESSAGE_ID_BYTES = 16;

interface SignUpDeps {
  readonly news: PeopleNews;
  readonly people: GonePeople;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Says on the topic people that somebody joined. */
export function signUp({
  news,
  people,
  clock,
}: SignUpDeps): Handler<(typeof FriendServiceService)["signUp"]> {
  return async (request, { requestId }) => {
    const user = userId("user_id", request.userId);
    const referrers = checkSignUp(request);
    await refuseGone(people, user, ...referrers);
    const value = { ...request, timeMs: BigInt(clock.nowMs()) };
    const event = { $case: "signUp", value } as const;
    await news.tell(Event.encode({ event, requestId, messageId: signUpIdOf(user) }).finish());
    return {};
  };
}

/** Who brought the person: one, or nobody. */
function checkSignUp(request: SignUpRequest): readonly UserId[] {
  const { userId: user, referrerId, revenue } = request;
  const referrers = referrerId === 0n ? [] : [userId("referrer_id", referrerId)];
  if (referrerId === user) {
    throw invalidArgument("referrer_id", "equals user_id", "name somebody else, or nobody");
  }
  if (revenue < 0n || revenue > BigInt(MAX_SIGN_UP_REVENUE)) {
    throw invalidArgument("revenue", `is ${revenue}`, `send 0 to ${MAX_SIGN_UP_REVENUE}`);
  }
  for (const field of ["client", "device", "place"] as const) {
    const bytes = Buffer.byteLength(request[field]);
    if (bytes > MAX_BYTES[field]) {
      throw invalidArgument(field, `is ${bytes} bytes`, `send at most ${MAX_BYTES[field]}`);
    }
    refuseField(field, unreadableLabel(request[field]));
  }
  return referrers;
}

/** One for each person: a person signs up once, however often that is said. */
function signUpIdOf(user: UserId): Buffer {
  return createHash("sha256").update(`sign-up ${user}`).digest().subarray(0, MESSAGE_ID_BYTES);
}
