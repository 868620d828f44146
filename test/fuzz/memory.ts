import type { Used } from "./fuzzed-mesh.ts";

interface Sample {
  /** The number of the next call. */
  readonly next: number;
  readonly used: ReadonlyMap<string, Used>;
}

/** Of a run: after none of its calls, after a quarter, and so on. */
const SHOWN = [0, 0.25, 0.5, 0.75, 1];
const LABEL_WIDTH = 12;
const WIDTH = 10;

/** What the processes of a mesh have used while they were asked. */
export class Memory {
  readonly #samples: Sample[] = [];

  add(next: number, used: ReadonlyMap<string, Used>): void {
    this.#samples.push({ next, used });
  }

  /** A line a process: MiB of its own resident memory after so many calls, and its CPU in all. */
  table(): readonly string[] {
    const last = this.#samples.length - 1;
    const shown = [...new Set(SHOWN.map((part) => Math.round(part * last)))].map(
      (place) => this.#samples[place],
    );
    const line = (label: string, cells: readonly string[]) =>
      label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join("");
    const row = (label: string) => {
      const cpu = (place: number) => this.#samples[place].used.get(label)?.cpuSeconds ?? 0;
      const mib = shown.map(({ used }) => (used.get(label)?.residentMiB ?? 0).toFixed(0));
      return line(label, [...mib, (cpu(last) - cpu(0)).toFixed(1)]);
    };
    return [
      line("MiB at call", [...shown.map(({ next }) => String(next)), "CPU s"]),
      ...[...this.#samples[0].used.keys()].map(row),
    ];
  }
}
