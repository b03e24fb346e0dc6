// What is shown while one goes unit by unit (walk.js): it comes when the first screen is there.
import { Edges } from "ic/coding/edges.js";
import { UnitBar } from "ic/coding/unit-bar.js";

export const walking = { Edges, UnitBar };
