/** A value in a statement: the next of those that are bound, or one that is written there. */
export type Term =
  | { readonly kind: "bound" }
  | { readonly kind: "literal"; readonly value: unknown };

export interface Condition {
  /** One, several ("(a, b) > (?, ?)"), or those of a token. */
  readonly columns: readonly string[];
  readonly isToken: boolean;
  readonly operator: string;
  readonly terms: readonly Term[];
}

export interface Selected {
  readonly what: "column" | "writetime" | "ttl" | "token" | "sum" | "count" | "now";
  readonly column: string;
  readonly as: string;
}

export interface Write {
  readonly kind: "insert" | "update" | "delete";
  readonly table: string;
  readonly timestamp: Term | undefined;
  readonly ttl: Term | undefined;
  readonly sets: readonly { readonly column: string; readonly term: Term }[];
  readonly where: readonly Condition[];
  /** Undefined: it is done whatever is there. None: if there is no row. */
  readonly conditions: readonly Condition[] | undefined;
}

export interface Select {
  readonly kind: "select";
  readonly table: string;
  readonly isDistinct: boolean;
  readonly selected: readonly Selected[];
  readonly where: readonly Condition[];
  readonly isReversed: boolean;
  readonly limit: Term | undefined;
}

export interface Create {
  readonly kind: "create";
  readonly table: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly isStatic: boolean;
  }[];
  readonly partitionKey: readonly string[];
  readonly clustering: readonly string[];
  readonly isDescending: boolean;
}

export type Statement = Write | Select | Create;
