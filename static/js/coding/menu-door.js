// The way to the details of a coding, whose modules come when the first screen is there (later.js): until then nothing of them is open.
export class MenuDoor {
  constructor(surface) {
    this.surface = surface;
  }

  /** The coding whose details are shown. */
  get coding() { return this.menu?.coding ?? null; }
  get open() { return Boolean(this.menu?.open); }

  show(coding, rect) {
    this.#open((menu) => this.surface.model.codings.has(coding.id) && menu.show(coding, rect));
  }

  list(codings, rect) {
    this.#open((menu) => menu.list(codings, rect));
  }

  close() {
    this.menu?.close();
  }

  #open(work) {
    if (this.menu) return work(this.menu);
    return this.surface.whenHere("coding/menu.js", ({ Menu }) => work(this.menu ??= new Menu(this.surface)));
  }
}
