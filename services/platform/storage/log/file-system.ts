/**
 * The little of a file system that the log needs. What was written survives a crash only after
 * `sync` of the file, and a new, renamed or removed name only after `syncFolder` of its folder.
 */
export interface FileSystem {
  /** Makes the folder and its parents, durably, where they are missing. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder, in no order. */
  list(folder: string): Promise<readonly string[]>;
  /** An empty file, in place of what had this name. */
  create(path: string): Promise<OutputFile>;
  open(path: string): Promise<InputFile>;
  /** Cuts the file to so many bytes, durably. */
  truncate(path: string, bytes: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

export interface OutputFile {
  /** Appends all of the bytes, which must not change before it resolves. After a failure the next write takes their place. */
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface InputFile {
  readonly size: number;
  /** Fills the buffer from this position as far as the file goes; resolves to the bytes read. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}
