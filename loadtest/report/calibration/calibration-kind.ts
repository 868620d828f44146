import type { Calibration } from "../../plan/calibrate/calibrate.ts";
import type { Checked } from "../../plan/calibrate/predictions.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity, signedShare } from "../quantities.ts";
import type { Badge, ReportKind } from "../report-kind.ts";
import { dateText, facts, section, table, verdictSection } from "../table.ts";

/** Unit costs of a machine, and how far off the predictions were that follow from them. */
export const calibrationKind: ReportKind<Calibration> = {
  name: "Calibration",
  title: ({ engine, machine }) => `Unit costs, ${engine} engine, ${machine.model}`,
  badge: badgeOf,
  body(result, id) {
    const { errors, sealed, machine } = result;
    return html`<p class="meta">${dateText(result.startedAt)}</p>
      ${verdictSection(
        badgeOf(result),
        html`<p>Root mean square error ${quantity(errors.ours, "share")}; of a naive linear planner ${quantity(errors.naive, "share")}.</p>`,
      )}
      ${section(`${id}-checked`, "Predicted, and then measured", checkedTable(result.checked))}
      ${section(`${id}-costs`, "What each work costs", costsTable(result), streamFacts(result))}
      ${section(
        `${id}-what`,
        "What was run",
        facts([
          ["To repeat it", html`<code>${result.command}</code>`],
          ["Predictions sealed", `${dateText(sealed.sealedAt)}, SHA-256 ${sealed.sha256}`],
          [
            "Machine",
            `${machine.cpus} x ${machine.model}, ${machine.memoryGiB} GiB, ${machine.node}`,
          ],
          ["Commit", result.commit],
        ]),
      )}`;
  },
};

function badgeOf({ checked }: Calibration): Badge {
  const held = checked.filter(({ holds }) => holds).length;
  const word = `${held} of ${checked.length} predictions hold`;
  return { word, tone: held === checked.length ? "good" : "bad" };
}

function checkedTable(checked: readonly Checked[]): Html {
  const numbers = ["Predicted", "Measured", "Error", "Allowed", "Naive error"];
  const rows = checked.map((one): readonly Content[] => [
    one.configuration,
    one.predicted.toFixed(3),
    one.measured.map((cpu) => cpu.toFixed(3)).join(", "),
    signedShare(one.error),
    quantity(one.allowed, "share"),
    signedShare(one.naiveError),
    one.holds
      ? html`<span class="good">✓ holds</span>`
      : html`<strong class="bad">✕ does not hold</strong>`,
  ]);
  return table(
    "CPU seconds a second of all server processes",
    [
      { name: "Held out" },
      ...numbers.map((name) => ({ name, isNumber: true })),
      { name: "Verdict" },
    ],
    rows,
  );
}

function costsTable({ costs }: Calibration): Html {
  const rows = Object.entries(costs).flatMap(([tier, { idle, turns, each }]) => [
    [tier, "being there, a second", micros(idle)],
    ...(turns ? [[tier, `a turn, ${turns.atMost} a second at most`, micros(turns.each)]] : []),
    ...Object.entries(each).map(([kind, cost]) => [tier, kind, micros(cost)]),
  ]);
  return table(
    "CPU of one unit, µs",
    [{ name: "Tier" }, { name: "Work" }, { name: "µs", isNumber: true }],
    rows,
  );
}

function streamFacts({ streamBytes = {} }: Calibration): Html {
  return facts(
    Object.entries(streamBytes).map(
      ([tier, bytes]) => [`An open live stream, ${tier}`, quantity(bytes, "bytes")] as const,
    ),
  );
}

function micros(seconds: number): string {
  return (1e6 * seconds).toFixed(2);
}
