// Two drawers in IndexedDB: "outbox" for finished sheets, "facts" for what the kiosk knows of
// itself. Opened anew for each act: a browser may close a connection that is kept.

const DRAWERS = { outbox: { keyPath: "id" }, facts: {} };

export class Store {
  constructor(name) {
    this.name = name;
  }

  get(drawer, key) {
    return this.#act(drawer, "readonly", (store) => store.get(key));
  }

  all(drawer) {
    return this.#act(drawer, "readonly", (store) => store.getAll());
  }

  keys(drawer) {
    return this.#act(drawer, "readonly", (store) => store.getAllKeys());
  }

  /** Resolves when it is on the disk, rejects (QuotaExceededError) when it is not. */
  put(drawer, value, key) {
    return this.#act(drawer, "readwrite", (store) =>
      key === undefined ? store.put(value) : store.put(value, key),
    );
  }

  delete(drawer, key) {
    return this.#act(drawer, "readwrite", (store) => store.delete(key));
  }

  /** Be ready to put something on the way out, when there is no time left to open anything. */
  async hold() {
    this.held ??= await this.#open();
  }

  release() {
    this.held?.close();
    this.held = null;
  }

  /** Put something while the page goes away; nobody learns whether it arrived. */
  putOnTheWayOut(drawer, value) {
    try {
      const transaction = this.held.transaction(drawer, "readwrite");
      transaction.objectStore(drawer).put(value);
      transaction.commit();
    } catch {
      // the browser has closed it already
    }
  }

  async #act(drawer, mode, act) {
    const database = await this.#open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(drawer, mode, { durability: "strict" });
        const request = act(transaction.objectStore(drawer));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? request.error);
      });
    } finally {
      database.close();
    }
  }

  #open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => {
        for (const [drawer, options] of Object.entries(DRAWERS)) {
          request.result.createObjectStore(drawer, options);
        }
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
}
