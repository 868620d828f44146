/** All of these, in pages: the posts of a page are of many authors and moments, as on a timeline. */
export function pagesOf(ids: readonly bigint[], size: number): readonly (readonly bigint[])[] {
  const pages = Math.floor(ids.length / size);
  return Array.from({ length: pages }, (_, page) =>
    Array.from({ length: size }, (__, i) => ids[i * pages + page]),
  );
}
