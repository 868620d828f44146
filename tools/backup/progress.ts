/** What was dealt with of a backup: a folder or a table, its bytes, and how many were new to the repository. */
export interface Progress {
  readonly part: string;
  readonly bytes: number;
  readonly added?: number;
}

export type OnProgress = (progress: Progress) => void;
