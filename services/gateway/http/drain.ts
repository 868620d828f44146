import type { App } from "./types.ts";

/**
 * Lets go of each connection behind its last answer while the app closes. Node closes the connections
 * that are idle when closing begins; those still busy then would be kept alive for a minute more.
 */
export function closeBehindAnswers(app: App): void {
  let isClosing = false;
  app.addHook("preClose", (done) => {
    isClosing = true;
    done();
  });
  app.addHook("onResponse", (_request, _reply, done) => {
    if (isClosing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}
