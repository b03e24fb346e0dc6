// What a person asks for while something before it is being sent waits for its turn; none of it is passed over.

/** Returns what does works one after the other; its `waiting` is how many are not done. `failed(error)` tells the person; what was asked for
 * before that was seen is let go, since it was meant for what would have been there. */
export function turns(failed) {
  let last = Promise.resolve();
  let failures = 0;
  function inTurn(work) {
    const seen = failures;
    inTurn.waiting += 1;
    last = last.catch(() => {}).then(async () => {
      try {
        if (seen === failures) await work();
      } catch (error) {
        failures += 1;
        await failed(error);
      } finally {
        inTurn.waiting -= 1;
      }
    });
    return last;
  }
  inTurn.waiting = 0;
  // What is asked for and not yet sent would be lost with the page: the browser asks. The first one is on its way.
  window.addEventListener("beforeunload", (event) => { if (inTurn.waiting > 1) event.preventDefault(); });
  return inTurn;
}
