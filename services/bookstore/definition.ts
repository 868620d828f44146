import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";

/**
 * tidings.bookstore.v1.BookstoreService, with one hot method: PlaceOrders takes the bytes as they came, and
 * gives those that go.
 */
export const BookstoreDefinition = {
  ...BookstoreServiceService,
  placeOrders: {
    ...BookstoreServiceService.placeOrders,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Uint8Array) =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  },
};
