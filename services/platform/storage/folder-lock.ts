import { existsSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileError, isNoRoom, makeFolder } from "./file-error.ts";

/** What a lock leaves in its folder; the last while it is held, or when its process was killed. No copy wants them. */
export const LOCK_NAME = "folder.lock";
export const HOLDER_NAME = "folder.holder";
export const LOCK_FILES: readonly string[] = [LOCK_NAME, HOLDER_NAME, `${LOCK_NAME}-journal`];

/** Keeps a folder to one process, until it is released or the process has died, however it died. */
export interface FolderLock {
  release(): void;
}

export interface LockOptions {
  /** Keeps writers out, and lets others in who only read. */
  readonly shared?: boolean;
  /** How long to wait for another to release it, ms; the whole process waits. By default not at all. */
  readonly waitMs?: number;
  /** What to do when another has it, where the folder is not that of TIDINGS_DATA_DIR. */
  readonly remedy?: string;
}

/** Another living process works with the folder; the message names both, and the remedy. */
export class FolderInUseError extends Error {
  override name = "FolderInUseError";
}

/** What is locked now. Else whoever dropped its FolderLock would lose the lock to the garbage collector. */
const held = new Set<DatabaseSync>();
const SQLITE_BUSY = 5;
const REMEDY = "stop it first, or set TIDINGS_DATA_DIR to another folder";
/**
 * Nothing is ever written: the file stays empty, so a crash leaves nothing in it that could be repaired, and a full disk
 * can be locked. Of an empty file SQLite ignores "no journal", and writes the head of one; not of one in memory.
 */
const EXCLUSIVE = "PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE";
const SHARED = "BEGIN; SELECT count(*) FROM sqlite_master";

/**
 * Claims the folder, which is made when missing. Take it before anything in the folder is opened.
 *
 * Node has no flock(2), but SQLite, which comes with it, holds a POSIX record lock (fcntl(2), F_SETLK)
 * on its file for as long as a transaction is open: the kernel releases it when the process ends in any
 * way, and it holds between containers that share a folder, where process ids mean nothing. The file
 * itself stays for ever: whoever removed it would let two processes lock two files of one name.
 *
 * Throws FolderInUseError when another has it, FileError when nobody could.
 */
export function lockFolder(folder: string, options: LockOptions = {}): FolderLock {
  const { shared = false, waitMs = 0, remedy = REMEDY } = options;
  makeFolder(folder);
  const database = openLock(folder, waitMs);
  try {
    database.exec(shared ? SHARED : EXCLUSIVE);
    if (!shared) leaveName(folder);
  } catch (error) {
    database.close();
    throw isBusy(error) ? inUse(folder, remedy, error) : whyNot(folder, error);
  }
  return hold(database);
}

/**
 * Keeps writers out of a folder that this process only reads, and writes nothing there itself: it may be on a disk that
 * is full or can't be written. Where no writer ever was, or its lock can't be had there, nobody is kept out.
 * @throws FolderInUseError
 */
export function lockToRead(folder: string, { remedy = REMEDY }: LockOptions = {}): FolderLock {
  const path = join(folder, LOCK_NAME);
  if (!existsSync(path)) return NOTHING_HELD;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    database.exec(SHARED);
    return hold(database);
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw inUse(folder, remedy, error);
    return NOTHING_HELD;
  }
}

const NOTHING_HELD: FolderLock = { release: () => {} };

function hold(database: DatabaseSync): FolderLock {
  held.add(database);
  return { release: () => held.delete(database) && database.close() };
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}

function inUse(folder: string, remedy: string, cause: unknown): FolderInUseError {
  return new FolderInUseError(`${folder} is in use by ${holderOf(folder)}: ${remedy}`, { cause });
}

/** It is for people only, so a disk without room for it is no reason not to hold the folder. */
function leaveName(folder: string): void {
  try {
    writeFileSync(join(folder, HOLDER_NAME), ownName());
  } catch (error) {
    if (!isNoRoom(error)) throw error;
  }
}

function openLock(folder: string, waitMs: number): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, LOCK_NAME), { timeout: waitMs });
  } catch (error) {
    throw whyNot(folder, error);
  }
}

/** SQLite says no more than that it can't open a file: what is the matter says another try to make one. */
function whyNot(folder: string, error: unknown): unknown {
  try {
    rmdirSync(mkdtempSync(join(folder, ".try-")));
    return fileError(folder, error);
  } catch (cause) {
    return fileError(folder, cause);
  }
}

function ownName(): string {
  return `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`;
}

/** For people only: ids of processes mean nothing across containers, and readers leave no name. */
function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, HOLDER_NAME), "utf8") || "another process";
  } catch {
    return "another process";
  }
}
