/** How programs that write graphs name the two ends of an edge; letters and digits only. */
const ENDS: readonly (readonly [string, string])[] = [
  ["source", "target"],
  ["src", "dst"],
  ["src", "dest"],
  ["from", "to"],
  ["fromnodeid", "tonodeid"],
  ["startid", "endid"],
  ["startidperson", "endidperson"],
  ["person1id", "person2id"],
  ["personid", "friendid"],
  ["userid", "friendid"],
  ["user", "friend"],
  ["user1", "user2"],
  ["node1", "node2"],
  ["id1", "id2"],
  ["u", "v"],
  ["a", "b"],
];

/** Which columns a header names as the two ends; undefined when it names no such pair. */
export function namedEnds(header: readonly string[]): readonly [number, number] | undefined {
  const names = header.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
  for (const [first, second] of ENDS) {
    const columns = [names.indexOf(first), names.indexOf(second)] as const;
    if (columns[0] >= 0 && columns[1] >= 0) return columns;
  }
  // Person.id|Person.id|creationDate, as LDBC writes it.
  const twice = names.findIndex((name, i) => name !== "" && names.indexOf(name, i + 1) > 0);
  return twice < 0 ? undefined : [twice, names.indexOf(names[twice], twice + 1)];
}
