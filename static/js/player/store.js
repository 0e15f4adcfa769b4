/**
 * What this device keeps of a sitting: one IndexedDB database per sitting, strict durability, no name in it.
 *
 * Strict durability: a write that was confirmed is on the disk, and survives the browser being killed.
 */

/**
 * One answer as the device holds it.
 * @typedef {Object} Answer
 * @property {number} q question, 1 to 20
 * @property {number} seq grows with each change of this question
 * @property {string} choices letters, as "AC"
 * @property {boolean} final the time is over, or the candidate went on
 * @property {number} t milliseconds since the question's timer began
 * @property {number} acked the seq up to which the platform acknowledged; everything above it is unsent
 */

const RESPONSES = "responses";
const FACTS = "facts";

/** @returns {Promise<IDBDatabase>} */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RESPONSES, { keyPath: "q" });
      request.result.createObjectStore(FACTS);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** @param {string} sitting the sitting's UUID */
  static async open(sitting) {
    return new Store(await openDatabase(`sitting-${sitting}`));
  }

  /**
   * Run `work` on both tables in one transaction, and resolve with the result of its request once it is on the disk.
   * @param {(responses: IDBObjectStore, facts: IDBObjectStore) => (IDBRequest | void)} work
   */
  async transact(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction([RESPONSES, FACTS], mode, { durability: "strict" });
      const request = work(transaction.objectStore(RESPONSES), transaction.objectStore(FACTS));
      transaction.oncomplete = () => resolve(request ? request.result : undefined);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @returns {Promise<Answer[]>} */
  answers() {
    return this.transact("readonly", (responses) => responses.getAll());
  }

  /** @param {Answer} answer */
  keep(answer) {
    return this.transact("readwrite", (responses) => {
      responses.put(answer);
    });
  }

  /** What was remembered under `name`, or undefined: "token", "epoch", "answerMs", "current", "receipt". */
  recall(name) {
    return this.transact("readonly", (responses, facts) => facts.get(name));
  }

  /** @param {Object<string, *>} values */
  remember(values) {
    return this.transact("readwrite", (responses, facts) => {
      for (const [name, value] of Object.entries(values)) facts.put(value, name);
    });
  }

  /** The platform holds everything: the answers and the token leave this computer, the receipt stays. */
  replaceByReceipt(receipt) {
    return this.transact("readwrite", (responses, facts) => {
      responses.clear();
      facts.clear();
      facts.put(receipt, "receipt");
    });
  }
}

/** Write a value, read it back, and leave nothing behind. Rejects when this browser cannot keep answers. */
export async function tryStore() {
  const name = "sitting-check";
  const written = Math.random();
  const store = await Store.open(name);
  try {
    await store.remember({ written });
    if ((await store.recall("written")) !== written) throw new Error("read back another value");
  } finally {
    store.database.close();
    indexedDB.deleteDatabase(`sitting-${name}`);
  }
}
