// The way to Find, whose modules come when the first screen is there (later.js): until then nothing of it is open.
import { load } from "ic/parts.js";

export class FindDoor {
  constructor(surface) {
    this.surface = surface;
    surface.root.addEventListener("ic-ready", () => location.hash && this.#open((find) => find.arrive()), { once: true });
    for (const button of document.querySelectorAll("[data-find]")) button.addEventListener("click", () => this.show());
  }

  /** Whether the person is in the bar, or on the way there: what is selected in the text stays meanwhile. */
  get focused() {
    return Boolean(this.coming || this.find?.focused);
  }

  show() {
    this.#open((find) => find.show());
  }

  async #open(work) {
    if (!this.find) {
      this.coming = true; // what is typed meanwhile is no command
      try {
        const { Find } = await load("coding/find.js");
        this.find ??= new Find(this.surface);
      } finally {
        this.coming = false;
      }
    }
    work(this.find);
  }
}
