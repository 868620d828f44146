import { isUserId, trustedUserId } from "../../../model/ids.ts";
import type { GoneState } from "../../../model/person-states.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { type GonePeople, personGone, refuseGone } from "../../../platform/people/refuse-gone.ts";
import { type Checked, errorResult, isDraft } from "../orders/checked.ts";

/** A handler of what begins an order, refused to buyers who are hidden or erased. */
export function buying<Request extends { readonly buyerId: bigint }, Response>(
  people: GonePeople,
  handle: (request: Request, call: Call) => Promise<Response>,
): (request: Request, call: Call) => Promise<Response> {
  return async (request, call) => {
    // What is no id at all the handler refuses, with what is wrong with it.
    if (isUserId(request.buyerId)) await refuseGone(people, request.buyerId);
    return handle(request, call);
  };
}

/** The same of many: theirs are answered with the error, and the others go on. At once where it is all known. */
export function withoutGoneBuyers(
  people: GonePeople,
  checked: readonly Checked[],
): readonly Checked[] | Promise<readonly Checked[]> {
  if (!people.hidesAny) return checked;
  const buyers = new Set(checked.flatMap((one) => (isDraft(one) ? [one.buyerId] : [])));
  const gone = people.goneAmong([...buyers].map(trustedUserId));
  return gone instanceof Promise
    ? gone.then((known) => refused(known, checked))
    : refused(gone, checked);
}

function refused(
  gone: ReadonlyMap<bigint, GoneState>,
  checked: readonly Checked[],
): readonly Checked[] {
  if (gone.size === 0) return checked;
  return checked.map((one) => {
    const state = isDraft(one) ? gone.get(one.buyerId) : undefined;
    return isDraft(one) && state !== undefined
      ? errorResult(personGone(trustedUserId(one.buyerId), state))
      : one;
  });
}
