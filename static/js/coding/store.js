// Where waiting changes live: IndexedDB, written through to the disk; memory only where the browser refuses IndexedDB.
// A record: {n, v, user, state: "waiting" | "attention", …}; n is given here and is the order.
const NAME = "intercoder";
const VERSION = 1;
const OPS = "ops";
const LINE = "line";

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
  transaction.onerror = () => reject(transaction.error);
});

/** The store of this browser. `durable` is false when the changes would die with the page. */
export async function openStore() {
  try {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OPS, { keyPath: "n", autoIncrement: true }).createIndex(LINE, ["user", "state"]);
    };
    const database = await settled(request);
    database.onversionchange = () => database.close();
    return new DiskStore(database);
  } catch {
    return new MemoryStore();
  }
}

class DiskStore {
  durable = true;

  constructor(database) {
    this.database = database;
  }

  #write() {
    return this.database.transaction(OPS, "readwrite", { durability: "strict" });
  }

  #read() {
    return this.database.transaction(OPS).objectStore(OPS).index(LINE);
  }

  /** Adds a record; `prepare(record, refused)` may change it, given the user's refused records. Resolves once it is on the disk. */
  async add(record, prepare) {
    const transaction = this.#write();
    const done = finished(transaction);
    const ops = transaction.objectStore(OPS);
    const refused = await settled(ops.index(LINE).getAll([record.user, "attention"]));
    prepare(record, refused);
    record.n = await settled(ops.add(record));
    await done;
    return record;
  }

  /** The oldest waiting record of a user. */
  next(user) {
    return settled(this.#read().get([user, "waiting"]));
  }

  async counts(user) {
    const line = this.#read();
    const [waiting, attention] = await Promise.all([settled(line.count([user, "waiting"])), settled(line.count([user, "attention"]))]);
    return { waiting, attention };
  }

  /** All records of a user, oldest first. */
  async all(user) {
    const records = await settled(this.#read().getAll(IDBKeyRange.bound([user], [user, []])));
    return records.sort((a, b) => a.n - b.n);
  }

  /** Gives the user's records to `work`, stores those it returns as `keep`, removes those it returns as `drop`; all or nothing. */
  async change(user, work) {
    const transaction = this.#write();
    const done = finished(transaction);
    const ops = transaction.objectStore(OPS);
    const records = (await settled(ops.index(LINE).getAll(IDBKeyRange.bound([user], [user, []])))).sort((a, b) => a.n - b.n);
    const { keep = [], drop = [] } = work(records);
    for (const record of keep) ops.put(record);
    for (const record of drop) ops.delete(record.n);
    await done;
  }

  async remove(n) {
    const transaction = this.#write();
    const done = finished(transaction);
    transaction.objectStore(OPS).delete(n);
    await done;
  }
}

class MemoryStore {
  durable = false;

  records = [];

  last = 0;

  async add(record, prepare) {
    prepare(record, this.records.filter(({ user, state }) => user === record.user && state === "attention"));
    this.last += 1;
    record.n = this.last;
    this.records.push(record);
    return record;
  }

  async next(user) {
    return this.records.find((record) => record.user === user && record.state === "waiting");
  }

  async counts(user) {
    const mine = await this.all(user);
    const waiting = mine.filter(({ state }) => state === "waiting").length;
    return { waiting, attention: mine.length - waiting };
  }

  async all(user) {
    return this.records.filter((record) => record.user === user);
  }

  async change(user, work) {
    const { drop = [] } = work(await this.all(user));
    const gone = new Set(drop.map(({ n }) => n));
    this.records = this.records.filter(({ n }) => !gone.has(n));
  }

  async remove(n) {
    this.records = this.records.filter((record) => record.n !== n);
  }
}
