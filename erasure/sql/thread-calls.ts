import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StoreAway } from "../ports.ts";
import type { AnswerMessage, Call } from "./calls.ts";

export interface ThreadCalls {
  readonly call: Call;
  close(): Promise<void>;
}

/** Opens the file in a thread of its own. Rejects with what the thread could not do. */
export async function openThread(file: string): Promise<ThreadCalls> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: { file } });
  await once(worker, "message");
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let nextCall = 0;
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", (answer: AnswerMessage) => {
    const call = waiting.get(answer.call);
    waiting.delete(answer.call);
    if ("error" in answer) call?.reject(errorOf(answer.error));
    else call?.resolve(answer.value);
  });
  worker.once("error", end);
  worker.once("exit", () => end(new Error("the thread of the database has ended")));
  const call = (name: string, ...values: readonly unknown[]) => {
    if (ended) return Promise.reject(ended);
    const answer = Promise.withResolvers<unknown>();
    waiting.set(nextCall, answer);
    worker.postMessage({ call: nextCall++, name, values });
    return answer.promise;
  };
  const close = async () => {
    if (ended) return;
    const exit = once(worker, "exit");
    worker.postMessage("close");
    await exit;
  };
  return { call: call as Call, close };
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  if (name === "StoreAway") return new StoreAway(message);
  const error = new Error(message);
  error.name = name;
  return error;
}
