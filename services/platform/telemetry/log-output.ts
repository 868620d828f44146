import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";

/** Where log lines go. Nobody ever waits for one, and no failure of it reaches a caller. */
export interface LogOutput {
  write(line: string): void;
}

/** Lines that wait for a reader at most, bytes: what a burst makes in a moment. */
const MAX_WAITING_BYTES = 1_048_576;
const STDOUT = 1;

/**
 * Standard output. A pipe whose reader is slow, or stopped, costs lines and not the service; one whose
 * reader is gone takes nothing any more. A file that can't be written loses lines until it can.
 */
export function standardOutput(): LogOutput {
  const kind = fstatSync(STDOUT);
  return kind.isFIFO() || kind.isSocket() ? pipeOutput(process.stdout) : fileOutput(STDOUT);
}

export function fileOutput(fd: number): LogOutput {
  return {
    write: (line) => {
      try {
        writeSync(fd, line);
      } catch {
        // A full disk, a terminal that was closed: there is nobody to tell.
      }
    },
  };
}

export function pipeOutput(pipe: Writable, maxWaitingBytes = MAX_WAITING_BYTES): LogOutput {
  let isGone = false;
  let droppedCount = 0;
  // Whatever the error, the reader gets nothing more: EPIPE when it has ended.
  pipe.on("error", () => {
    isGone = true;
  });
  return {
    write: (line) => {
      if (isGone) return;
      if (pipe.writableLength > maxWaitingBytes) {
        droppedCount++;
        return;
      }
      if (droppedCount > 0) pipe.write(droppedLine(droppedCount));
      droppedCount = 0;
      pipe.write(line);
    },
  };
}

function droppedLine(count: number): string {
  const msg = `${count} log lines were dropped: their reader is slow`;
  return `${JSON.stringify({ level: 40, time: Date.now(), msg })}\n`;
}
