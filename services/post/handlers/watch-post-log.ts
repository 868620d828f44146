import type { Call } from "../../platform/grpc/call.ts";
import type { LogWatchers } from "../domain/log-watchers.ts";

/** What this process writes into the post log, encoded already: see PostDefinition. */
export function watchPostLog(watchers: Pick<LogWatchers, "watch" | "release">) {
  return async function* watch(_: unknown, call: Call): AsyncGenerator<Buffer> {
    const watcher = watchers.watch();
    call.signal.addEventListener("abort", () => watcher.end(), { once: true });
    try {
      yield* watcher;
    } finally {
      watchers.release(watcher);
    }
  };
}
