import type { Load } from "../work.ts";

/** One owner's mesh over gRPC, at moderate load. */
export const LOAD: Load = {
  delivery: "push",
  postsPerSecond: 300,
  textBytes: 120,
  pagesPerSecond: 600,
  batchShare: 1,
  postsPerPage: 20,
  friendsPerPost: 600,
  activePerPost: 340,
  friendsPerReader: 400,
  ownersTouched: 1,
  owners: 1,
  ownersHere: 1,
  writers: 1,
  restShare: 0,
  streams: 0,
  watchedShare: 0,
};
