/** Runs tasks of one key one after another, tasks of different keys side by side. */
export class SerialByKey<Key> {
  readonly #tails = new Map<Key, Promise<unknown>>();

  /** Resolves or rejects as the task does, once those before it have ended. */
  run<T>(key: Key, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(task, task);
    this.#tails.set(key, result);
    const forget = () => {
      if (this.#tails.get(key) === result) this.#tails.delete(key);
    };
    result.then(forget, forget);
    return result;
  }
}
