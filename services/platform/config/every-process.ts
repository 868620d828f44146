import { integer, oneOf } from "./variables.ts";

/** Read by every process of the mesh, and so checked with whatever else a process reads. */
export const everyProcess = {
  portBase: integer("TIDINGS_PORT_BASE", {
    default: 0,
    min: 0,
    max: 65_000,
    help: "N gives gateway N, post N+1 ... fanout N+5, console N+6, metrics N+10 ..., neighbours N+20 ... and their metrics N+25 ...; 0 the well-known ports",
  }),
  logLevel: oneOf("TIDINGS_LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "silent"], {
    default: "info",
    help: "the least important messages that are logged",
  }),
};
