import { present } from "../../services/model/invariant.ts";
import { ringWidthFor } from "./clustering-curve.ts";
import { type CurveShape, shareBelow } from "./degree-curve.ts";

/** People with the same nominal degree. Ranks order everyone by it, from 0. */
export interface DegreeRow {
  /** Friends on average, up to the few that small worlds lose. */
  readonly degree: number;
  readonly firstRank: number;
  readonly people: number;
  /** Friends on the ring, half on each side; even. */
  readonly ringWidth: number;
  /** The ring's first rank and how many it has. Rows of equal width share a ring. */
  readonly ringFirst: number;
  readonly ringPeople: number;
}

/** People beyond the curve, with many more friends than its maximum. */
export interface Celebrities {
  readonly count: number;
  readonly friends: number;
}

/** A ring with fewer people than this many widths would close on itself, and make more triangles. */
const MIN_RING_WIDTHS = 4;

/** The rows of a world, ascending by degree; those without people are left out. */
export function degreeRows(
  people: number,
  shape: CurveShape,
  { count, friends }: Celebrities,
): readonly DegreeRow[] {
  const ordinary = people - count;
  const bare: { degree: number; firstRank: number; people: number }[] = [];
  let firstRank = 0;
  for (let degree = 1; degree <= shape.maxFriends; degree++) {
    const end = Math.round(ordinary * shareBelow(degree + 1, shape));
    if (end > firstRank) bare.push({ degree, firstRank, people: end - firstRank });
    firstRank = Math.max(firstRank, end);
  }
  const rows = withRings(bare, ordinary);
  if (count === 0) return rows;
  const noRing = { ringWidth: 0, ringFirst: ordinary, ringPeople: 0 };
  return [...rows, { degree: friends, firstRank: ordinary, people: count, ...noRing }];
}

/** Widths never fall with the degree; where a ring would be too small, the narrower one goes on. */
function withRings(
  bare: readonly Pick<DegreeRow, "degree" | "firstRank" | "people">[],
  people: number,
): readonly DegreeRow[] {
  const rings = [{ width: 0, first: 0, end: people }];
  const ringOfRow = bare.map(({ degree, firstRank }) => {
    const last = present(rings.at(-1));
    const width = ringWidthFor(degree);
    const mayEnd = last.first === firstRank || isLargeEnough(firstRank - last.first, last.width);
    if (width > last.width && mayEnd && isLargeEnough(people - firstRank, width)) {
      last.end = firstRank;
      rings.push({ width, first: firstRank, end: people });
    }
    return rings.length - 1;
  });
  return bare.map((row, i) => {
    const { width, first, end } = rings[ringOfRow[i]];
    return { ...row, ringWidth: width, ringFirst: first, ringPeople: end - first };
  });
}

function isLargeEnough(people: number, width: number): boolean {
  return people > MIN_RING_WIDTHS * width;
}
