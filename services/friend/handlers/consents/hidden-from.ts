import type { UserId } from "../../../model/ids.ts";
import type { GonePeople } from "../../../platform/people/refuse-gone.ts";
import type { Consents } from "../../ports.ts";

/** In the order of `others`: hidden from one person by a block of either, or from everybody. */
export type HiddenFrom = (user: UserId, others: readonly UserId[]) => Promise<readonly boolean[]>;

export function hiddenFrom(consents: Pick<Consents, "hidden">, people: GonePeople): HiddenFrom {
  return async (user, others) => {
    if (!people.hidesAny) return consents.hidden(user, others);
    const [hidden, gone] = await Promise.all([
      consents.hidden(user, others),
      people.goneAmong(others),
    ]);
    return others.map((other, i) => hidden[i] || gone.has(other));
  };
}
