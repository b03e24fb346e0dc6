// What can be done on the surface, by name: all that keys and buttons may ask for. A command that does not apply now (nothing is selected,
// no coding is at hand, the layer is only read) returns false, and the key keeps the meaning that it has for the browser.
import { gettext } from "ic/lib/words.js";
import { nextDegree } from "ic/coding/doubt.js";

export function commandsOf(surface) {
  const { root, model, painter, menu, palette, caret } = surface;
  const done = (work) => (...values) => {
    work(...values);
    return true;
  };

  // While one goes unit by unit.
  const walking = (work) => (...values) => surface.walk.on && done(work)(...values);

  // The coding made or shown last; where other words are selected, the one that they lie in: never one that is not meant.
  function atHand() {
    const current = model.codings.get(surface.current?.id) ?? null;
    if (document.activeElement?.closest(".strip")) return current;
    const span = surface.selected();
    if (!span) return current;
    const here = model.at(...span);
    if (here.includes(current)) return current;
    const around = here.filter(({ start, end }) => start <= span[0] && end >= span[1]);
    return around.length === 1 ? around[0] : null;
  }

  // On the last coding, or the one in focus.
  const onCurrent = (work) => () => {
    if (surface.readonly) return false;
    const coding = atHand();
    if (coding) work(coding);
    else if (surface.selection) surface.say(gettext("No coding here"));
    return Boolean(coding || surface.selection);
  };

  // Splitting and joining come when the first screen is there.
  const cutting = (work) => surface.whenHere("coding/cutting.js", ({ Cutting }) => work(new Cutting(surface)));

  // On the selected words.
  const onSelection = (work) => (...values) => {
    if (!surface.selected() || surface.readonly) return false;
    work(...values);
    return true;
  };

  function goTo(step, otherwise) {
    const onStripe = document.activeElement?.closest(".strip");
    const from = onStripe ? surface.current : surface.selection?.[besides() ? 0 : 1] ?? caret.place?.focus ?? surface.current ?? caret.firstVisible();
    const coding = model.neighbour(from, step);
    if (coding) surface.goTo(coding);
    else surface.say(otherwise);
  }

  // Whether other words are selected than those of the coding at hand.
  function besides() {
    const span = surface.selected();
    return Boolean(span) && !(span[0] === surface.current?.start && span[1] === surface.current.end);
  }

  function remove(id) {
    const coding = model.codings.get(id);
    if (!coding || surface.readonly) return false;
    surface.remove(coding);
    root.focus({ preventScroll: true });
    return true;
  }

  // From stripe to stripe; one of them is the paragraph's stop of the Tab key.
  function along(step) {
    const from = document.activeElement;
    const buttons = [...from.closest(".strip").querySelectorAll("button")];
    const next = buttons[buttons.indexOf(from) + step];
    if (next) {
      from.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    return true;
  }

  function overlapping() {
    const coding = caret.place ? null : surface.current;
    const [start, end] = surface.selection ?? (coding ? [coding.start, coding.end] : [caret.current.focus, caret.current.focus + 1]);
    const here = model.at(start, end);
    if (here.length) menu.list(here, surface.place(start, end));
    else surface.say(gettext("No coding here"));
  }

  return {
    undo: done(() => surface.steps.undo()),
    redo: done(() => surface.steps.redo()),
    help: done(() => surface.whenHere("coding/help.js", ({ showKeys }) => showKeys({ units: Boolean(model.units), readonly: surface.readonly }))),
    commands: done(() => surface.coming || document.querySelector("dialog[open]") || surface.whenHere("coding/command-list.js", ({ CommandList }) => new CommandList(surface).show())),
    find: done(() => surface.find.show()),
    walk: done(() => surface.walk.toggle()),
    walkBy: walking((step) => surface.walk.go(surface.walk.at + step)),
    walkOn: walking(() => surface.walk.nextUnseen()),
    walkSay: walking((kind) => surface.walk.say(kind)),
    walkEnd: walking(() => surface.walk.leave()),
    next: done(() => goTo(1, gettext("No coding further on"))),
    previous: done(() => goTo(-1, gettext("No coding before this"))),
    overlapping: done(overlapping),
    // What is open above the text is closed first, by the browser: also when the focus has come back to the text meanwhile.
    clear: () => !surface.view?.open && done(() => {
      if (!surface.selected() && !palette.open) surface.letGo();
      surface.clearSelection();
      palette.hide();
    })(),
    move: (event) => caret.move(event),
    whole: (key) => caret.move({ key }),
    along,
    leave: done(() => root.focus({ preventScroll: true })),
    edge: (...how) => onCurrent((coding) => surface.boundaries.move(coding, ...how))(),
    split: onCurrent((coding) => cutting((to) => to.split(coding))),
    splitAround: onCurrent((coding) => cutting((to) => to.split(coding, { around: true }))),
    join: onCurrent((coding) => cutting((to) => to.join(coding))),
    doubt: onCurrent((coding) => surface.setDoubt(coding, nextDegree(coding.doubt, 1))),
    lessDoubt: onCurrent((coding) => surface.setDoubt(coding, nextDegree(coding.doubt, -1))),
    typical: onCurrent((coding) => surface.toggleTypical(coding)),
    details: onCurrent((coding) => menu.show(coding, (painter.stripe(coding) ?? root).getBoundingClientRect())),
    recode: onCurrent((coding) => palette.show(surface.place(coding.start, coding.end), { focus: true, recode: coding })),
    // The one on whose stripe the focus is, or the one just made or shown; never while other words are selected.
    remove: (event) => remove(event?.target?.dataset?.id ?? (besides() ? null : surface.current?.id)),
    choose: onSelection(() => palette.show(surface.place(...surface.selection), { focus: true })),
    inVivo: onSelection(() => surface.inVivo()),
    ownLabels: () => surface.showOwn(),
    memos: done(() => surface.dispatchEvent(new CustomEvent("memos"))),
    view: () => Boolean(surface.view?.show()),
    only: () => Boolean(surface.view?.onlyCurrent()),
    codebook: () => Boolean(surface.codebook?.focus()),
    documents: done(() => document.querySelector("[data-documents]")?.click()),
    recent: onSelection((number) => {
      const code = surface.recent.slots[number - 1];
      if (code && surface.apply(code)) palette.hide();
    }),
  };
}
