import type { PersonStates, Standing } from "../../model/person-states.ts";
import type { Reaction, ReactionEraser } from "../ports.ts";

export interface WithdrawDeps {
  readonly states: Pick<PersonStates, "goneAmong" | "standing">;
  readonly eraser: Pick<ReactionEraser, "setAside" | "putBack" | "erase">;
}

/** The person was hidden while the reaction was being stored: what becomes of all others becomes of it. */
export async function withdrawIfGone(
  { states, eraser }: WithdrawDeps,
  reaction: Reaction,
): Promise<void> {
  if (!(await states.goneAmong([reaction.user])).has(reaction.user)) return;
  for (let last: Standing | undefined; ; ) {
    const now = await states.standing(reaction.user);
    const { state, change } = now;
    // They came back meanwhile: it must not stay behind.
    if (state === "visible") return eraser.putBack([reaction], change);
    if (state === "erased") return eraser.erase([reaction]);
    if (last?.change === change) return;
    await eraser.setAside([reaction], change);
    last = now;
  }
}
