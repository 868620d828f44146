import { Presets, SingleBar } from "cli-progress";
import type { Counts } from "./counts.ts";
import type { GraphFile } from "./graph-file.ts";

/** Shows how far the import is: a bar on a terminal, a line at each tenth of the file elsewhere. */
export interface Progress {
  update(): void;
  /** Above the bar, or as it is. */
  print(text: string): void;
  stop(): void;
}

/** Where people read: stderr, or a test's stream. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

const MEGABYTE = 1e6;

export function showProgress(file: GraphFile, counts: Counts, out: Output): Progress {
  return out.isTTY ? bar(file, counts, out) : lines(file, counts, out);
}

function bar(file: GraphFile, counts: Counts, out: Output): Progress {
  const single = new SingleBar(
    {
      format: "{bar} {percentage}% | {edges} friendships | {eta_formatted} left",
      stream: out,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  single.start(file.totalBytes, 0, { edges: 0 });
  return {
    update: () => single.update(file.readBytes(), { edges: sent(counts) }),
    print: (text) => {
      out.write(`\r\x1b[K${text}\n`);
      single.render();
    },
    stop: () => single.stop(),
  };
}

function lines(file: GraphFile, counts: Counts, out: Output): Progress {
  let tenths = 0;
  const print = (text: string) => void out.write(`${text}\n`);
  return {
    update: () => {
      const now = Math.floor((10 * file.readBytes()) / Math.max(1, file.totalBytes));
      if (now <= tenths) return;
      tenths = now;
      const size = (file.totalBytes / MEGABYTE).toFixed(1);
      print(`${tenths * 10}% of ${size} MB read, ${sent(counts)} friendships sent`);
    },
    print,
    stop: () => {},
  };
}

function sent({ imported, alreadyThere, refused }: Counts): number {
  return imported + alreadyThere + refused;
}
