/** Where people live, as far as the hour of the day depends on it. */
export interface Zone {
  readonly name: string;
  /** Hours ahead of UTC. */
  readonly offsetHours: number;
  /** Share of the people, relative to the others. */
  readonly weight: number;
}

/**
 * Weights are assumptions, in this one file. `home`: one large country or region of four zones, as the
 * sizing assumes (its day peaks at three times the mean). `world`: people everywhere, a flatter day.
 */
export const ZONES = {
  home: [
    { name: "eastern", offsetHours: -5, weight: 47 },
    { name: "central", offsetHours: -6, weight: 29 },
    { name: "mountain", offsetHours: -7, weight: 7 },
    { name: "pacific", offsetHours: -8, weight: 17 },
  ],
  world: [
    { name: "pacific", offsetHours: -8, weight: 5 },
    { name: "central-america", offsetHours: -6, weight: 10 },
    { name: "eastern", offsetHours: -5, weight: 11 },
    { name: "south-america", offsetHours: -3, weight: 13 },
    { name: "west-europe", offsetHours: 0, weight: 7 },
    { name: "central-europe", offsetHours: 1, weight: 15 },
    { name: "east-europe-africa", offsetHours: 3, weight: 9 },
    { name: "south-asia", offsetHours: 5.5, weight: 14 },
    { name: "south-east-asia", offsetHours: 7, weight: 12 },
    { name: "east-asia", offsetHours: 9, weight: 4 },
  ],
} as const satisfies Record<string, readonly Zone[]>;

export type ZoneSet = keyof typeof ZONES;
