// The way to Find, whose modules come when the first screen is there (later.js): until then nothing of it is open.
export class FindDoor {
  constructor(surface) {
    this.surface = surface;
    surface.root.addEventListener("ic-ready", () => location.hash && this.#open((find) => find.arrive()), { once: true });
    for (const button of document.querySelectorAll("[data-find]")) button.addEventListener("click", () => this.show());
  }

  /** Whether the person is in the bar, or on the way there: what is selected in the text stays meanwhile. */
  get focused() {
    return Boolean(this.surface.coming || this.find?.focused);
  }

  show() {
    this.#open((find) => find.show());
  }

  #open(work) {
    if (this.find) return work(this.find);
    return this.surface.whenHere("coding/find.js", ({ Find }) => work(this.find ??= new Find(this.surface)));
  }
}
