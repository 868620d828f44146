/** A book and its copies: each that ever came in is available, reserved or sold. */
export interface Book {
  readonly bookId: number;
  readonly title: string;
  readonly author: string;
  priceCents: number;
  available: number;
  reserved: number;
  sold: number;
  /** What the sold copies brought, cents. */
  revenueCents: number;
  /** The newest deliveries by key, oldest first: how many copies each brought. */
  readonly restocks: Map<string, number>;
}

/** A book when it is put on sale. */
export interface NewBook {
  readonly bookId: number;
  readonly title: string;
  readonly author: string;
  readonly priceCents: number;
  readonly copies: number;
}
