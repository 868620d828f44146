/** What one look found. `remedy` is there unless all is well. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "wrong";
  readonly says: string;
  readonly remedy?: string;
}

export const ok = (what: string, says: string): Finding => ({ what, state: "ok", says });

export const warning = (what: string, says: string, remedy: string): Finding => ({
  what,
  state: "warning",
  says,
  remedy,
});

export const wrong = (what: string, says: string, remedy: string): Finding => ({
  what,
  state: "wrong",
  says,
  remedy,
});

/** Where the doctor looks. */
export interface Patient {
  /** The checkout. */
  readonly root: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Looks at one thing. What it throws becomes a finding, too. */
export interface Look {
  readonly what: string;
  readonly examine: (patient: Patient) => Promise<readonly Finding[]>;
}
