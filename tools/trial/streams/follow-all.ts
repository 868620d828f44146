import { Follower, type OpenStream } from "./follower.ts";

/** What live streams showed of what they should, in a trial. */
export interface StreamsVerdict {
  readonly streams: number;
  /** Streams that ended and were resumed. */
  readonly breaks: number;
  /** How often one named what it lacks: that counts as told. */
  readonly named: number;
  /** "VIEWER lacks POST": shown on no stream of the viewer, and named by none. */
  readonly unseen: readonly string[];
}

export interface FollowedPerson {
  readonly name: string;
  readonly open: OpenStream;
  /** The ids that they may see, of what was acknowledged so far. */
  readonly expected: () => readonly bigint[];
}

export interface FollowedStreams {
  /** When all is acknowledged and quiet: gives the streams so long to show the rest, ms. Ends them. */
  verdict(patienceMs: number): Promise<StreamsVerdict>;
  end(): void;
}

/** Follows the live streams of some people from now on. */
export function followAll(people: readonly FollowedPerson[]): FollowedStreams {
  const stopping = new AbortController();
  const all = people.map((person) => ({ ...person, follower: new Follower(person) }));
  const following = all.map(({ follower }) => follower.follow(stopping.signal));
  return {
    verdict: async (patienceMs) => {
      const patience = AbortSignal.timeout(patienceMs);
      await Promise.all(
        all.map(({ follower, expected }) => follower.through(expected(), patience)),
      );
      stopping.abort();
      await Promise.all(following);
      const sum = (of: (one: Follower) => number) =>
        all.reduce((total, { follower }) => total + of(follower), 0);
      const unseen = all.flatMap(({ name, follower, expected }) =>
        follower.unseen(expected()).map((id) => `${name} lacks ${id}`),
      );
      return {
        ...{ streams: all.length, unseen },
        ...{ breaks: sum(({ breaks }) => breaks), named: sum(({ named }) => named) },
      };
    },
    end: () => stopping.abort(),
  };
}
