import { STEPS_PATH, type StepsAnswer } from "../../services/model/post-steps.ts";
import type { ProcessPages } from "./process-pages.ts";

/** What the processes have seen of a post: by label, of those that keep steps and answer. */
export type StepsByProcess = ReadonlyMap<string, StepsAnswer>;

export interface FoundSteps {
  readonly byProcess: StepsByProcess;
  /** Why a process does not answer, by label. */
  readonly silent: ReadonlyMap<string, string>;
}

/** Asks all of them. */
export async function readSteps(
  pages: Pick<ProcessPages, "all">,
  post: bigint,
): Promise<FoundSteps> {
  const answers = [...(await pages.all(`${STEPS_PATH}?post=${post}`))];
  const found = answers.flatMap(([label, page]) => {
    const answer = "text" in page ? answerIn(page.text) : undefined;
    return answer ? [[label, answer] as const] : [];
  });
  const silent = answers.flatMap(([label, page]) =>
    "silence" in page ? [[label, page.silence] as const] : [],
  );
  return { byProcess: new Map(found), silent: new Map(silent) };
}

/** A process that keeps none says so in words. */
function answerIn(text: string): StepsAnswer | undefined {
  if (!text.startsWith("{")) return undefined;
  return JSON.parse(text) as StepsAnswer;
}
