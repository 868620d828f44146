/** The thread that waits for SQLite, so that nobody else need: node:sqlite is synchronous. */
import { parentPort, workerData } from "node:worker_threads";
import type { AnswerMessage, CallMessage } from "./calls.ts";
import { SqlDatabase } from "./database.ts";
import { servedCalls } from "./served-calls.ts";

const database = new SqlDatabase((workerData as { readonly file: string }).file);
const calls = servedCalls(database);

function answerTo({ call, name, values }: CallMessage): AnswerMessage {
  try {
    const run = calls[name] as (...values: readonly unknown[]) => unknown;
    return { call, value: run(...values) };
  } catch (error) {
    const { name: kind, message } = error as Error;
    return { call, error: { name: kind, message } };
  }
}

parentPort?.on("message", (message: CallMessage | "close") => {
  if (message !== "close") return parentPort?.postMessage(answerTo(message));
  database.close();
  parentPort?.close();
});
parentPort?.postMessage("open");
