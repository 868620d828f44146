import { Command } from "../../../tools/command-line/command.ts";
import { describeTraffic, type TrafficDescription } from "../../traffic/describe.ts";
import { type TrafficOptions, trafficOf, withUsersOption } from "../options/traffic-options.ts";
import { withWorldOptions } from "../options/world-options.ts";
import { plotText, shortNumber } from "./plot.ts";

interface Options extends TrafficOptions {
  readonly json?: boolean;
}

export function describeTrafficCommand(): Command {
  return withUsersOption(withWorldOptions(new Command("describe")))
    .description("The curve of a day, and what the day holds beside what the design counts on.")
    .option("--json", "for programs; without the plot")
    .action((options: Options) => {
      const description = describeTraffic(trafficOf(options).traffic);
      console.log(
        options.json
          ? JSON.stringify(description, null, 2)
          : descriptionText(description, options.zones),
      );
    });
}

function descriptionText(description: TrafficDescription, zones: string): string {
  const { dailyUsers, activePeople, k, peakRatio, lowRatio, peakHourUtc, curve } = description;
  const points = curve.map((rate, i) => [(24 * i) / curve.length, rate] as const);
  const row = (figure: string, here: string, design: string) =>
    `${figure.padEnd(28)}${here.padStart(16)}${design.padStart(16)}`;
  const rows = description.figures.map(({ figure, unit, here, design }) =>
    row(`${figure} ${unit}`, shortNumber(here), shortNumber(design)),
  );
  return [
    `${shortNumber(dailyUsers)} people come on a day, of ${shortNumber(activePeople)} active ones.`,
    `Rate in one zone: exp(k cos t) with k = ${k.toFixed(3)}. All zones (${zones}): mean 1, ` +
      `highest ${peakRatio.toFixed(3)} at ${peakHourUtc.toFixed(1)} h UTC, lowest ${lowRatio.toFixed(3)}.`,
    plotText(
      [{ mark: "*", points }],
      { label: "hour of the day in UTC", isLogarithmic: false },
      { label: "rate over mean", isLogarithmic: false },
    ),
    [row("expected", "here", "design"), ...rows].join("\n"),
  ].join("\n\n");
}
