// Where waiting changes live: IndexedDB, written through to the disk; memory only where the browser refuses IndexedDB.
// A record: {n, v, user, state: "waiting" | "attention", …}; n is given here and is the order. Of what the server has taken one line for
// each scope stays, {n, user, state: "stored", scope, at}: a page that was rendered before that must be read again, or it would not show it.
const NAME = "intercoder";
const VERSION = 1;
const OPS = "ops";
const LINE = "line";

const STORED = "stored";
const NEVER = { n: 0, at: 0 };

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
  transaction.onerror = () => reject(transaction.error);
});

const unsettled = (records) => records.filter(({ state }) => state !== STORED).sort((a, b) => a.n - b.n);

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

  /** All records of a user that the server has not taken, oldest first. */
  async all(user) {
    return unsettled(await settled(this.#read().getAll(IDBKeyRange.bound([user], [user, []]))));
  }

  /** What is known of the last record of this scope that the server took: {n, at}, n another one each time; zeros when there was none. */
  async lastStored(user, scope) {
    const lines = await settled(this.#read().getAll([user, STORED]));
    return lines.find((line) => line.scope === scope) ?? NEVER;
  }

  /** Gives the user's records to `work`, stores those it returns as `keep`, removes those it returns as `drop`; all or nothing. */
  async change(user, work) {
    const transaction = this.#write();
    const done = finished(transaction);
    const ops = transaction.objectStore(OPS);
    const records = unsettled(await settled(ops.index(LINE).getAll(IDBKeyRange.bound([user], [user, []]))));
    const { keep = [], drop = [] } = work(records);
    for (const record of keep) ops.put(record);
    for (const record of drop) ops.delete(record.n);
    await done;
  }

  /** Takes a record away that the server has; in the same step it is noted when. */
  async settle({ n, user, scope }) {
    const transaction = this.#write();
    const done = finished(transaction);
    const ops = transaction.objectStore(OPS);
    const before = await settled(ops.index(LINE).getAll([user, STORED]));
    for (const line of before) if (line.scope === scope) ops.delete(line.n);
    ops.delete(n);
    ops.add({ user, state: STORED, scope, at: Date.now() });
    await done;
  }
}

class MemoryStore {
  durable = false;

  records = [];

  stored = new Map();

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

  async lastStored(user, scope) {
    return this.stored.get(scope) ?? NEVER;
  }

  async settle({ n, scope }) {
    this.records = this.records.filter((record) => record.n !== n);
    this.stored.set(scope, { n, at: Date.now() });
  }
}
