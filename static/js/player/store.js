/**
 * What this device keeps of a sitting: one IndexedDB database per sitting, strict durability, no name in it.
 *
 * Strict durability: a write that was confirmed is on the disk, and survives the browser being killed. What was read
 * at the start, and everything written since, is in memory too: when the database vanishes under the page (deleted,
 * thrown out for room, closed by the browser), the next write makes it anew, whole.
 */

/**
 * One answer as the device holds it.
 * @typedef {Object} Answer
 * @property {number} q question, 1 to 20
 * @property {number} seq grows with each change of this question
 * @property {string} choices letters, as "AC"
 * @property {boolean} final the time is over, or the candidate went on
 * @property {number} t milliseconds since the question's timer began, without those of a pause
 * @property {number} acked the seq up to which the platform acknowledged; everything above it is unsent
 * @property {boolean} own given on this device, and not taken over from the platform
 */

const RESPONSES = "responses";
const FACTS = "facts";

// A database that is being deleted, or a disk that does not answer, would be waited for without end.
const PATIENCE = 5000;

/** @returns {Promise<IDBDatabase>} */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    const alarm = setTimeout(() => reject(new Error("the database does not open")), PATIENCE);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RESPONSES, { keyPath: "q" });
      request.result.createObjectStore(FACTS);
    };
    request.onsuccess = () => {
      clearTimeout(alarm);
      resolve(request.result);
    };
    request.onerror = request.onblocked = () => {
      clearTimeout(alarm);
      reject(request.error || new Error("blocked"));
    };
  });
}

export class Store {
  /** @param {string} name the database's */
  constructor(name) {
    this.name = name;
    /** @type {?IDBDatabase} */
    this.database = null;
    /** @type {Map<number, Answer>} */
    this.answers = new Map();
    /** @type {Map<string, *>} "token", "opening", "epoch", "terms", "seal", "current", "receipt" */
    this.facts = new Map();
    this.loaded = false;
    this.last = Promise.resolve(); // the writing in progress: they follow one another
  }

  /**
   * A store that could not be read keeps nothing for as long as the page lives: what may be on the disk stays as it is.
   * @param {string} sitting the sitting's UUID
   */
  static async open(sitting) {
    const store = new Store(`sitting-${sitting}`);
    await store.load().catch((error) => console.warn("store", error));
    return store;
  }

  async load() {
    this.database = await openDatabase(this.name);
    const [answers, names, values] = await this.transact("readonly", (responses, facts) => [
      responses.getAll(),
      facts.getAllKeys(),
      facts.getAll(),
    ]);
    for (const answer of answers) this.answers.set(answer.q, answer);
    names.forEach((name, position) => this.facts.set(name, values[position]));
    this.loaded = true;
  }

  /**
   * Run `work` on both tables in one transaction, and resolve with the results of its requests once all is on the disk.
   * @param {(responses: IDBObjectStore, facts: IDBObjectStore) => (IDBRequest[] | void)} work
   */
  transact(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction([RESPONSES, FACTS], mode, { durability: "strict" });
      const alarm = setTimeout(() => reject(new Error("the disk does not answer")), PATIENCE);
      let requests = [];
      transaction.oncomplete = () => {
        clearTimeout(alarm);
        resolve(requests.map((request) => request.result));
      };
      transaction.onerror = transaction.onabort = () => {
        clearTimeout(alarm);
        reject(transaction.error || new Error("aborted"));
      };
      try {
        requests = work(transaction.objectStore(RESPONSES), transaction.objectStore(FACTS)) || [];
      } catch (error) {
        transaction.abort(); // or else the half of it would be kept
        reject(error);
      }
    });
  }

  /**
   * Write, or else open the database again and write everything. Rejects when the disk keeps nothing.
   * @param {(responses: IDBObjectStore, facts: IDBObjectStore) => void} work
   */
  write(work) {
    const turn = this.last.then(async () => {
      if (!this.loaded) throw new Error("not readable");
      try {
        await this.transact("readwrite", work);
      } catch (error) {
        console.warn("store", error);
        this.database.close();
        this.database = await openDatabase(this.name);
        await this.transact("readwrite", (responses, facts) => this.writeAll(responses, facts));
      }
    });
    this.last = turn.catch(() => {});
    return turn;
  }

  writeAll(responses, facts) {
    responses.clear();
    facts.clear();
    for (const answer of this.answers.values()) responses.put(answer);
    for (const [name, value] of this.facts) facts.put(value, name);
  }

  /** @param {Answer} answer */
  keep(answer) {
    this.answers.set(answer.q, answer);
    return this.write((responses) => {
      responses.put(answer);
    });
  }

  /** What was remembered under `name`, or undefined. */
  recall(name) {
    return this.facts.get(name);
  }

  /** @param {Object<string, *>} values */
  remember(values) {
    for (const [name, value] of Object.entries(values)) this.facts.set(name, value);
    return this.write((responses, facts) => {
      for (const [name, value] of Object.entries(values)) facts.put(value, name);
    });
  }

  /**
   * Remember a value that a browser may be unable to write, as a key in a private window: there it is left out, and
   * whatever is written afterwards goes without it.
   */
  async offer(name, value) {
    const turn = this.last.then(async () => {
      if (!this.loaded) return;
      await this.transact("readwrite", (responses, facts) => {
        facts.put(value, name);
      });
      this.facts.set(name, value);
    });
    this.last = turn.catch((error) => console.warn("store", name, error));
    await this.last;
  }

  /** The platform holds everything: the answers and the token leave this computer, the receipt stays. */
  replaceByReceipt(receipt) {
    this.answers.clear();
    this.facts = new Map([["receipt", receipt]]);
    return this.write((responses, facts) => this.writeAll(responses, facts));
  }
}

/** Write a value, read it back, and leave nothing behind. Rejects when this browser cannot keep answers. */
export async function tryStore() {
  const name = "sitting-check";
  const written = Math.random();
  const [writer, reader] = [new Store(name), new Store(name)];
  try {
    await writer.load();
    await writer.remember({ written });
    await reader.load();
    if (reader.recall("written") !== written) throw new Error("read back another value");
  } finally {
    for (const { database } of [writer, reader]) if (database) database.close();
    indexedDB.deleteDatabase(name);
  }
}
