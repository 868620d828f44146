import type { DomainError } from "../../grpc/errors/errors.ts";
import { u64Key } from "../lmdb/keys.ts";
import { openLmdb } from "../lmdb/open.ts";

/**
 * Writes into an LMDB folder until the disk takes no more (a limit on the size of files stands for a full
 * one), then once more. Prints as JSON with which codes that failed, and what can be read meanwhile.
 */
const VALUE_BYTES = 20_000;

const lmdb = openLmdb(process.argv[2]);
const table = lmdb.table("t");
const codes: string[] = [];
let stored = 0;

const put = () =>
  lmdb
    .commit((tx) => tx.put(table, u64Key(BigInt(stored)), Buffer.alloc(VALUE_BYTES, stored)))
    .then(() => stored++)
    .catch((error: DomainError) => codes.push(error.code));

while (codes.length === 0) await put();
await Promise.all([put(), put()]);
const readable = [...table.entries({})].length;
console.log(JSON.stringify({ codes, isAllReadable: readable === stored && stored > 0 }));
await lmdb.close();
